import { areaFacts } from './attributes.js';
import { attributesOf, type CsvColumns, columnsOf, type NamedColumns, namedColumns } from './csv-columns.js';
import { cornerColumns, severalColumns } from './csv-coordinates.js';
import { readCornerRows } from './csv-corners.js';
import { checkDatum, sridIn, statedCrs, type TableCrs } from './csv-crs.js';
import { type CsvRow, readRows } from './csv-rows.js';
import type { IntakeFeature, IntakeFile, IntakeReader } from './intake-file.js';
import { FileFault, IssueList, MOST_AREAS, tooManyAreas } from './issue-list.js';
import { readWkt } from './wkt.js';

/**
 * CSV with a header, in Chinese or English: one corner a row (number, x northing, y easting, area, ring), or one area a
 * row with its geometry as WKT. The CRS is `srid`, a column `srid`, or for corners the zone that leads the eastings, in
 * the datum that the header names. Where more columns than one may hold the same coordinate, the file is refused.
 */
export const readCsv: IntakeReader = async (input, srid): Promise<IntakeFile> => {
  const list = new IssueList();
  const features = await list.attempt(() => {
    const [first, ...rows] = readRows(input.text());
    if (!first) throw new FileFault('EMPTY', 'The file is empty.');
    const header = first.cells;
    refuseLooseCells(header, rows);
    const columns = columnsOf(header);
    if (columns.coordinates.wkt.length > 0) return readWktTable(first, columns, rows, srid, list);
    const corners = cornerColumns(columns.coordinates, srid, first.line);
    if (!corners) {
      const message = `The header names no column of coordinates: x and y, 纵坐标 and 横坐标, longitude and latitude, or wkt. It is: ${header.join(', ').slice(0, 200)}`;
      throw new FileFault('UNREADABLE', message, { line: first.line });
    }
    return readCornerRows({ header, columns, corners }, rows, srid, list);
  });
  return list.file(features ?? []);
};

/** A comma within a number moves the cells behind it into the columns of others. */
function refuseLooseCells({ length }: readonly string[], rows: readonly CsvRow[]): void {
  const loose = rows.find(({ cells }) => cells.slice(length).some((cell) => cell.trim() !== ''));
  if (!loose) return;
  const message = `The row has ${loose.cells.length} cells, the header ${length}: quote what has a comma within, decimal commas too, or part the cells by ;.`;
  throw new FileFault('UNREADABLE', message, { line: loose.line });
}

function readWktTable(
  { cells: header, line }: CsvRow,
  columns: CsvColumns,
  rows: readonly CsvRow[],
  given: number | null,
  list: IssueList,
): IntakeFeature[] {
  const { wkt } = columns.coordinates;
  if (wkt.length > 1) throw severalColumns(wkt, line);
  if (rows.length > MOST_AREAS) throw tooManyAreas();
  // Each row may say its own srid.
  const stated = statedCrs({ ...columns, srid: undefined }, wkt, rows);
  const at = wkt[0]?.at ?? 0;
  const named = namedColumns(header);
  return rows.flatMap((row, index): IntakeFeature[] => {
    try {
      const srid = sridOfRow(row, columns, stated, given);
      return readWktRow({ named, row, wkt: row.cells[at] ?? '', index }, srid, list);
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      list.add(error.code, error.message, { index, line: row.line });
      return [];
    }
  });
}

function sridOfRow(
  { cells, line }: CsvRow,
  columns: CsvColumns,
  stated: TableCrs,
  given: number | null,
): number | null {
  const ofRow = columns.srid === undefined ? null : sridIn((cells[columns.srid] ?? '').trim(), line);
  if (ofRow !== null && stated.srid !== null && ofRow !== stated.srid) {
    throw new FileFault('CRS_CONFLICT', `The row says EPSG:${ofRow}, the table EPSG:${stated.srid}.`);
  }
  const own = ofRow ?? stated.srid;
  if (own !== null && given !== null && own !== given) {
    const message = `The row says EPSG:${own}, the import EPSG:${given}; leave srid out.`;
    throw new FileFault('CRS_CONFLICT', message);
  }
  checkDatum(stated, own ?? given, line);
  return own ?? given;
}

interface WktRow {
  readonly named: NamedColumns;
  readonly row: CsvRow;
  readonly wkt: string;
  readonly index: number;
}

function readWktRow(
  { named, row, wkt, index }: WktRow,
  srid: number | null,
  list: IssueList,
): IntakeFeature[] {
  const { line } = row;
  const file = readWkt(wkt, srid);
  for (const issue of file.issues)
    list.add(issue.code, issue.message, { ...issue, index, line: line + (issue.line ?? 1) - 1 });
  if (file.features.length > 1) {
    list.add('UNREADABLE', `The row has ${file.features.length} geometries; an area has one.`, {
      index,
      line,
    });
  }
  const facts = areaFacts(attributesOf(row, named), (code, message) =>
    list.add(code, message, { index, line }),
  );
  const [feature] = file.features;
  if (!feature || !facts) return [];
  const polygons = feature.polygons.map((rings) =>
    rings.map((ring) => ring.map((corner) => ({ ...corner, line: line + (corner.line ?? 1) - 1 }))),
  );
  return [{ ...feature, ...facts, index, polygons }];
}
