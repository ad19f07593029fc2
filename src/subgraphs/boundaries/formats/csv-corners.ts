import { noSuchZone, sourceCrs, sridOfZonePrefix } from '../../../spatial/crs.js';
import { areaFacts } from './attributes.js';
import { resolveCrs } from './crs-resolution.js';
import type { CsvColumns } from './csv-columns.js';
import type { CsvRow } from './csv-rows.js';
import type { IntakeCorner, IntakeFeature } from './intake-file.js';
import { FileFault, type IssueList } from './issue-list.js';

interface Area {
  readonly index: number;
  readonly key: string;
  readonly first: CsvRow;
  readonly rings: { readonly key: string; readonly corners: IntakeCorner[] }[];
}

/** Areas of a file that has one corner a row; `header` names the columns. */
export function readCornerRows(
  header: readonly string[],
  columns: CsvColumns,
  rows: readonly CsvRow[],
  srid: number | null,
  list: IssueList,
): IntakeFeature[] {
  const areas = areasOf(columns, rows, list);
  const [first] = areas.flatMap(({ rings }) => rings.flatMap(({ corners }) => corners));
  if (!first) return [];
  const crs = crsOf(columns, areas, first, srid, list);
  return areas.flatMap((area): IntakeFeature[] => {
    const { index } = area;
    const attributes = Object.fromEntries(header.map((name, i) => [name, area.first.cells[i]]));
    const facts = areaFacts(attributes, (message) =>
      list.add('ELEVATION_INVALID', message, { index, line: area.first.line }),
    );
    const rings = area.rings.map(({ corners }, i) => closed(corners, index, i + 1, list));
    const isWhole = rings.every((ring) => ring.every(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y)));
    return facts && isWhole
      ? [{ index, ...facts, name: area.key || null, srid: crs, polygons: [rings] }]
      : [];
  });
}

/** Rows that follow each other and name the same area are one; the first of its rings is its boundary, others holes. */
function areasOf(columns: CsvColumns, rows: readonly CsvRow[], list: IssueList): Area[] {
  const areas: Area[] = [];
  const keys = new Set<string>();
  for (const row of rows) {
    const key = cell(row, columns.area);
    let area = areas.at(-1);
    if (area?.key !== key) {
      if (keys.has(key)) {
        const message = `The rows of area "${key.slice(0, 60)}" do not stand together: others come between.`;
        throw new FileFault('UNREADABLE', message, { index: areas.length, line: row.line });
      }
      keys.add(key);
      area = { index: areas.length, key, first: row, rings: [] };
      areas.push(area);
    }
    addCorner(area, columns, row, list);
  }
  return areas;
}

function addCorner(area: Area, columns: CsvColumns, row: CsvRow, list: IssueList): void {
  const key = cell(row, columns.ring);
  let ring = area.rings.find((candidate) => candidate.key === key);
  if (!ring) {
    ring = { key, corners: [] };
    area.rings.push(ring);
  }
  const [xText, yText] = [
    cell(row, columns.northing ?? columns.latitude),
    cell(row, columns.easting ?? columns.longitude),
  ];
  const number = cell(row, columns.corner) || String(ring.corners.length + 1);
  const bad = [xText, yText].find((text) => !NUMBER.test(text));
  if (bad !== undefined) {
    const message = bad === '' ? 'A coordinate is missing.' : `"${bad.slice(0, 40)}" is not a number.`;
    list.add('NOT_A_NUMBER', message, {
      index: area.index,
      line: row.line,
      ring: area.rings.indexOf(ring) + 1,
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

const ZONE_WIDTH = 1_000_000;

/** `srid`, else the zone of CGCS2000 whose number leads the eastings. */
function crsOf(
  columns: CsvColumns,
  areas: readonly Area[],
  first: IntakeCorner,
  srid: number | null,
  list: IssueList,
): number {
  const place = { index: 0, line: first.line };
  const isGeographic = columns.northing === undefined;
  const prefix = Math.floor(first.y / ZONE_WIDTH);
  if (srid === null && !isGeographic && prefix > 0) {
    const swapped = sridOfZonePrefix(Math.floor(first.x / ZONE_WIDTH)) !== null && prefix < 13;
    if (swapped) {
      const message =
        'X and Y are exchanged: X is the northing (7 digits before the point), Y the easting (8).';
      throw new FileFault('AXES_SWAPPED', message, { ...place, ring: 1, vertex: 1 });
    }
    const zone = sridOfZonePrefix(prefix);
    if (zone === null) {
      throw new FileFault('ZONE_UNKNOWN', `${noSuchZone(prefix)}: say srid.`, place);
    }
    checkZones(areas, prefix, list);
    return zone;
  }
  const crs = resolveCrs(null, srid, { file: 'The eastings carry no zone', place });
  if (isGeographic && sourceCrs(crs)?.kind !== 'GEOGRAPHIC') {
    throw new FileFault('CRS_CONFLICT', `The columns are degrees, and EPSG:${crs} is a plane.`, place);
  }
  return crs;
}

function checkZones(areas: readonly Area[], expected: number, list: IssueList): void {
  for (const { index, rings } of areas) {
    for (const [i, { corners }] of rings.entries()) {
      const vertex = corners.findIndex(
        ({ y }) => !Number.isNaN(y) && Math.floor(y / ZONE_WIDTH) !== expected,
      );
      const corner = corners[vertex];
      if (!corner) continue;
      const message = `Corner ${corner.number} lies in zone ${Math.floor(corner.y / ZONE_WIDTH)}, while the first corner lies in zone ${expected}.`;
      list.add('MIXED_ZONE', message, { index, line: corner.line, ring: i + 1, vertex: vertex + 1 });
    }
  }
}
