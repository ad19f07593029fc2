import type { Knex } from 'knex';
import knexPostgis, { type KnexPostgis } from 'knex-postgis';
import { sourceCrs } from './crs.js';

/** SRID of everything stored and served: CGCS2000 geographic. */
export const STORAGE_SRID = 4490;

/** Option of ST_AsGeoJSON: name the CRS in a `crs` member, as the GeoJSON of 2008 did. */
const WITH_CRS = 8;

/** As many decimals as ST_AsGeoJSON writes; it leaves out those that a double does not need. */
const EXACT = 15;

const isGeographic = (srid: number): boolean => sourceCrs(srid)?.kind === 'GEOGRAPHIC';

/** knex-postgis with the functions that the hub needs beyond it. All of them bind their values. */
export interface SpatialFunctions extends KnexPostgis {
  /**
   * GeoJSON text (RFC 7946), coordinates as stored to the last bit: corners that overlays leave nearer to each other than
   * any rounding would make of a valid geometry one that crosses itself.
   */
  geoJson(column: string): Knex.Raw;
  /**
   * GeoJSON text in another CRS, which it names; 4 decimals of a metre where that is projected, or all of them where 4
   * would make it invalid.
   */
  geoJsonIn(column: string, srid: number): Knex.Raw;
  /** A stored geometry made from a GeoJSON geometry in longitude and latitude. */
  stored(geometry: object): Knex.Raw;
  /** Whether the stored `column` and a literal share a point; answered from the GiST index. */
  sharesPoint(column: string, literal: Knex.Raw): Knex.Raw;
  /** Whether `column` lies within `metres` of a stored literal, on the ellipsoid; GiST index first. */
  withinMetres(column: string, literal: Knex.Raw, metres: number): Knex.Raw;
}

const functions = new WeakMap<Knex, SpatialFunctions>();

/** The spatial functions of a connection; made once for each. */
export function spatial(knex: Knex): SpatialFunctions {
  const known = functions.get(knex);
  if (known) return known;
  const made = Object.assign(knexPostgis(knex), extras(knex)) as SpatialFunctions;
  functions.set(knex, made);
  return made;
}

function extras(knex: Knex): Omit<SpatialFunctions, keyof KnexPostgis> {
  return {
    geoJson: (column) => knex.raw(`ST_AsGeoJSON(??, ${EXACT}, 0)`, [column]),
    geoJsonIn: (column, srid) =>
      isGeographic(srid)
        ? knex.raw(`ST_AsGeoJSON(ST_Transform(??, ?::int), ${EXACT}, ?::int)`, [
            column,
            srid,
            srid === STORAGE_SRID ? 0 : WITH_CRS,
          ])
        : knex.raw(
            `(select ST_AsGeoJSON(g, case when ST_IsValid(ST_GeomFromGeoJSON(ST_AsGeoJSON(g, 4, 0))) then 4 else ${EXACT} end, ${WITH_CRS})
              from ST_Transform(??, ?::int) as g)`,
            [column, srid],
          ),
    stored: (geometry) =>
      knex.raw('ST_SetSRID(ST_GeomFromGeoJSON(?), ?::int)', [JSON.stringify(geometry), STORAGE_SRID]),
    sharesPoint: (column, literal) => knex.raw('ST_Intersects(??, ?)', [column, literal]),
    withinMetres: (column, literal, metres) =>
      // A box that surely holds the disc, in degrees, keeps the index usable; the ellipsoid then decides.
      knex.raw(
        '(?? && ST_Envelope(ST_Buffer(?::geography, ?::float8 * 1.01)::geometry) and ST_DWithin(??::geography, ?::geography, ?::float8))',
        [column, literal, metres, column, literal, metres],
      ),
  };
}
