import type { Knex } from 'knex';
import { STORAGE_SRID } from './postgis.js';

/** Longitude and latitude in CGCS2000 of a position given as easting and northing in `srid`. */
export async function geographicPosition(
  knex: Knex,
  easting: number,
  northing: number,
  srid: number,
): Promise<readonly [longitude: number, latitude: number]> {
  const { rows } = await knex.raw<{ rows: { longitude: number; latitude: number }[] }>(
    `select ST_X(p) as longitude, ST_Y(p) as latitude
     from ST_Transform(ST_SetSRID(ST_MakePoint(?::float8, ?::float8), ?::int), ?::int) p`,
    [easting, northing, srid, STORAGE_SRID],
  );
  const [{ longitude, latitude } = { longitude: Number.NaN, latitude: Number.NaN }] = rows;
  return [longitude, latitude];
}
