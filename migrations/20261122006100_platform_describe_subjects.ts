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

    -- What subscribers' filters go by, of a subject as the transaction that asks has left it: mine, division, kind,
    -- severity, the box around it and its outline; null for what is not there. In one place, so that whoever writes an event
    -- cannot forget it. It reads tables by name at run time and nothing depends on it.
    create function platform.subject_facets(subject_type text, subject_id text) returns jsonb language plpgsql stable as $$
    declare
      subject uuid;
      mine uuid;
      division text;
      kind text;
      severity text;
      place geometry;
    begin
      if subject_id !~ '^[0-9a-f-]{36}$' then return null; end if;
      subject := subject_id;
      case subject_type
        when 'Mine' then
          select m.id, m.division_code, m.resource, m.location into mine, division, kind, place
          from registry.mine m where m.id = subject;
          if not found then return null; end if;
        when 'Licence' then
          select l.mine_id, l.kind into mine, kind
          from licences.licence l where l.id = subject order by l.version desc limit 1;
          if not found then return null; end if;
        when 'PermittedArea' then
          select a.mine_id, a.kind, a.geom into mine, kind, place
          from boundaries.permitted_area a where a.id = subject order by a.version desc limit 1;
          if not found then return null; end if;
        when 'Observation' then
          select o.mine_id, o.activity, o.geom into mine, kind, place
          from boundaries.observation o where o.id = subject;
          if not found then return null; end if;
        when 'Judgement' then
          select j.mine_id, o.activity, j.plan_verdict, o.geom into mine, kind, severity, place
          from enforcement.judgement j left join boundaries.observation o on o.id = j.observation_id where j.id = subject;
          if not found then return null; end if;
        when 'Violation' then
          select v.mine_id, v.kind, v.verdict, v.geom into mine, kind, severity, place
          from enforcement.violation v where v.id = subject;
          if not found then return null; end if;
        else return null;
      end case;
      if division is null and mine is not null then
        select m.division_code into division from registry.mine m where m.id = mine;
      end if;
      return jsonb_strip_nulls(jsonb_build_object(
        'mineId', mine, 'divisionCode', division, 'kind', kind, 'severity', severity, 'outline', platform.outline(place),
        'extent', case when not ST_IsEmpty(place)
          then jsonb_build_array(ST_XMin(place), ST_YMin(place), ST_XMax(place), ST_YMax(place)) end));
    end $$;

    -- The same as its last event told it.
    create function platform.previous_facets(of_type text, of_id text, out facets jsonb, out digest text)
    language sql stable as $$
      select jsonb_strip_nulls(coalesce(e.facets, '{}') || jsonb_build_object('mineId', e.mine_id, 'divisionCode', e.division_code)),
             e.after_digest
      from platform.event e
      where e.subject_type = of_type and e.subject_id = of_id
      order by e.epoch desc, e.xid desc, e.seq desc limit 1
    $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function platform.subject_facets(text, text);
    drop function platform.previous_facets(text, text);
    drop function platform.outline(geometry);
  `);
}
