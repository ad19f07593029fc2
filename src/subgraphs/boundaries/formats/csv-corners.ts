import { areaFacts } from './attributes.js';
import { attributesOf, type CsvColumns, namedColumns } from './csv-columns.js';
import type { CornerColumns } from './csv-coordinates.js';
import { crsOfCorners, statedCrs } from './csv-crs.js';
import type { CsvRow } from './csv-rows.js';
import type { IntakeCorner, IntakeFeature } from './intake-file.js';
import { FileFault, type IssueList, MOST_AREAS, tooManyAreas } from './issue-list.js';

interface AreaRing {
  /** From 1. */
  readonly number: number;
  readonly corners: IntakeCorner[];
}

interface Area {
  readonly index: number;
  readonly key: string;
  readonly first: CsvRow;
  readonly rings: AreaRing[];
  /** The same by what their rows call them. */
  readonly ringsByKey: Map<string, AreaRing>;
}

/** The columns of a file that has one corner a row, and which of them hold its place. */
export interface CornerTable {
  readonly header: readonly string[];
  readonly columns: CsvColumns;
  readonly corners: CornerColumns;
}

/** Areas of a file that has one corner a row. */
export function readCornerRows(
  table: CornerTable,
  rows: readonly CsvRow[],
  srid: number | null,
  list: IssueList,
): IntakeFeature[] {
  const { header, columns, corners } = table;
  const areas = areasOf(table, rows, list);
  if (areas.length === 0) return [];
  const stated = statedCrs(columns, [corners.first, corners.second], rows);
  const crs = crsOfCorners(stated, { ...corners, areas }, srid, list);
  const named = namedColumns(header);
  return areas.flatMap((area): IntakeFeature[] => {
    const { index } = area;
    const facts = areaFacts(attributesOf(area.first, named), (code, message) =>
      list.add(code, message, { index, line: area.first.line }),
    );
    const rings = area.rings.map(({ number, corners }) => closed(corners, index, number, list));
    const isWhole = rings.every((ring) => ring.every(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y)));
    return facts && isWhole && crs !== null
      ? [{ index, ...facts, name: area.key || null, srid: crs, polygons: [rings] }]
      : [];
  });
}

/** Rows that follow each other and name the same area are one; the first of its rings is its boundary, others holes. */
function areasOf(table: CornerTable, rows: readonly CsvRow[], list: IssueList): Area[] {
  const areas: Area[] = [];
  const keys = new Set<string>();
  for (const row of rows) {
    const key = cell(row, table.columns.area);
    let area = areas.at(-1);
    if (area?.key !== key) {
      if (keys.has(key)) {
        const message = `The rows of area "${key.slice(0, 60)}" do not stand together: others come between.`;
        throw new FileFault('UNREADABLE', message, { index: areas.length, line: row.line });
      }
      if (areas.length === MOST_AREAS) throw tooManyAreas();
      keys.add(key);
      area = { index: areas.length, key, first: row, rings: [], ringsByKey: new Map() };
      areas.push(area);
    }
    addCorner(area, table, row, list);
  }
  return areas;
}

function addCorner(area: Area, { columns, corners }: CornerTable, row: CsvRow, list: IssueList): void {
  const key = cell(row, columns.ring);
  let ring = area.ringsByKey.get(key);
  if (!ring) {
    ring = { number: area.rings.length + 1, corners: [] };
    area.ringsByKey.set(key, ring);
    area.rings.push(ring);
  }
  const [xText, yText] = [cell(row, corners.first.at), cell(row, corners.second.at)];
  const number = cell(row, columns.corner) || String(ring.corners.length + 1);
  const bad = [xText, yText].find((text) => !NUMBER.test(text));
  if (bad !== undefined) {
    const message = bad === '' ? 'A coordinate is missing.' : `"${bad.slice(0, 40)}" is not a number.`;
    list.add('NOT_A_NUMBER', message, {
      index: area.index,
      line: row.line,
      ring: ring.number,
      vertex: ring.corners.length + 1,
    });
  }
  ring.corners.push({
    number,
    x: bad === undefined ? Number(xText) : Number.NaN,
    y: bad === undefined ? Number(yText) : Number.NaN,
    line: row.line,
  });
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)$/;

const cell = (row: CsvRow, column: number | undefined): string =>
  column === undefined ? '' : (row.cells[column] ?? '').trim();

/** Corners without the repetition of the first at the end; numbers that do not count up are told. */
function closed(
  corners: readonly IntakeCorner[],
  index: number,
  ring: number,
  list: IssueList,
): IntakeCorner[] {
  const [first, last] = [corners[0], corners.at(-1)];
  const isClosed = corners.length > 1 && first && last && first.x === last.x && first.y === last.y;
  const open = isClosed ? corners.slice(0, -1) : [...corners];
  const numbers = open.map(({ number }) => Number(/\d+$/.exec(number)?.[0] ?? Number.NaN));
  const at = numbers.findIndex((number, i) => i > 0 && number <= (numbers[i - 1] ?? Number.NaN));
  if (at > 0) {
    const message = `Corner ${open[at]?.number} follows ${open[at - 1]?.number}. Corners stand in order; a new area or ring is told by a column of its own.`;
    list.add('CORNER_OUT_OF_ORDER', message, { index, line: open[at]?.line ?? null, ring, vertex: at + 1 });
  }
  return open;
}
