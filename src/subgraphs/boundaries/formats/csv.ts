import { areaFacts } from './attributes.js';
import { type CsvColumns, columnsOf, hasCorners } from './csv-columns.js';
import { readCornerRows } from './csv-corners.js';
import { type CsvRow, readRows } from './csv-rows.js';
import type { IntakeFeature, IntakeFile, IntakeReader } from './intake-file.js';
import { FileFault, IssueList } from './issue-list.js';
import { readWkt } from './wkt.js';

/**
 * CSV with a header, in Chinese or English: one corner a row (number, x northing, y easting, area, ring), or one area a
 * row with its geometry as WKT. The CRS is `srid`, a column `srid`, or for corners the zone that leads the eastings.
 */
export const readCsv: IntakeReader = async (input, srid): Promise<IntakeFile> => {
  const list = new IssueList();
  const features = await list.attempt(() => {
    const [header, ...rows] = readRows(input.text());
    if (!header) throw new FileFault('EMPTY', 'The file is empty.');
    const columns = columnsOf(header.cells);
    if (columns.wkt !== undefined) return readWktRows(header.cells, columns, columns.wkt, rows, srid, list);
    if (!hasCorners(columns)) {
      const message = `The header names no column of coordinates: x and y, 纵坐标 and 横坐标, longitude and latitude, or wkt. It is: ${header.cells.join(', ').slice(0, 200)}`;
      throw new FileFault('UNREADABLE', message, { line: header.line });
    }
    return readCornerRows(header.cells, columns, rows, srid, list);
  });
  return list.file(features ?? []);
};

function readWktRows(
  header: readonly string[],
  columns: CsvColumns,
  wkt: number,
  rows: readonly CsvRow[],
  given: number | null,
  list: IssueList,
): IntakeFeature[] {
  return rows.flatMap(({ cells, line }, index): IntakeFeature[] => {
    const own = columns.srid === undefined ? '' : (cells[columns.srid] ?? '').trim();
    const srid = /^\d{4,6}$/.test(own) ? Number(own) : given;
    if (given !== null && srid !== given) {
      list.add('CRS_CONFLICT', `The row says EPSG:${srid}, the import EPSG:${given}; leave srid out.`, {
        index,
        line,
      });
    }
    const file = readWkt(cells[wkt] ?? '', srid);
    for (const issue of file.issues)
      list.add(issue.code, issue.message, { ...issue, index, line: line + (issue.line ?? 1) - 1 });
    if (file.features.length > 1) {
      list.add('UNREADABLE', `The row has ${file.features.length} geometries; an area has one.`, {
        index,
        line,
      });
    }
    const attributes = Object.fromEntries(header.map((name, i) => [name, cells[i]]));
    const facts = areaFacts(attributes, (message) => list.add('ELEVATION_INVALID', message, { index, line }));
    const [feature] = file.features;
    if (!feature || !facts) return [];
    const polygons = feature.polygons.map((rings) =>
      rings.map((ring) => ring.map((corner) => ({ ...corner, line: line + (corner.line ?? 1) - 1 }))),
    );
    return [{ ...feature, ...facts, index, polygons }];
  });
}
