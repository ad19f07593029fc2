import type { Knex } from 'knex';
import { STORAGE_SRID } from './postgis.js';

/** Two shapes that should be one, as hex EWKB in whatever CRS. */
export interface ShapePair {
  readonly label: string;
  readonly one: string;
  readonly other: string;
}

/** Corners as issued (x northing, y easting) and the shape that was made of them, hex EWKB. */
export interface CorneredShape {
  readonly label: string;
  readonly srid: number;
  readonly corners: readonly { readonly x: number; readonly y: number; readonly ring: number }[];
  /** Where the corners are said to be in the plane of the shape: easting, northing. */
  readonly places: readonly (readonly [easting: number, northing: number])[];
  readonly shape: string;
}

/** A point that should lie where another does, hex EWKB in whatever CRS. */
export interface PlacePair {
  readonly label: string;
  readonly one: string;
  readonly other: string;
  /** A shape on which it may lie instead; null: there is none. */
  readonly or: string | null;
}

/** What is said of the size of a shape (hex EWKB). */
export interface SizedShape {
  readonly label: string;
  readonly shape: string;
  /** On the ellipsoid. */
  readonly area: number;
  /** In the plane of a CRS, or where that is none, in the plane of `shape`; null: nothing is said of it. */
  readonly plane: { readonly srid: number; readonly area: number; readonly shape: string } | null;
}

/** What outlines may be apart after leaving one plane for another: a chord error of a millimetre, and rounding. */
const APART_METRES = 0.002;

/** Labels of the pairs whose outlines lie more than two millimetres apart on average. */
export async function shapesApart(knex: Knex, pairs: readonly ShapePair[]): Promise<readonly string[]> {
  if (pairs.length === 0) return [];
  const { rows } = await knex.raw(
    `select label from jsonb_to_recordset(?::jsonb) as pair (label text, one text, other text)
     cross join lateral (
       select ST_Transform(one::geometry, ${STORAGE_SRID}) as a, ST_Transform(other::geometry, ${STORAGE_SRID}) as b offset 0
     ) as placed
     where one <> other
       and ST_Area(ST_SymDifference(ST_MakeValid(a), ST_MakeValid(b), 1e-11)::geography) > ?::float8 * ST_Perimeter(a::geography)
     order by label`,
    [JSON.stringify(pairs), APART_METRES],
  );
  return rows.map(({ label }: { label: string }) => label);
}

/**
 * How far the middle between two corners may be from the outline, as a share of their distance: an edge may be straight in
 * another plane than the shape's.
 */
const BOWED = 0.001;

/**
 * Labels of the shapes whose outline does not go from corner to corner, in their order, and of those whose corners are
 * elsewhere than said.
 */
export async function cornersApart(
  knex: Knex,
  shapes: readonly CorneredShape[],
): Promise<{ readonly outline: readonly string[]; readonly places: readonly string[] }> {
  if (shapes.length === 0) return { outline: [], places: [] };
  const { rows } = await knex.raw(
    `with corner as materialized (
       select area.label, corner.ring, corner.n, placed.outline, point, coalesce(lead(point) over ring, first_value(point) over ring) as next,
              area.places -> (corner.n::int - 1) as said
       from jsonb_to_recordset(:shapes::jsonb) as area (label text, srid int, corners jsonb, places jsonb, shape text)
       cross join lateral (select ST_Boundary(shape::geometry) as outline, ST_SRID(shape::geometry) as plane offset 0) as placed
       cross join lateral (
         select n, (c ->> 'x')::float8 as x, (c ->> 'y')::float8 as y, (c ->> 'ring')::int as ring
         from jsonb_array_elements(corners) with ordinality as corner (c, n)
       ) as corner
       cross join lateral ST_Transform(ST_SetSRID(ST_MakePoint(corner.y, corner.x), srid), plane) as point
       window ring as (partition by area.label, corner.ring order by corner.n rows between unbounded preceding and unbounded following)
     )
     select label,
            bool_or(ST_Distance(point, outline) > :apart
                    or ST_Distance(ST_LineInterpolatePoint(ST_MakeLine(point, next), 0.5), outline)
                       > greatest(:apart, :bowed * ST_Distance(point, next))) as outline,
            bool_or(said is null or abs((said ->> 0)::float8 - ST_X(point)) > :apart or abs((said ->> 1)::float8 - ST_Y(point)) > :apart) as places
     from corner group by label order by label`,
    { shapes: JSON.stringify(shapes), apart: APART_METRES, bowed: BOWED },
  );
  const where = (what: 'outline' | 'places'): readonly string[] =>
    rows.filter((row: Record<string, unknown>) => row[what]).map(({ label }: { label: string }) => label);
  return { outline: where('outline'), places: where('places') };
}

/** Labels of the points that lie elsewhere. */
export async function placesApart(knex: Knex, pairs: readonly PlacePair[]): Promise<readonly string[]> {
  if (pairs.length === 0) return [];
  const { rows } = await knex.raw(
    `select label from jsonb_to_recordset(?::jsonb) as pair (label text, one text, other text, "or" text)
     cross join lateral (select ST_SRID(one::geometry) as plane offset 0) as p
     where not ST_DWithin(one::geometry, ST_Transform(other::geometry, plane), ?::float8)
       and ("or" is null or not ST_DWithin(one::geometry, ST_Transform("or"::geometry, plane), ?::float8))
     order by label`,
    [JSON.stringify(pairs), APART_METRES, APART_METRES],
  );
  return rows.map(({ label }: { label: string }) => label);
}

/**
 * What sizes may differ by: edges of an area of record are straight in degrees, in a shape they bow by as much as a
 * straight edge does in a plane, which grows with the cube of its length.
 */
const BOW_PER_CUBIC_METRE = 5e-9;

/** Labels of the shapes that are larger or smaller than said. */
export async function sizesApart(knex: Knex, shapes: readonly SizedShape[]): Promise<readonly string[]> {
  if (shapes.length === 0) return [];
  const { rows } = await knex.raw(
    `select label
     from jsonb_to_recordset(:shapes::jsonb) as sized (label text, shape text, area float8, plane jsonb)
     cross join lateral (select ST_Transform(shape::geometry, ${STORAGE_SRID}) as geom offset 0) as stored
     cross join lateral (
       select 1e-5 * ST_Area(geom::geography) + :bow * ST_Perimeter(geom::geography) ^ 3 as most,
              ST_Area(geom::geography) as area offset 0
     ) as real
     left join spatial_ref_sys crs on crs.srid = (plane ->> 'srid')::int
     where abs(sized.area - real.area) > real.most
        or abs((plane ->> 'area')::float8 - case when crs.srtext like 'PROJCS%' then ST_Area(ST_Transform(geom, crs.srid))
                                                 else ST_Area((plane ->> 'shape')::geometry) end) > real.most
     order by label`,
    { shapes: JSON.stringify(shapes), bow: BOW_PER_CUBIC_METRE },
  );
  return rows.map(({ label }: { label: string }) => label);
}
