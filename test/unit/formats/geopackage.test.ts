import { expect, test } from 'vitest';
import { sqlite } from '../../../src/subgraphs/boundaries/formats/geopackage-database.js';
import { faults, formatFixture, notice, readBytes, withoutLines } from '../../support/format-fixtures.js';

const NOTICE = 'geopackage/liaoning-2025-54.gpkg';

/** A fixture after SQL statements. */
async function changed(path: string, ...statements: readonly string[]): Promise<Uint8Array> {
  const { Database } = await sqlite();
  const database = new Database(formatFixture(path));
  for (const statement of statements) database.run(statement);
  const bytes = database.export();
  database.close();
  return bytes;
}

test('the GeoPackage that GDAL wrote gives the corners, names and bands of the notice', async () => {
  const file = await readBytes('GEOPACKAGE', formatFixture(NOTICE));
  expect(file.issues).toEqual([]);
  expect(withoutLines(file)).toEqual(withoutLines(notice()));
});

test('tables in different coordinate reference systems are read each in its own', async () => {
  const { features, issues } = await readBytes('GEOPACKAGE', formatFixture('geopackage/two-tables.gpkg'));
  expect(issues).toEqual([]);
  expect(features.map(({ index, name, srid }) => [index, name, srid])).toEqual([
    [0, '金藏采区', 4529],
    [1, '远东采区', 4529],
    [2, 'lake with island', 2365],
  ]);
  expect(features[2]?.polygons.map((rings) => rings.length)).toEqual([2, 2]);
});

test('a table in an undefined or unknown CRS is refused, and srid helps only the undefined one', async () => {
  const srs = (id: number, definition: string) => [
    `insert into gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition) values ('mine', 9001, 'local', 1, '${definition}')`,
    `update gpkg_geometry_columns set srs_id = ${id}`,
  ];
  const unknown = await changed(NOTICE, ...srs(9001, 'LOCAL_CS["Haicheng mine grid"]'));
  expect((await readBytes('GEOPACKAGE', unknown, 4529)).issues).toMatchObject([
    { code: 'CRS_UNKNOWN', message: expect.stringContaining('Haicheng mine grid') },
  ]);
  const undefinedPlane = await changed(NOTICE, ...srs(-1, ''));
  expect(faults(await readBytes('GEOPACKAGE', undefinedPlane))).toEqual([{ code: 'CRS_MISSING', index: 0 }]);
});

test('a row that says it is in another CRS than its table is refused', async () => {
  const bytes = await changed(
    NOTICE,
    `update "采矿权" set geom = cast(substr(geom, 1, 4) || x'00000000' || substr(geom, 9) as blob) where fid = 2`,
  );
  const file = await readBytes('GEOPACKAGE', bytes);
  expect(faults(file)).toEqual([{ code: 'CRS_CONFLICT', index: 1 }]);
});

test.each<[what: string, statement: string, code: string]>([
  ['no geometry', 'set geom = null', 'EMPTY'],
  ['text for a geometry', "set geom = 'POLYGON'", 'EMPTY'],
  ['a geometry cut short', 'set geom = substr(geom, 1, 80)', 'UNREADABLE'],
  [
    'another kind of geometry',
    "set geom = cast(x'47500001B1110000' || x'0101000000' || zeroblob(16) as blob)",
    'GEOMETRY_TYPE',
  ],
  ['a floor above its ceiling', 'set "标高下限" = 900', 'ELEVATION_INVALID'],
])('a row with %s is refused by its index', async (_what, statement, code) => {
  const bytes = await changed(NOTICE, `update "采矿权" ${statement} where fid = 2`);
  const file = await readBytes('GEOPACKAGE', bytes);
  expect(faults(file)).toEqual([{ code, index: 1 }]);
  expect(file.issues[0]?.message).toMatch(/^Table 采矿权, row 2: /);
  if (code === 'GEOMETRY_TYPE') expect(file.issues[0]?.message).toContain('this is a Point');
});

test('nothing that the file itself defines is run', async () => {
  const endless = 'with recursive n (i) as (select 1 union all select i + 1 from n) select';
  const files = await Promise.all([
    changed(
      NOTICE,
      'alter table gpkg_contents rename to c',
      `create view gpkg_contents as ${endless} 'a' as table_name, 'features' as data_type from n`,
    ),
    changed(
      NOTICE,
      'alter table "采矿权" rename to r',
      `create view "采矿权" as ${endless} i as fid, null as geom from n`,
    ),
    changed(NOTICE, 'alter table "采矿权" add column more text generated always as (hex(zeroblob(1000000)))'),
  ]);
  for (const bytes of files) {
    expect(faults(await readBytes('GEOPACKAGE', bytes))).toEqual([{ code: 'UNREADABLE', index: 0 }]);
  }
});

test('a file whose pages point to each other is refused, not read for ever', async () => {
  const bytes = Buffer.from(
    await changed(
      NOTICE,
      ...Array.from({ length: 200 }, (_, i) => `create table t${i} (a text, b text, c text)`),
    ),
  );
  const pageBytes = bytes.readUInt16BE(16);
  expect(bytes.readUInt8(100)).toBe(5);
  const child = bytes.readUInt32BE(108);
  const cell = bytes.readUInt16BE(112);
  bytes.writeUInt32BE(child, cell);
  expect(pageBytes).toBeGreaterThan(0);
  expect(faults(await readBytes('GEOPACKAGE', bytes))).toEqual([{ code: 'UNREADABLE', index: 0 }]);
});

test('a GeoPackage in write-ahead mode is refused, as its last rows may be in another file', async () => {
  const bytes = Buffer.from(formatFixture(NOTICE));
  bytes.set([2, 2], 18);
  expect((await readBytes('GEOPACKAGE', bytes)).issues).toMatchObject([
    { code: 'UNREADABLE', message: expect.stringContaining('write-ahead') },
  ]);
});

test('an SQLite database that is no GeoPackage, and what is no database at all, is told to be so', async () => {
  const { Database } = await sqlite();
  const empty = new Database();
  empty.run('create table a (b)');
  const bytes = empty.export();
  empty.close();
  expect((await readBytes('GEOPACKAGE', bytes)).issues).toMatchObject([
    { code: 'UNREADABLE', message: expect.stringContaining('gpkg_contents') },
  ]);
  expect(faults(await readBytes('GEOPACKAGE', Buffer.from('hello')))).toEqual([
    { code: 'UNREADABLE', index: 0 },
  ]);
});

test('names that are whole numbers keep their digits', async () => {
  const bytes = await changed(
    NOTICE,
    'alter table "采矿权" drop column name',
    'alter table "采矿权" add column name integer',
    'update "采矿权" set name = 2103812020011100000 + fid',
  );
  const file = await readBytes('GEOPACKAGE', bytes);
  expect(file.features.map(({ name }) => name)).toEqual(['2103812020011100001', '2103812020011100002']);
});
