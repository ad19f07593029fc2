import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Where a surface lies, as GeoJSON for filters: as it is up to 256 corners, to a tenth of a millimetre. One of more is
    -- simplified, by a thousandth of its size if that is enough, and grown by a little more than that can have moved
    -- it, so that it lies within what is kept. Null where the box around it says as much: points, and what stays
    -- intricate however much is left out.
    create function platform.outline(geom geometry) returns text language plpgsql immutable as $$
    declare
      size constant double precision := greatest(ST_XMax(geom) - ST_XMin(geom), ST_YMax(geom) - ST_YMin(geom));
      tolerance double precision := size / 1000;
      kept geometry := geom;
    begin
      if ST_Dimension(geom) <> 2 then return null; end if;
      if ST_NPoints(geom) > 256 then
        loop
          kept := ST_Simplify(geom, tolerance, true);
          -- The careful way takes five times as long, and is seldom needed.
          if not ST_IsValid(kept) then kept := ST_SimplifyPreserveTopology(geom, tolerance); end if;
          exit when ST_NPoints(kept) <= 100;
          tolerance := tolerance * 5;
          if tolerance > size / 5 then return null; end if;
        end loop;
        -- Arcs of two segments a quarter are nearer than the distance, by 8 % at most.
        kept := ST_Buffer(kept, tolerance * 1.1, 'quad_segs=2');
      end if;
      return ST_AsGeoJSON(kept, 9, 0);
    end $$;

    -- What subscribers' filters go by, of subjects as the transaction that asks has left them: mine, division, kind,
    -- severity, the box around it and its outline, null for what is not there; and the same as the last event of each told
    -- it, with that one's digest. In one place, so that whoever writes an event cannot forget it, and of many at once. It
    -- reads tables by name at run time and nothing depends on it; row by row and by indexes alone, as its plan is kept
    -- while tables grow.
    create function platform.describe_subjects(types text[], ids text[])
    returns table (subject_type text, subject_id text, facets jsonb, told jsonb, told_digest text)
    language plpgsql stable set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
    begin
      return query
      with asked as materialized (
        select given.type, given.id, case when given.id ~ '^[0-9a-f-]{36}$' then given.id::uuid end as key
        from (select distinct * from unnest(types, ids) as every (type, id)) given
      ),
      subject as materialized (
        select a.type, a.id, m.id as mine_id, m.resource as kind, null::text as severity, m.location as place
        from asked a cross join lateral (select * from registry.mine m where m.id = a.key offset 0) m
        where a.type = 'Mine'
        union all
        select a.type, a.id, l.mine_id, l.kind, null, null
        from asked a cross join lateral (select * from licences.licence l where l.id = a.key order by l.version desc limit 1) l
        where a.type = 'Licence'
        union all
        select a.type, a.id, p.mine_id, p.kind, null, p.geom
        from asked a cross join lateral (select * from boundaries.permitted_area p where p.id = a.key order by p.version desc limit 1) p
        where a.type = 'PermittedArea'
        union all
        select a.type, a.id, o.mine_id, o.activity, null, o.geom
        from asked a cross join lateral (select * from boundaries.observation o where o.id = a.key offset 0) o
        where a.type = 'Observation'
        union all
        select a.type, a.id, j.mine_id, o.activity, j.plan_verdict, o.geom
        from asked a cross join lateral (select * from enforcement.judgement j where j.id = a.key offset 0) j
        left join lateral (select * from boundaries.observation o where o.id = j.observation_id offset 0) o on true
        where a.type = 'Judgement'
        union all
        select a.type, a.id, v.mine_id, v.kind, v.verdict, v.geom
        from asked a cross join lateral (select * from enforcement.violation v where v.id = a.key offset 0) v
        where a.type = 'Violation'
      )
      select a.type, a.id,
             case when s.id is not null then jsonb_strip_nulls(jsonb_build_object(
               'mineId', s.mine_id, 'divisionCode', m.division_code, 'kind', s.kind, 'severity', s.severity,
               'outline', platform.outline(s.place), 'extent', case when not ST_IsEmpty(s.place)
                 then jsonb_build_array(ST_XMin(s.place), ST_YMin(s.place), ST_XMax(s.place), ST_YMax(s.place)) end)) end,
             last.facets, last.digest
      from asked a
      left join subject s using (type, id)
      left join lateral (select m.division_code from registry.mine m where m.id = s.mine_id offset 0) m on true
      left join lateral (
        select jsonb_strip_nulls(coalesce(e.facets, '{}') || jsonb_build_object('mineId', e.mine_id, 'divisionCode', e.division_code)) as facets,
               e.after_digest as digest
        from platform.event e
        where e.subject_type = a.type and e.subject_id = a.id
        order by (e.epoch, e.xid, e.seq) desc limit 1
      ) last on true;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function platform.describe_subjects(text[], text[]);
    drop function platform.outline(geometry);
  `);
}
