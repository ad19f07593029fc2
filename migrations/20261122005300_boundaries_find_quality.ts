import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Pairs of areas that overlap in plan, in elevation and in time, as they stand: mining rights of different mines, and
    -- areas of one kind of one mine. Finding them takes an overlay, so they are kept; whoever writes versions keeps them
    -- current without knowing, whatever way the versions come in.
    create table boundaries.area_overlap (
      area_id       uuid not null,
      other_area_id uuid not null check (other_area_id > area_id),
      area_m2       double precision not null,
      primary key (area_id, other_area_id)
    );
    create index area_overlap_other on boundaries.area_overlap (other_area_id);

    -- Without statistics, as in the middle of a large import, the planner would read the whole table for each area: it is
    -- left nothing but the index of places.
    create function boundaries.find_area_overlaps(areas boundaries.permitted_area[]) returns void language sql
    set enable_seqscan = off set enable_memoize = off as $$
      insert into boundaries.area_overlap (area_id, other_area_id, area_m2)
      select least(a.id, o.id), greatest(a.id, o.id), max(part.area_m2)
      from unnest(areas) a
      cross join lateral (select * from boundaries.permitted_area o where o.geom && a.geom offset 0) o
      cross join lateral (
        -- 1e-11 degrees are a micrometre; without a grid an overlay of edges in common can fail in the embedded database.
        select case when ST_Intersects(a.geom, o.geom)
                    then ST_Area(ST_CollectionExtract(ST_Intersection(a.geom, o.geom, 1e-11), 3)::geography) end as area_m2
        where o.id <> a.id and o.superseded_at is null and o.kind = a.kind
          and (o.mine_id = a.mine_id or a.kind = 'MINING_RIGHT')
          and daterange(o.valid_from, o.valid_to) && daterange(a.valid_from, a.valid_to)
          and (a.floor_m >= o.ceiling_m or o.floor_m >= a.ceiling_m) is not true
        offset 0
      ) part
      where part.area_m2 >= 1
      group by 1, 2
      on conflict (area_id, other_area_id) do update set area_m2 = excluded.area_m2
    $$;
    create function boundaries.keep_area_overlaps() returns trigger language plpgsql as $$
      declare
        ids uuid[];
        standing boundaries.permitted_area[];
      begin
        select array_agg(distinct id), array_agg(row(changed.*)::boundaries.permitted_area) filter (where superseded_at is null)
        into ids, standing from changed;
        if ids is null then return null; end if;
        -- Of two transactions that write at once neither sees the other's areas: those near each other, by whole degrees of
        -- longitude, take turns from here to their end.
        perform pg_advisory_xact_lock(hashtextextended('area-overlap ' || degree, 0))
        from (select distinct generate_series(floor(ST_XMin(geom))::int, floor(ST_XMax(geom))::int) as degree
              from unnest(standing) order by 1) near;
        -- Of an area whose past alone was written another version may stand.
        if tg_op = 'UPDATE' then
          select array_agg(row(a.*)::boundaries.permitted_area) into standing
          from boundaries.permitted_area a where a.id = any(ids) and a.superseded_at is null;
        else
          select array_agg(id) into ids from unnest(standing);
        end if;
        delete from boundaries.area_overlap where area_id = any(ids);
        delete from boundaries.area_overlap where other_area_id = any(ids);
        perform boundaries.find_area_overlaps(standing);
        return null;
      end
      $$;
    create trigger keep_area_overlaps_of_new after insert on boundaries.permitted_area
      referencing new table as changed for each statement execute function boundaries.keep_area_overlaps();
    create trigger keep_area_overlaps_of_changed after update on boundaries.permitted_area
      referencing new table as changed for each statement execute function boundaries.keep_area_overlaps();
    select boundaries.find_area_overlaps(array_agg(row(a.*)::boundaries.permitted_area))
    from boundaries.permitted_area a where superseded_at is null group by left(id::text, 2);

    -- Every finding about data as they stand, of whatever subgraph: what imports noticed with their words, the others with
    -- a code and the facts that their words are made of (data-quality-catalogue.ts).
    create view boundaries.every_data_quality_finding as
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
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view boundaries.every_data_quality_finding;
    drop trigger keep_area_overlaps_of_changed on boundaries.permitted_area;
    drop trigger keep_area_overlaps_of_new on boundaries.permitted_area;
    drop function boundaries.keep_area_overlaps();
    drop function boundaries.find_area_overlaps(boundaries.permitted_area[]);
    drop table boundaries.area_overlap;
  `);
}
