import type { Knex } from 'knex';

/**
 * Findings heed when areas and licences are in force, what lies above each other, what a document states of each of its stages,
 * and corrections that mend nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The part of their areas that shapes cover: less than 1 where some lie above each other.
    create function boundaries.share_of_ground(shapes geometry[]) returns double precision language sql stable as $$
      with boxed as materialized (
        select shape::box as box, place from unnest(shapes) with ordinality as t (shape, place)
      )
      select case when exists (select from boxed a join boxed b on a.place < b.place and a.box && b.box)
                  -- 1e-11 degrees are a micrometre; without a grid an overlay of edges in common can fail in the embedded database.
                  then (select ST_Area(ST_Union(shape, 1e-11)::geography) / sum(ST_Area(shape::geography)) from unnest(shapes) as shape)
                  else 1 end
      $$;
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
    -- Of areas as they stand, what those in force together cover: of the days on which that changes, the one on which it comes
    -- nearest to what is stated of them. Rights that follow each other, or lie above each other, are stated once.
    create function boundaries.ground_nearest_to(stated double precision, areas uuid[])
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
    -- What those areas cover that are in force together at last, of days before one.
    create function boundaries.ground_at_last(stated double precision, areas uuid[], before date)
    returns table (day date, area_m2 double precision, plane_area_m2 double precision) language sql stable as $$
      with area as materialized (select * from boundaries.permitted_area where id = any(areas) and superseded_at is null)
      select change.day, ground.area_m2, ground.plane_area_m2
      from (
        select max(day) as day from (select valid_from as day from area union select valid_to from area) change
        where day < before and exists (select from area where valid_from <= day and coalesce(valid_to, 'infinity') > day)
      ) change
      cross join lateral (
        select array_agg(geom) as shapes, array_agg(area.area_m2) as areas, array_agg(area.plane_area_m2) as plane_areas
        from area where valid_from <= change.day and coalesce(valid_to, 'infinity') > change.day
      ) in_force
      cross join lateral boundaries.ground_of(stated, in_force.shapes, in_force.areas, in_force.plane_areas) ground
      where change.day is not null
      $$;
    create or replace view boundaries.every_data_quality_finding as
      -- Of corners, with the version they are of. What an import noticed lasts as long as what it is about: the corners and
      -- the band of the area, that it goes on, or that it stands. Its class and its stated area are asked of what is stored.
      select finding.id, finding.mine_id, null::uuid as other_mine_id, finding.area_id, area.version as area_version, null::uuid as licence_id,
             finding.code, finding.severity, finding.message, finding.advice, null::jsonb as facts, finding.line, finding.ring, finding.vertex,
             finding.found_at
      from boundaries.data_quality_finding finding
      left join boundaries.permitted_area area on area.id = finding.area_id and area.superseded_at is null
      where finding.superseded_at is null and finding.code not like 'STATED\\_AREA\\_%' and finding.code <> 'CRS_BALLPARK'
        and (finding.area_id is null or area.version = finding.area_version
             or finding.code not in ('SHORT_EDGE', 'SPIKE', 'RING_TOUCHES') and area.id is not null and exists (
               select from boundaries.permitted_area noticed
               where noticed.id = finding.area_id and noticed.version = finding.area_version and case finding.code
                 when 'AREA_NOT_IN_FILE' then coalesce(area.valid_to, 'infinity') >= coalesce(noticed.valid_to, 'infinity')
                 when 'KIND_UNKNOWN' then true
                 else area.corners = noticed.corners and area.floor_m is not distinct from noticed.floor_m
                      and area.ceiling_m is not distinct from noticed.ceiling_m end))
      union all
      select md5('CRS_BALLPARK/' || id || '/' || version)::uuid, mine_id, null, id, version, null, 'CRS_BALLPARK', null, null, null,
             jsonb_build_object('srid', source_srid), null, null, null, recorded_at
      from boundaries.permitted_area where superseded_at is null and crs_class = 'BALLPARK'
      union all
      select id, mine_id, null, null, null, null, code, null, null, null, facts, null, null, null, found_at
      from registry.published_data_quality
      union all
      select id, mine_id, null, null, null, licence_id, code, null, null, null, facts, null, null, null, found_at
      from licences.published_data_quality
      union all
      -- Once for each of the two mines.
      select md5('RIGHTS_OVERLAP/' || a.id || '/' || o.id)::uuid, a.mine_id, o.mine_id, a.id, a.version, null, 'RIGHTS_OVERLAP', null, null, null,
             jsonb_build_object('squareMetres', round(pair.area_m2), 'otherArea', coalesce(o.name, o.id::text)), null, null, null,
             greatest(a.recorded_at, o.recorded_at)
      from (
        select area_id, other_area_id, area_m2 from boundaries.area_overlap
        union all
        select other_area_id, area_id, area_m2 from boundaries.area_overlap
      ) pair
      join boundaries.permitted_area a on a.id = pair.area_id and a.superseded_at is null
      join boundaries.permitted_area o on o.id = pair.other_area_id and o.superseded_at is null
      where a.mine_id <> o.mine_id
      union all
      select md5('AREAS_OVERLAP_IN_TIME/' || a.id || '/' || o.id)::uuid, a.mine_id, null, a.id, a.version, null, 'AREAS_OVERLAP_IN_TIME', null, null, null,
             jsonb_build_object('squareMetres', round(pair.area_m2), 'kind', a.kind, 'otherArea', coalesce(o.name, o.id::text),
                                'from', greatest(a.valid_from, o.valid_from), 'to', least(a.valid_to, o.valid_to)), null, null, null,
             greatest(a.recorded_at, o.recorded_at)
      from boundaries.area_overlap pair
      join boundaries.permitted_area a on a.id = pair.area_id and a.superseded_at is null
      join boundaries.permitted_area o on o.id = pair.other_area_id and o.superseded_at is null
      where a.mine_id = o.mine_id
      union all
      select md5('AREA_GAP/' || mine_id || '/' || upper(before))::uuid, mine_id, null, null, null, null, 'AREA_GAP', null, null, null,
             jsonb_build_object('from', upper(before), 'to', lower(after)), null, null, null, found_at
      from (
        select mine_id, found_at, period as before, lead(period) over (partition by mine_id order by lower(period)) as after
        from (
          select mine_id, range_agg(daterange(valid_from, valid_to)) as periods, max(recorded_at) as found_at
          from boundaries.permitted_area where superseded_at is null and kind = 'MINING_RIGHT' group by mine_id
        ) of_mine cross join lateral unnest(of_mine.periods) as period
      ) chain
      where after is not null
      union all
      select md5('ELEVATION_IMPLAUSIBLE/' || id || '/' || version)::uuid, mine_id, null, id, version, null, 'ELEVATION_IMPLAUSIBLE', null, null, null,
             jsonb_build_object('ceiling', ceiling_m, 'floor', floor_m), null, null, null, recorded_at
      from boundaries.permitted_area
      where superseded_at is null and (floor_m = ceiling_m or floor_m < -2500 or ceiling_m > 6500 or ceiling_m - floor_m > 3000)
      union all
      -- A licence that was withdrawn is valid on no day.
      select md5('AREA_OUTLIVES_LICENCE/' || a.id || '/' || a.version)::uuid, a.mine_id, null, a.id, a.version, l.id, 'AREA_OUTLIVES_LICENCE', null, null, null,
             jsonb_build_object('number', coalesce(l.number, withdrawn.number), 'areaFrom', a.valid_from, 'areaTo', a.valid_to, 'from', l.valid_from,
                                'to', least(l.valid_to, l.revoked_on), 'withdrawn', l.id is null,
                                'revoked', coalesce(l.revoked_on < coalesce(l.valid_to, 'infinity'), false)),
             null, null, null, greatest(a.recorded_at, l.updated_at, withdrawn.superseded_at)
      from boundaries.permitted_area a
      left join licences.published_licence l on l.id = a.licence_id
      left join lateral (
        select v.number, v.superseded_at from licences.published_licence_version v where v.id = a.licence_id and l.id is null order by v.version desc limit 1
      ) withdrawn on true
      where a.superseded_at is null
        and (withdrawn.number is not null or a.valid_from < l.valid_from
             or coalesce(a.valid_to, 'infinity') > coalesce(least(l.valid_to, l.revoked_on), 'infinity'))
      union all
      -- What a document states, as it was stated last of any of its areas, beside the ground that those still in it cover
      -- together; an import tells the same of its file (stated-area.ts). Stated areas have four decimals of a square kilometre;
      -- methods differ by some parts in a million.
      select md5('STATED_AREA/' || mine_id || '/' || kind || '/' || document || '/' || stated)::uuid, mine_id, null,
             case when count = 1 then area_id end, case when count = 1 then area_version end, null,
             case when abs(ground.area_m2 - stated) <= 50 + 5e-6 * stated then 'STATED_AREA_ELLIPSOIDAL'
                  when abs(ground.plane_area_m2 - stated) <= 50 + 5e-6 * stated then 'STATED_AREA_PLANE' else 'STATED_AREA_MISMATCH' end, null, null, null,
             jsonb_build_object('stated', stated, 'ellipsoidal', ground.area_m2, 'plane', ground.plane_area_m2,
                                'planeAgrees', abs(ground.plane_area_m2 - stated) <= 50 + 5e-6 * stated), null, null, null, recorded_at
      from (
        select mine_id, kind, document, stated, count(*) as count, array_agg(id) as areas, (array_agg(id))[1] as area_id,
               max(version) as area_version, sum(area_m2) as area_m2, sum(plane_area_m2) as plane_area_m2, max(recorded_at) as recorded_at
        from (
          select staged.*,
                 -- Files that name neither document nor licence state their areas each for itself.
                 case when document_number is null and licence_id is null then stated_area_m2
                      else first_value(stated_area_m2) over (partition by mine_id, kind, document, stage
                                                             order by stated_area_m2 is null, stated_since desc, stated_area_m2) end as stated
          from (
            -- A document may permit one thing after another, and state each: what begins when all before it has ended is stated by itself.
            select begun.*, count(*) filter (where begins) over (partition by mine_id, kind, document order by valid_from, id) as stage
            from (
              select of_document.*, valid_from >= max(coalesce(valid_to, 'infinity')) over (
                       partition by mine_id, kind, document order by valid_from, id rows between unbounded preceding and 1 preceding) as begins
              from (
                select area.id, area.version, mine_id, kind, document_number, licence_id, coalesce(document_number, licence_id::text, valid_from::text) as document,
                       valid_from, valid_to, stated_area_m2, area_m2, plane_area_m2, recorded_at,
                       case when version = 1 then recorded_at
                            else (select min(past.recorded_at) from boundaries.permitted_area past
                                  where past.id = area.id and past.stated_area_m2 = area.stated_area_m2) end as stated_since
                from boundaries.permitted_area area
                where superseded_at is null and not exists (
                  select from boundaries.data_quality_finding omitted
                  join boundaries.permitted_area noticed on noticed.id = omitted.area_id and noticed.version = omitted.area_version
                  where omitted.area_id = area.id and omitted.code = 'AREA_NOT_IN_FILE' and omitted.superseded_at is null
                    and coalesce(area.valid_to, 'infinity') >= coalesce(noticed.valid_to, 'infinity'))
              ) of_document
            ) begun
          ) staged
        ) of_statement
        group by mine_id, kind, document, stated
      ) document
      cross join lateral (
        select null::date as day, document.area_m2, document.plane_area_m2 where document.count = 1
        union all
        select day, area_m2, plane_area_m2 from boundaries.ground_nearest_to(document.stated, document.areas) where document.count > 1
      ) ground
      where stated is not null
      union all
      select md5('LICENCE_AREA_MISMATCH/' || l.id)::uuid, l.mine_id, null, null, null, l.id, 'LICENCE_AREA_MISMATCH', null, null, null,
             jsonb_build_object('number', l.number, 'stated', l.stated_area_km2, 'day', ground.day,
                                'ellipsoidal', ground.area_m2 / 1e6, 'plane', ground.plane_area_m2 / 1e6),
             null, null, null, greatest(s.recorded_at, l.updated_at)
      from licences.published_licence l
      cross join lateral (
        select count(*) as count, array_agg(a.id) as areas, sum(a.area_m2) as area_m2, sum(a.plane_area_m2) as plane_area_m2,
               max(a.recorded_at) as recorded_at
        from boundaries.permitted_area a
        where a.licence_id = l.id and a.kind = 'MINING_RIGHT' and a.superseded_at is null
      ) s
      cross join lateral (
        select null::date as day, s.area_m2, s.plane_area_m2 where s.count = 1
        union all
        select day, area_m2, plane_area_m2
        from boundaries.ground_at_last(1e6 * l.stated_area_km2, s.areas, coalesce(least(l.valid_to, l.revoked_on), 'infinity')) where s.count > 1
      ) ground
      where l.kind = 'MINING_LICENCE'
        and least(abs(ground.area_m2 - 1e6 * l.stated_area_km2), abs(ground.plane_area_m2 - 1e6 * l.stated_area_km2)) > 50 + 5 * l.stated_area_km2
      union all
      select md5('LOCATION_FAR_FROM_AREAS/' || m.id)::uuid, m.id, null, null, null, null, 'LOCATION_FAR_FROM_AREAS', null, null, null,
             jsonb_build_object('kilometres', round(near.metres / 1000)), null, null, null, greatest(m.updated_at, near.recorded_at)
      from registry.published_mine m
      cross join lateral (
        -- By boxes in degrees first, as most mines lie in their areas: where no point of a box is farther than 0.04 degrees (the two
        -- directions added), none is 5 km away. The distance is asked of the others only.
        select case when min(greatest(abs(ST_X(m.location) - ST_XMin(a.geom)), abs(ST_X(m.location) - ST_XMax(a.geom)))
                             + greatest(abs(ST_Y(m.location) - ST_YMin(a.geom)), abs(ST_Y(m.location) - ST_YMax(a.geom)))) > 0.04
                    then (select min(ST_Distance(r.geom::geography, m.location::geography)) from boundaries.permitted_area r
                          where r.mine_id = m.id and r.kind = 'MINING_RIGHT' and r.superseded_at is null) end as metres,
               max(a.recorded_at) as recorded_at
        from boundaries.permitted_area a where a.mine_id = m.id and a.kind = 'MINING_RIGHT' and a.superseded_at is null
      ) near
      where m.location is not null and near.metres > 5000;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace view boundaries.every_data_quality_finding as
      select id, mine_id, null::uuid as other_mine_id, area_id, area_version, null::uuid as licence_id, code, severity, message,
             advice, null::jsonb as facts, line, ring, vertex, found_at
      from boundaries.data_quality_finding finding
      where superseded_at is null and code not like 'STATED\\_AREA\\_%' and (area_id is null or exists (
        select from boundaries.permitted_area area
        where area.id = finding.area_id and area.version = finding.area_version and area.superseded_at is null))
      union all
      select id, mine_id, null, null, null, null, code, null, null, null, facts, null, null, null, found_at
      from registry.published_data_quality
      union all
      select id, mine_id, null, null, null, licence_id, code, null, null, null, facts, null, null, null, found_at
      from licences.published_data_quality
      union all
      -- Once for each of the two mines.
      select md5('RIGHTS_OVERLAP/' || a.id || '/' || o.id)::uuid, a.mine_id, o.mine_id, a.id, a.version, null, 'RIGHTS_OVERLAP', null, null, null,
             jsonb_build_object('squareMetres', round(pair.area_m2), 'otherArea', coalesce(o.name, o.id::text)), null, null, null,
             greatest(a.recorded_at, o.recorded_at)
      from (
        select area_id, other_area_id, area_m2 from boundaries.area_overlap
        union all
        select other_area_id, area_id, area_m2 from boundaries.area_overlap
      ) pair
      join boundaries.permitted_area a on a.id = pair.area_id and a.superseded_at is null
      join boundaries.permitted_area o on o.id = pair.other_area_id and o.superseded_at is null
      where a.mine_id <> o.mine_id
      union all
      select md5('AREAS_OVERLAP_IN_TIME/' || a.id || '/' || o.id)::uuid, a.mine_id, null, a.id, a.version, null, 'AREAS_OVERLAP_IN_TIME', null, null, null,
             jsonb_build_object('squareMetres', round(pair.area_m2), 'kind', a.kind, 'otherArea', coalesce(o.name, o.id::text),
                                'from', greatest(a.valid_from, o.valid_from), 'to', least(a.valid_to, o.valid_to)), null, null, null,
             greatest(a.recorded_at, o.recorded_at)
      from boundaries.area_overlap pair
      join boundaries.permitted_area a on a.id = pair.area_id and a.superseded_at is null
      join boundaries.permitted_area o on o.id = pair.other_area_id and o.superseded_at is null
      where a.mine_id = o.mine_id
      union all
      select md5('AREA_GAP/' || mine_id || '/' || upper(before))::uuid, mine_id, null, null, null, null, 'AREA_GAP', null, null, null,
             jsonb_build_object('from', upper(before), 'to', lower(after)), null, null, null, found_at
      from (
        select mine_id, found_at, period as before, lead(period) over (partition by mine_id order by lower(period)) as after
        from (
          select mine_id, range_agg(daterange(valid_from, valid_to)) as periods, max(recorded_at) as found_at
          from boundaries.permitted_area where superseded_at is null and kind = 'MINING_RIGHT' group by mine_id
        ) of_mine cross join lateral unnest(of_mine.periods) as period
      ) chain
      where after is not null
      union all
      select md5('ELEVATION_IMPLAUSIBLE/' || id || '/' || version)::uuid, mine_id, null, id, version, null, 'ELEVATION_IMPLAUSIBLE', null, null, null,
             jsonb_build_object('ceiling', ceiling_m, 'floor', floor_m), null, null, null, recorded_at
      from boundaries.permitted_area
      where superseded_at is null and (floor_m = ceiling_m or floor_m < -2500 or ceiling_m > 6500 or ceiling_m - floor_m > 3000)
      union all
      select md5('AREA_OUTLIVES_LICENCE/' || a.id || '/' || a.version)::uuid, a.mine_id, null, a.id, a.version, l.id, 'AREA_OUTLIVES_LICENCE', null, null, null,
             jsonb_build_object('number', l.number, 'areaFrom', a.valid_from, 'areaTo', a.valid_to, 'from', l.valid_from, 'to', l.valid_to),
             null, null, null, greatest(a.recorded_at, l.updated_at)
      from boundaries.permitted_area a join licences.published_licence l on l.id = a.licence_id
      where a.superseded_at is null
        and (a.valid_from < l.valid_from or coalesce(a.valid_to, 'infinity') > coalesce(l.valid_to, 'infinity'))
      union all
      -- What a document states beside its areas as they stand; an import tells the same of its file (stated-area.ts).
      -- Stated areas have four decimals of a square kilometre; methods differ by some parts in a million.
      select md5('STATED_AREA/' || mine_id || '/' || kind || '/' || document || '/' || stated)::uuid, mine_id, null,
             case when count = 1 then area_id end, case when count = 1 then area_version end, null,
             case when abs(area_m2 - stated) <= 50 + 5e-6 * stated then 'STATED_AREA_ELLIPSOIDAL'
                  when abs(plane_area_m2 - stated) <= 50 + 5e-6 * stated then 'STATED_AREA_PLANE' else 'STATED_AREA_MISMATCH' end, null, null, null,
             jsonb_build_object('stated', stated, 'ellipsoidal', area_m2, 'plane', plane_area_m2,
                                'planeAgrees', abs(plane_area_m2 - stated) <= 50 + 5e-6 * stated), null, null, null, recorded_at
      from (
        select mine_id, kind, coalesce(document_number, licence_id::text, valid_from::text) as document, stated_area_m2 as stated,
               count(*) as count, (array_agg(id))[1] as area_id, max(version) as area_version, sum(area_m2) as area_m2,
               sum(plane_area_m2) as plane_area_m2, max(recorded_at) as recorded_at
        from boundaries.permitted_area where superseded_at is null and stated_area_m2 is not null group by 1, 2, 3, 4
      ) document
      union all
      select md5('LICENCE_AREA_MISMATCH/' || l.id)::uuid, l.mine_id, null, null, null, l.id, 'LICENCE_AREA_MISMATCH', null, null, null,
             jsonb_build_object('number', l.number, 'stated', l.stated_area_km2, 'ellipsoidal', s.area_m2 / 1e6, 'plane', s.plane_area_m2 / 1e6),
             null, null, null, greatest(s.recorded_at, l.updated_at)
      from licences.published_licence l
      cross join lateral (
        select sum(a.area_m2) as area_m2, sum(a.plane_area_m2) as plane_area_m2, max(a.recorded_at) as recorded_at
        from boundaries.permitted_area a
        where a.licence_id = l.id and a.kind = 'MINING_RIGHT' and a.superseded_at is null
      ) s
      where l.kind = 'MINING_LICENCE'
        and least(abs(s.area_m2 - 1e6 * l.stated_area_km2), abs(s.plane_area_m2 - 1e6 * l.stated_area_km2)) > 50 + 5 * l.stated_area_km2
      union all
      select md5('LOCATION_FAR_FROM_AREAS/' || m.id)::uuid, m.id, null, null, null, null, 'LOCATION_FAR_FROM_AREAS', null, null, null,
             jsonb_build_object('kilometres', round(near.metres / 1000)), null, null, null, greatest(m.updated_at, near.recorded_at)
      from registry.published_mine m
      cross join lateral (
        -- By boxes in degrees first, as most mines lie in their areas: the distance is asked of the others only.
        select case when min(abs(ST_X(m.location) - ST_X(ST_Centroid(ST_Envelope(a.geom)))) + abs(ST_Y(m.location) - ST_Y(ST_Centroid(ST_Envelope(a.geom))))) > 0.02
                    then (select min(ST_Distance(r.geom::geography, m.location::geography)) from boundaries.permitted_area r
                          where r.mine_id = m.id and r.kind = 'MINING_RIGHT' and r.superseded_at is null) end as metres,
               max(a.recorded_at) as recorded_at
        from boundaries.permitted_area a where a.mine_id = m.id and a.kind = 'MINING_RIGHT' and a.superseded_at is null
      ) near
      where m.location is not null and near.metres > 5000;
    drop function boundaries.ground_at_last(double precision, uuid[], date);
    drop function boundaries.ground_nearest_to(double precision, uuid[]);
    drop function boundaries.ground_of(double precision, geometry[], double precision[], double precision[]);
    drop function boundaries.share_of_ground(geometry[]);
  `);
}
