import type { Knex } from 'knex';
import type { Extent } from '../config.js';
import { judgingSrid, samePlaneSrid, sourceCrs } from './crs.js';
import { validityFaults } from './geometry-validity.js';
import { STORAGE_SRID } from './postgis.js';
import { type GeometryFault, outsideExtent, type PolygonRings, type Position } from './rings.js';
import { polygonHex } from './well-known-binary.js';

/** The corners of one area, in the CRS they were issued in. */
export interface AreaCorners {
  readonly srid: number;
  readonly polygons: readonly PolygonRings[];
  /** Where its mine lies, where that is not the same for all areas. */
  readonly mineLocation?: Position | null;
}

/** What is stored of an area beside its corners. */
export interface DerivedGeometry {
  /** Hex EWKB, MultiPolygon in EPSG:4490, edges densified where they are straight. */
  readonly geom: string;
  /** The same in the zone it is judged in: just the corners where edges are straight there. */
  readonly planeGeom: string;
  readonly areaSquareMetres: number;
  readonly planeAreaSquareMetres: number;
}

export type AreaDerivation =
  | { readonly faults: readonly []; readonly geometry: DerivedGeometry }
  | { readonly faults: readonly GeometryFault[]; readonly geometry: null };

/**
 * Longest edge before an area leaves the plane in which its edges are straight: at 100 m the chord error in the next
 * CRS stays below a millimetre. That plane is the CRS the licence was issued in. Degrees are no plane: there the edges
 * are straight where the mine is judged, as those of footprints are.
 */
const LONGEST_EDGE_METRES = 100;
const LONGEST_EDGE_DEGREES = 0.0009;

/** Rounding in a transformation can make rings cross by a nanometre where they touch; only that is mended. */
const valid = (geometry: string): string =>
  `(select case when ST_IsValid(g) then g else ST_Multi(ST_CollectionExtract(ST_MakeValid(g), 3)) end from ST_Multi(${geometry}) as g)`;

/**
 * Validates areas and derives what is stored of them, all in one statement. `mineLocation` picks the zone they
 * are judged in; without it each area's centroid does.
 *
 * Area of record: the ellipsoidal area between the corners' latitudes and longitudes, edges straight in those
 * (TD/T 1055-2019 appendix D sums small trapezoids of latitude and longitude). Plane area: in the source CRS
 * when that is projected, else in the judging zone.
 */
export async function deriveAreas(
  sql: Knex,
  areas: readonly AreaCorners[],
  mineLocation: Position | null,
  extent: Extent,
): Promise<AreaDerivation[]> {
  if (areas.length === 0) return [];
  const { rows } = await sql.raw<{ rows: DerivedRow[] }>(DERIVE, [
    areas.map((area) => polygonHex(area.polygons)).join(),
    arrayText(areas.map((area) => area.srid)),
    arrayText(areas.map((area) => sourceCrs(area.srid)?.kind === 'GEOGRAPHIC')),
    arrayText(areas.map((area) => samePlaneSrid(area.srid) ?? 0)),
    arrayText(
      areas.map((area) => {
        const location = area.mineLocation === undefined ? mineLocation : area.mineLocation;
        return location ? judgingSrid(...location) : 0;
      }),
    ),
    ...(extent ?? [-180, -90, 180, 90]),
  ]);
  return areas.map((area, i) => derivation(area, rows[i], extent));
}

/** An array as PostgreSQL writes it; the driver would look for something to escape in each element. */
const arrayText = (values: readonly (number | boolean)[]): string => `{${values.join()}}`;

const DERIVE = `
with given as (
  -- Hex has no commas, and as one text nothing in it is escaped.
  select ordinal, geographic, sibling, given_zone, ST_SetSRID(hex::geometry, srid) as geom
  from unnest(string_to_array(?, ','), ?::int[], ?::boolean[], ?::int[], ?::int[]) with ordinality
       as given (hex, srid, geographic, sibling, given_zone, ordinal)
), checked as materialized (
  select given.*, ST_IsValid(geom) as valid from given
), placed as materialized (
  select checked.*, ST_Transform(geom, ${STORAGE_SRID}) as corners,
         coalesce(nullif(given_zone, 0), (
           select judgement.judging_srid(ST_X(c), ST_Y(c)) from ST_Transform(ST_Centroid(geom), ${STORAGE_SRID}) as c
         )) as zone
  from checked where valid
), zoned as materialized (
  select placed.*, ST_Transform(case when geographic or sibling = zone then geom else dense end, zone) as plane,
         case when geographic then null else dense end as dense_source
  from placed cross join lateral (select ST_Segmentize(geom, ${LONGEST_EDGE_METRES}) as dense) as d
), stored as materialized (
  select ordinal, corners, ${valid('plane')} as plane,
         ${valid(`ST_Transform(coalesce(dense_source, ST_Segmentize(plane, ${LONGEST_EDGE_METRES})), ${STORAGE_SRID})`)} as geom
  from zoned
), outside as (
  -- Vertices beyond the extent, only where the area's box is.
  select stored.ordinal, vertex.n, vertex.x, vertex.y
  from stored cross join lateral (select ST_MakeEnvelope(?, ?, ?, ?, ${STORAGE_SRID}) as box) as extent
  cross join lateral (
    select n, ST_X(dump.geom) as x, ST_Y(dump.geom) as y
    from ST_DumpPoints(stored.corners) with ordinality as dump (path, geom, n)
    where not stored.corners @ extent.box and not dump.geom @ extent.box order by n limit 1
  ) as vertex
)
select checked.valid, detail.reason, ST_X(detail.location) as fault_x, ST_Y(detail.location) as fault_y, stored.geom::text as geom, stored.plane::text as plane_geom,
       ST_Area(ST_Segmentize(stored.corners, ${LONGEST_EDGE_DEGREES})::geography) as area,
       case when checked.geographic then ST_Area(stored.plane) else ST_Area(checked.geom) end as plane_area,
       outside.n::int as outside_n, outside.x as outside_x, outside.y as outside_y
from checked
left join lateral (select (ST_IsValidDetail(checked.geom)).* where not checked.valid offset 0) as detail on true
left join stored using (ordinal)
left join outside using (ordinal)
order by checked.ordinal`;

interface DerivedRow {
  readonly valid: boolean;
  readonly reason: string | null;
  readonly fault_x: number | null;
  readonly fault_y: number | null;
  readonly geom: string;
  readonly plane_geom: string;
  readonly area: number;
  readonly plane_area: number;
  readonly outside_n: number | null;
  readonly outside_x: number;
  readonly outside_y: number;
}

function derivation(area: AreaCorners, row: DerivedRow | undefined, extent: Extent): AreaDerivation {
  if (!row) throw new Error('PostGIS returned fewer areas than it was given');
  if (!row.valid) {
    const at = row.fault_x === null || row.fault_y === null ? null : ([row.fault_x, row.fault_y] as const);
    return { faults: validityFaults(area.polygons, row.reason ?? 'unknown', at), geometry: null };
  }
  if (row.outside_n !== null) {
    const fault: GeometryFault = {
      code: 'OUTSIDE_EXTENT',
      message: outsideExtent(row.outside_x, row.outside_y, extent),
      ...placeOfPoint(area.polygons, row.outside_n),
    };
    return { faults: [fault], geometry: null };
  }
  return {
    faults: [],
    geometry: {
      geom: row.geom,
      planeGeom: row.plane_geom,
      areaSquareMetres: row.area,
      planeAreaSquareMetres: row.plane_area,
    },
  };
}

/** Ring and vertex of the n-th point of the closed rings, counted from 1 through all of them. */
function placeOfPoint(polygons: readonly PolygonRings[], n: number): { ring: number; vertex: number } {
  let before = 0;
  for (const [i, ring] of polygons.flat().entries()) {
    if (n <= before + ring.length + 1) return { ring: i + 1, vertex: ((n - before - 1) % ring.length) + 1 };
    before += ring.length + 1;
  }
  return { ring: 1, vertex: 1 };
}
