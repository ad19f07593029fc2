import type { Knex } from 'knex';

/** Box of a geometry as west, south, east, north. */
const extent = (geom: string): string =>
  `case when ${geom} is not null then jsonb_build_array(ST_XMin(${geom}), ST_YMin(${geom}), ST_XMax(${geom}), ST_YMax(${geom})) end`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What subscribers' filters go by, of a subject as the transaction that asks has left it: mine, division, kind,
    -- severity and the box around it; null for what is not there. In one place, so that whoever writes an event
    -- cannot forget it. It reads tables by name at run time and nothing depends on it.
    create function platform.subject_facets(subject_type text, subject_id text) returns jsonb language plpgsql stable as $$
    declare
      subject uuid;
      mine uuid;
      division text;
      kind text;
      severity text;
      box jsonb;
    begin
      if subject_id !~ '^[0-9a-f-]{36}$' then return null; end if;
      subject := subject_id;
      case subject_type
        when 'Mine' then
          select m.id, m.division_code, m.resource, ${extent('m.location')} into mine, division, kind, box
          from registry.mine m where m.id = subject;
          if not found then return null; end if;
        when 'Licence' then
          select l.mine_id, l.kind into mine, kind
          from licences.licence l where l.id = subject order by l.version desc limit 1;
          if not found then return null; end if;
        when 'PermittedArea' then
          select a.mine_id, a.kind, ${extent('a.geom')} into mine, kind, box
          from boundaries.permitted_area a where a.id = subject order by a.version desc limit 1;
          if not found then return null; end if;
        when 'Observation' then
          select o.mine_id, o.activity, ${extent('o.geom')} into mine, kind, box
          from boundaries.observation o where o.id = subject;
          if not found then return null; end if;
        when 'Judgement' then
          select j.mine_id, o.activity, j.plan_verdict, ${extent('o.geom')} into mine, kind, severity, box
          from enforcement.judgement j left join boundaries.observation o on o.id = j.observation_id where j.id = subject;
          if not found then return null; end if;
        when 'Violation' then
          select v.mine_id, v.kind, v.verdict, ${extent('v.geom')} into mine, kind, severity, box
          from enforcement.violation v where v.id = subject;
          if not found then return null; end if;
        else return null;
      end case;
      if division is null and mine is not null then
        select m.division_code into division from registry.mine m where m.id = mine;
      end if;
      return jsonb_strip_nulls(jsonb_build_object(
        'mineId', mine, 'divisionCode', division, 'kind', kind, 'severity', severity, 'extent', box));
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
  `);
}
