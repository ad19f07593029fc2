import type { Database, SqlValue } from 'sql.js';
import { polygonBinary } from '../../../spatial/well-known-binary.js';
import { AREA_COLUMNS, layerName } from './area-columns.js';
import type { AreaWriter, ExportedArea } from './area-writer.js';
import { crsName, crsWkt } from './crs-print.js';
import { quoted, sqlite } from './geopackage-database.js';
import { ringsOf } from './intake-file.js';

/** `GPKG` and version 1.3, as the standard has them in the header (OGC 12-128r18, clause 1.1.1.1). */
const APPLICATION_ID = 0x47504b47;
const USER_VERSION = 10_300;

const SCHEMA = `
  pragma application_id = ${APPLICATION_ID};
  pragma user_version = ${USER_VERSION};
  create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer not null primary key,
    organization text not null, organization_coordsys_id integer not null, definition text not null, description text);
  create table gpkg_contents (table_name text not null primary key, data_type text not null, identifier text unique,
    description text default '', last_change datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x double, min_y double, max_x double, max_y double, srs_id integer,
    constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys(srs_id));
  create table gpkg_geometry_columns (table_name text not null, column_name text not null,
    geometry_type_name text not null, srs_id integer not null, z tinyint not null, m tinyint not null,
    constraint pk_geom_cols primary key (table_name, column_name), constraint uk_gc_table_name unique (table_name),
    constraint fk_gc_tn foreign key (table_name) references gpkg_contents(table_name),
    constraint fk_gc_srs foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id));
  insert into gpkg_spatial_ref_sys values
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');`;

/**
 * GeoPackage: one table of areas for each CRS that they were issued in, corners as issued. Without spatial index, as
 * the SQLite that writes it has none. The file is made in memory, and is the same for the same areas.
 */
export const geoPackageWriter: AreaWriter = {
  extension: 'gpkg',
  mediaType: 'application/geopackage+sqlite3',
  corners: 'ISSUED',
  statesCrs: true,
  statesFacts: true,
  async *write(areas) {
    const { Database } = await sqlite();
    const database = new Database();
    try {
      database.run(SCHEMA);
      addCrs(database, 4326);
      await fill(database, areas);
      yield database.export();
    } finally {
      database.close();
    }
  },
};

interface Table {
  readonly insert: (values: SqlValue[]) => void;
  readonly box: [west: number, south: number, east: number, north: number];
  lastChange: Date;
}

async function fill(database: Database, areas: AsyncIterable<ExportedArea>): Promise<void> {
  const tables = new Map<number, Table>();
  database.run('begin');
  for await (const area of areas) {
    const { srid, recordedAt } = area;
    let table = tables.get(srid);
    if (!table) {
      table = createTable(database, srid);
      tables.set(srid, table);
    }
    table.insert([geometryBlob(srid, area, table.box), ...AREA_COLUMNS.map(({ value }) => value(area))]);
    if (recordedAt > table.lastChange) table.lastChange = recordedAt;
  }
  for (const [srid, { box, lastChange }] of tables) {
    database.run(
      'update gpkg_contents set min_x = ?, min_y = ?, max_x = ?, max_y = ?, last_change = ? where table_name = ?',
      [...box, lastChange.toISOString(), layerName(srid)],
    );
  }
  database.run('commit');
}

function addCrs(database: Database, srid: number): void {
  database.run("insert or ignore into gpkg_spatial_ref_sys values (?, ?, 'EPSG', ?, ?, null)", [
    crsName(srid, 'OGC'),
    srid,
    srid,
    crsWkt(srid, 'OGC'),
  ]);
}

function createTable(database: Database, srid: number): Table {
  const name = layerName(srid);
  addCrs(database, srid);
  const columns = AREA_COLUMNS.map((column) => `${quoted(column.name)} ${column.type}`).join(', ');
  database.run(
    `create table ${quoted(name)} (fid integer primary key autoincrement not null, geom MULTIPOLYGON, ${columns})`,
  );
  database.run(
    "insert into gpkg_contents (table_name, data_type, identifier, srs_id) values (?, 'features', ?, ?)",
    [name, name, srid],
  );
  database.run("insert into gpkg_geometry_columns values (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)", [name, srid]);
  const names = AREA_COLUMNS.map((column) => quoted(column.name)).join(', ');
  const places = AREA_COLUMNS.map(() => '?').join(', ');
  const statement = database.prepare(`insert into ${quoted(name)} (geom, ${names}) values (?, ${places})`);
  return {
    insert: (values) => statement.run(values),
    box: [Infinity, Infinity, -Infinity, -Infinity],
    lastChange: new Date(0),
  };
}

const LITTLE_ENDIAN = 1;

/** GeoPackage geometry: header without envelope, then well-known binary, easting before northing. Widens `box`. */
function geometryBlob(srid: number, area: ExportedArea, box: Table['box']): Uint8Array {
  const polygons = ringsOf(area);
  for (const [easting, northing] of polygons.flat(2)) {
    box[0] = Math.min(box[0], easting);
    box[1] = Math.min(box[1], northing);
    box[2] = Math.max(box[2], easting);
    box[3] = Math.max(box[3], northing);
  }
  const header = Buffer.from([0x47, 0x50, 0, LITTLE_ENDIAN, 0, 0, 0, 0]);
  header.writeInt32LE(srid, 4);
  return Buffer.concat([header, polygonBinary(polygons)]);
}
