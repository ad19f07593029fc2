import type { Knex } from 'knex';

const COLUMNS = `id, mine_id, other_mine_id, kind, verdict, state, reason, geom, area_m2, first_area_m2, overrun_m,
  depth_overrun_m, first_observed_at, last_observed_at, growth_m2_per_day, opened_at`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What a violation was before it changed, with the period in which the hub knew it so. The row as it stands has
    -- been known since its updated_at, so that a violation that never changes costs nothing here. A trigger writes
    -- it, as engine, review and re-judgement all change violations, and none of them may forget.
    create table enforcement.past_violation (
      id                uuid not null,
      mine_id           uuid,
      other_mine_id     uuid,
      kind              text not null,
      verdict           text not null,
      state             text not null,
      reason            text,
      geom              geometry(MultiPolygon, 4490) not null,
      area_m2           double precision not null,
      first_area_m2     double precision not null,
      overrun_m         double precision,
      depth_overrun_m   double precision,
      first_observed_at timestamptz not null,
      last_observed_at  timestamptz not null,
      growth_m2_per_day double precision,
      opened_at         timestamptz not null,
      recorded_at       timestamptz not null,
      superseded_at     timestamptz not null check (superseded_at > recorded_at),
      constraint past_violation_known_once exclude using gist (id with =, tstzrange(recorded_at, superseded_at) with &&)
    );
    create index past_violation_geom on enforcement.past_violation using gist (geom);
    create index past_violation_mine on enforcement.past_violation (mine_id);

    create function enforcement.keep_past_violation() returns trigger language plpgsql as $$
      declare
        ended timestamptz;
      begin
        if tg_op = 'UPDATE' then
          -- Whoever waited for a lock may carry an earlier instant than the change it waited for.
          new.updated_at := greatest(new.updated_at, old.updated_at);
          ended := new.updated_at;
        else
          -- A violation goes only by being taken over by another, and the alias says when.
          ended := coalesce((select created_at from enforcement.violation_alias where old_id = old.id), now());
        end if;
        -- What was known for no time at all nobody can ask for.
        if ended > old.updated_at then
          insert into enforcement.past_violation (${COLUMNS}, recorded_at, superseded_at)
          values (${COLUMNS.replace(/\w+/g, 'old.$&')}, old.updated_at, ended);
        end if;
        return coalesce(new, old);
      end
      $$;
    create trigger keep_past_violation before update or delete on enforcement.violation
      for each row execute function enforcement.keep_past_violation();

    create view enforcement.violation_version as
      select ${COLUMNS}, recorded_at as updated_at, recorded_at, superseded_at from enforcement.past_violation
      union all
      select ${COLUMNS}, updated_at, updated_at, null from enforcement.violation;

    -- Which findings were a violation's, and when. recorded_at: since when it has been so.
    alter table enforcement.violation_finding add column recorded_at timestamptz;
    update enforcement.violation_finding vf set recorded_at = j.judged_at
      from enforcement.finding f join enforcement.judgement j on j.id = f.judgement_id where f.id = vf.finding_id;
    alter table enforcement.violation_finding alter column recorded_at set not null;
    create table enforcement.past_violation_finding (
      finding_id    uuid not null,
      violation_id  uuid not null,
      recorded_at   timestamptz not null,
      superseded_at timestamptz not null check (superseded_at > recorded_at),
      constraint past_violation_finding_known_once
        exclude using gist (finding_id with =, tstzrange(recorded_at, superseded_at) with &&)
    );
    create index past_violation_finding_violation on enforcement.past_violation_finding (violation_id);
    create view enforcement.violation_finding_version as
      select finding_id, violation_id, recorded_at, superseded_at from enforcement.past_violation_finding
      union all
      select finding_id, violation_id, recorded_at, null from enforcement.violation_finding;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view enforcement.violation_finding_version;
    drop table enforcement.past_violation_finding;
    alter table enforcement.violation_finding drop column recorded_at;
    drop view enforcement.violation_version;
    drop trigger keep_past_violation on enforcement.violation;
    drop function enforcement.keep_past_violation();
    drop table enforcement.past_violation;
  `);
}
