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
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  readonly shape: string;
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

/** Labels of the shapes on whose outline one of their corners does not lie. */
export async function cornersApart(knex: Knex, shapes: readonly CorneredShape[]): Promise<readonly string[]> {
  if (shapes.length === 0) return [];
  const { rows } = await knex.raw(
    `select distinct label
     from jsonb_to_recordset(?::jsonb) as area (label text, srid int, corners jsonb, shape text)
     cross join lateral (select shape::geometry as geom offset 0) as placed
     cross join lateral jsonb_to_recordset(corners) as corner (x float8, y float8)
     cross join lateral ST_Transform(ST_SetSRID(ST_MakePoint(corner.y, corner.x), srid), ST_SRID(geom)) as point
     where ST_Distance(point, ST_Boundary(geom)) > ?::float8
     order by label`,
    [JSON.stringify(shapes), APART_METRES],
  );
  return rows.map(({ label }: { label: string }) => label);
}
