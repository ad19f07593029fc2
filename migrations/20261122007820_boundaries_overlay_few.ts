import type { Knex } from 'knex';

/** An overlay is too dear for each document of a list: only those whose figures do not agree without one have it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What areas in force together cover, beside what is stated of them: one outline in several bands once; parts of outlines
    -- that lie above each other once where that can make a difference.
    create function boundaries.ground_of(
      stated double precision, shapes geometry[], areas double precision[], plane_areas double precision[]
    ) returns table (area_m2 double precision, plane_area_m2 double precision) language sql stable as $$
      with outline as materialized (
        select (array_agg(shape))[1] as shape, min(area) as area_m2, min(plane_area) as plane_area_m2
        from unnest(shapes, areas, plane_areas) as t (shape, area, plane_area) group by shape::bytea
      )
      select total.area_m2 * share, total.plane_area_m2 * share
      from (select count(*) as count, sum(o.area_m2) as area_m2, sum(o.plane_area_m2) as plane_area_m2 from outline o) total
      cross join lateral (
        select case when total.count > 1
                     and least(abs(total.area_m2 - stated), abs(total.plane_area_m2 - stated)) > 50 + 5e-6 * stated
                    then boundaries.share_of_ground(array(select shape from outline)) else 1 end as share
        offset 0
      ) ground
      $$;
    create or replace function boundaries.ground_nearest_to(stated double precision, areas uuid[])
    returns table (day date, area_m2 double precision, plane_area_m2 double precision) language sql stable as $$
      with area as materialized (select * from boundaries.permitted_area where id = any(areas) and superseded_at is null)
      select change.day, ground.area_m2, ground.plane_area_m2
      from (select valid_from as day from area union select valid_to from area) change
      cross join lateral (
        select array_agg(geom) as shapes, array_agg(area.area_m2) as areas, array_agg(area.plane_area_m2) as plane_areas
        from area where valid_from <= change.day and coalesce(valid_to, 'infinity') > change.day
      ) in_force
      cross join lateral boundaries.ground_of(stated, in_force.shapes, in_force.areas, in_force.plane_areas) ground
      where in_force.shapes is not null
      order by least(abs(ground.area_m2 - stated), abs(ground.plane_area_m2 - stated)), change.day limit 1
      $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function boundaries.ground_nearest_to(stated double precision, areas uuid[])
    returns table (day date, area_m2 double precision, plane_area_m2 double precision) language sql stable as $$
      with area as materialized (select * from boundaries.permitted_area where id = any(areas) and superseded_at is null)
      select change.day, ground.area_m2, ground.plane_area_m2
      from (select valid_from as day from area union select valid_to from area) change
      cross join lateral (
        select sum(area.area_m2) as area_m2, sum(area.plane_area_m2) as plane_area_m2, boundaries.share_of_ground(array_agg(geom)) as share
        from area where valid_from <= change.day and coalesce(valid_to, 'infinity') > change.day
      ) in_force
      cross join lateral (select in_force.area_m2 * share as area_m2, in_force.plane_area_m2 * share as plane_area_m2) ground
      where ground.area_m2 is not null
      order by least(abs(ground.area_m2 - stated), abs(ground.plane_area_m2 - stated)), change.day limit 1
      $$;
    drop function boundaries.ground_of(double precision, geometry[], double precision[], double precision[]);
  `);
}
