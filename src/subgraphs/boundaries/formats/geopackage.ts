import { areaColumns, areaFacts } from './attributes.js';
import { resolveCrs } from './crs-resolution.js';
import { type FeatureRow, type FeatureTable, GeoPackage } from './geopackage-database.js';
import { readGeometry } from './geopackage-geometry.js';
import type { IntakeFeature, IntakeFile, IntakeReader } from './intake-file.js';
import { FileFault, IssueList, MOST_AREAS } from './issue-list.js';
import { featureOfRings } from './ring-feature.js';

/**
 * GeoPackage: each row of each feature table is one area. The CRS is the table's, else `srid`; name and elevation band
 * come from columns.
 */
export const readGeoPackage: IntakeReader = async ({ bytes }, srid): Promise<IntakeFile> => {
  const list = new IssueList();
  const features: IntakeFeature[] = [];
  await list.attempt(async () => {
    const file = await GeoPackage.open(bytes);
    try {
      const tables = file.featureTables();
      if (tables.length === 0) throw new FileFault('EMPTY', 'The GeoPackage has no table of features.');
      let index = 0;
      for (const table of tables) {
        const before = index;
        await list.attempt(() => {
          index = readTable(file, table, srid, before, features, list);
        });
      }
    } finally {
      file.close();
    }
  });
  return list.file(features);
};

/** The CRS of a table's areas. Errors: `FileFault`. */
export const crsOfTable = (table: FeatureTable, srid: number | null, index: number): number =>
  resolveCrs(table.crs, srid, {
    file: `The coordinate reference system of the table ${table.name} is undefined`,
    place: { index },
  });

/** Adds a table's areas to `features` and returns the index that follows them. */
function readTable(
  file: GeoPackage,
  table: FeatureTable,
  srid: number | null,
  first: number,
  features: IntakeFeature[],
  list: IssueList,
): number {
  const crs = crsOfTable(table, srid, first);
  const columns = areaColumns(table.columns, (name) => name);
  let index = first;
  for (const row of file.rows(table, columns)) {
    // One too many is enough to refuse the file.
    if (index > MOST_AREAS) break;
    const feature = readFeature(row, table, crs, index++, list);
    if (feature) features.push(feature);
  }
  return index;
}

/** The area of a row; null with issues where it is none. */
export function readFeature(
  row: FeatureRow,
  table: FeatureTable,
  srid: number,
  index: number,
  list: IssueList,
): IntakeFeature | null {
  // Tables count their rows by themselves, and the index goes through all of them.
  const where = `Table ${table.name}, row ${row.rowId}`;
  const facts = areaFacts(row.attributes, (code, message) =>
    list.add(code, `${where}: ${message}`, { index }),
  );
  try {
    if (!row.geometry) throw new FileFault('EMPTY', 'It has no geometry.', { index });
    const { srsId, polygons } = readGeometry(row.geometry, index);
    if (srsId !== table.srsId) {
      const message = `It says it is in srs_id ${srsId}, its table in ${table.srsId}.`;
      throw new FileFault('CRS_CONFLICT', message, { index });
    }
    return facts && featureOfRings(index, facts, srid, polygons);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    list.add(error.code, `${where}: ${error.message}`, error.place);
    return null;
  }
}
