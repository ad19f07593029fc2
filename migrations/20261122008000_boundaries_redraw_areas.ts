import type { Knex } from 'knex';

/** Areas whose mine moves to another zone are drawn anew there. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Between corners given in degrees, edges are straight in the plane where the mine is judged. Where its mine's location
    -- has come to lie in another zone, or its own does now that there is none, an area that stands is therefore another
    -- one: it gets a version that is drawn there. For the registry, in the transaction of the move.
    create function boundaries.redraw_areas(mine_ids uuid[], at timestamptz, reason text)
    returns table (id uuid, version integer, mine_id uuid, kind text, valid_from date, valid_to date, content_digest text)
    language plpgsql volatile as $$
    begin
      perform pg_advisory_xact_lock(hashtextextended('permitted-areas ' || asked.id, 0))
      from (select every.id from unnest(mine_ids) as every (id) order by 1) asked;
      return query
      with moved as materialized (
        select a.id, place.zone
        from unnest(mine_ids) as asked (id)
        join registry.published_mine m on m.id = asked.id
        join boundaries.permitted_area a on a.mine_id = m.id and a.superseded_at is null
        join spatial_ref_sys given on given.srid = a.source_srid
        cross join lateral (
          select judgement.judging_srid(coalesce(ST_X(m.location), ST_X(ST_Centroid(a.geom))),
                                        coalesce(ST_Y(m.location), ST_Y(ST_Centroid(a.geom)))) as zone
        ) place
        where given.srtext not like 'PROJCS%' and ST_SRID(a.plane_geom) <> place.zone
      ),
      former as (
        update boundaries.permitted_area a set superseded_at = greatest(a.recorded_at, at)
        from moved where a.id = moved.id and a.superseded_at is null
        returning a.*, moved.zone
      )
      insert into boundaries.permitted_area (id, version, mine_id, licence_id, kind, name, geom, plane_geom, corners, source_srid,
        crs_class, ceiling_m, floor_m, area_m2, plane_area_m2, stated_area_m2, sigma_m, sigma_z_m, valid_from, valid_to,
        recorded_at, authority, document_number, content_digest, change, change_reason)
      select f.id, f.version + 1, f.mine_id, f.licence_id, f.kind, f.name,
             ST_Multi(case when ST_IsValid(d.geom) then d.geom else ST_CollectionExtract(ST_MakeValid(d.geom), 3) end),
             p.geom, f.corners, f.source_srid, f.crs_class, f.ceiling_m, f.floor_m, f.area_m2, ST_Area(p.geom), f.stated_area_m2,
             f.sigma_m, f.sigma_z_m, f.valid_from, f.valid_to, f.superseded_at, f.authority, f.document_number,
             f.content_digest, 'CORRECTED', reason
      from former f
      cross join lateral (select ST_Transform(f.plane_geom, f.zone) as geom offset 0) t
      cross join lateral (
        select ST_Multi(case when ST_IsValid(t.geom) then t.geom else ST_CollectionExtract(ST_MakeValid(t.geom), 3) end) as geom offset 0
      ) p
      cross join lateral (select ST_Transform(ST_Segmentize(p.geom, 100), 4490) as geom offset 0) d
      returning permitted_area.id, permitted_area.version, permitted_area.mine_id, permitted_area.kind, permitted_area.valid_from,
                permitted_area.valid_to, permitted_area.content_digest;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function boundaries.redraw_areas(uuid[], timestamptz, text)');
}
