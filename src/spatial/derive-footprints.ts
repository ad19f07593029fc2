import type { Knex } from 'knex';
import type { Extent } from '../config.js';
import { type SourceCrs, sourceCrs } from './crs.js';
import { geoJsonRings } from './geojson-rings.js';
import { validityFaults } from './geometry-validity.js';
import { STORAGE_SRID } from './postgis.js';
import { geometryFaults, LARGEST_FOOTPRINT } from './ring-size.js';
import type { GeometryFault, PolygonRings } from './rings.js';
import { polygonHex } from './well-known-binary.js';

/** A footprint as it is stored. */
export interface Footprint {
  /** Hex EWKB, MultiPolygon in EPSG:4490, vertices as they were sent. */
  readonly geom: string;
  /**
   * On the ellipsoid, edges straight in the footprint's own zone, as they are when it is judged: what is within and
   * what is not then add up to it.
   */
  readonly areaSquareMetres: number;
}

export type FootprintDerivation =
  | { readonly faults: readonly []; readonly footprint: Footprint }
  | { readonly faults: readonly GeometryFault[]; readonly footprint: null };

const DERIVE = `
select detail.valid, detail.reason, ST_X(detail.location) as fault_x, ST_Y(detail.location) as fault_y,
       geom::text as geom,
       case when detail.valid then ST_Area(ST_Transform(ST_Segmentize(ST_Transform(geom, zone), 100), ${STORAGE_SRID})::geography) end as area
from unnest(string_to_array(?, ',')) with ordinality as given (hex, ordinal)
cross join lateral ST_SetSRID(given.hex::geometry, ${STORAGE_SRID}) as geom
cross join lateral ST_IsValidDetail(geom) as detail
cross join lateral ST_Centroid(geom) as centre
cross join lateral judgement.judging_srid(ST_X(centre), ST_Y(centre)) as zone
order by given.ordinal`;

interface DerivedRow {
  readonly valid: boolean;
  readonly reason: string | null;
  readonly fault_x: number | null;
  readonly fault_y: number | null;
  readonly geom: string;
  readonly area: number;
}

/**
 * Checks GeoJSON footprints (longitude, latitude in CGCS2000) and derives what is stored of the good ones, in one
 * statement. A footprint is refused with code and vertex or taken as it is, never repaired.
 */
export async function deriveFootprints(
  sql: Knex,
  geometries: readonly unknown[],
  extent: Extent,
): Promise<FootprintDerivation[]> {
  const checked = geometries.map((geometry) => check(geometry, extent));
  const sound = checked.filter(({ faults }) => faults.length === 0).map(({ polygons }) => polygons);
  const rows = sound.length === 0 ? [] : await derive(sql, sound);
  let next = 0;
  return checked.map(({ polygons, faults }) =>
    faults.length > 0 ? { faults, footprint: null } : derivation(polygons, rows[next++]),
  );
}

function check(
  geometry: unknown,
  extent: Extent,
): { polygons: readonly PolygonRings[]; faults: readonly GeometryFault[] } {
  const { polygons, faults } = geoJsonRings(geometry);
  return faults.length > 0
    ? { polygons, faults }
    : { polygons, faults: geometryFaults(polygons, storageCrs, extent, LARGEST_FOOTPRINT) };
}

const storageCrs = sourceCrs(STORAGE_SRID) as SourceCrs;

async function derive(sql: Knex, sound: readonly (readonly PolygonRings[])[]): Promise<DerivedRow[]> {
  const { rows } = await sql.raw<{ rows: DerivedRow[] }>(DERIVE, [sound.map(polygonHex).join()]);
  return rows;
}

function derivation(polygons: readonly PolygonRings[], row: DerivedRow | undefined): FootprintDerivation {
  if (!row) throw new Error('PostGIS returned fewer footprints than it was given');
  if (row.valid) return { faults: [], footprint: { geom: row.geom, areaSquareMetres: row.area } };
  const at = row.fault_x === null || row.fault_y === null ? null : ([row.fault_x, row.fault_y] as const);
  return { faults: validityFaults(polygons, row.reason ?? 'unknown', at), footprint: null };
}
