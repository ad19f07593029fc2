import type { Knex } from 'knex';

/**
 * Whether two stored geometries lie within `metres` of each other on the ellipsoid. The box of the one is grown by
 * more than that in degrees, so that the other's GiST index answers first.
 */
export const nearEachOther = (knex: Knex, column: string, other: string, metres: number): Knex.Raw =>
  knex.raw(
    `?? && ST_Expand(??, 1.01 * ?::float8 / (111320 * greatest(0.01, cos(radians(least(89.5, greatest(abs(ST_YMin(??)), abs(ST_YMax(??)))))))),
       1.01 * ?::float8 / 110540) and ST_DWithin(??::geography, ??::geography, ?::float8)`,
    [other, column, metres, column, column, metres, column, other, metres],
  );

/**
 * Metres between two stored geometries on the ellipsoid; 0 where they meet. (PostGIS 3.3 says 0 of some that are up to two
 * metres apart: there degrees are made metres.)
 */
export const metresBetween = (knex: Knex, column: string, other: string): Knex.Raw =>
  knex.raw(
    `(select case when ellipsoid.metres > 0 then ellipsoid.metres
                  else ST_Distance(ST_Scale(??, scale.x, scale.y), ST_Scale(??, scale.x, scale.y)) end
      from (select ST_Distance(??::geography, ??::geography) as metres offset 0) as ellipsoid
      cross join (select 111320 * cos(radians(ST_YMin(??))) as x, 110540 as y) as scale)`,
    [column, other, column, other, column],
  );

/**
 * A lateral row `geom` (what two stored geometries share, polygons only, on a grid of a micrometre as the overlaps kept
 * are) and `area_m2` (on the ellipsoid).
 */
export const sharedPart = (knex: Knex, column: string, other: string): Knex.Raw =>
  knex.raw(
    `(select part.geom, ST_Area(part.geom::geography) as area_m2
      from (select ST_Multi(ST_CollectionExtract(ST_Intersection(??, ??, 1e-11), 3)) as geom offset 0) as part)`,
    [column, other],
  );
