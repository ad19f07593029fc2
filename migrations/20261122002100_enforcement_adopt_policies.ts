import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One policy is in force; at most one more is pending: what was judged by it so far is staged below, and takes
    -- effect all at once or not at all.
    alter table enforcement.tolerance_policy
      add column state       text not null default 'PENDING' check (state in ('PENDING', 'IN_FORCE', 'REPLACED', 'CANCELLED', 'FAILED')),
      add column adopted_at  timestamptz,
      add column replaced_at timestamptz check (replaced_at >= adopted_at),
      add check ((state in ('IN_FORCE', 'REPLACED')) = (adopted_at is not null)),
      add check ((state = 'REPLACED') = (replaced_at is not null));
    update enforcement.tolerance_policy p set state = 'IN_FORCE', adopted_at = created_at
      where version = (select max(version) from enforcement.tolerance_policy);
    create unique index tolerance_policy_standing on enforcement.tolerance_policy (state) where state in ('PENDING', 'IN_FORCE');

    -- Verdicts by the pending policy. Whoever judges an observation anew takes its row away: it rests on what was.
    create table enforcement.staged_judgement (
      observation_id      uuid primary key,
      observation_version integer not null,
      mine_id             uuid,
      attribution         text not null,
      plan_verdict        text not null,
      depth_verdict       text,
      depth_overrun_m     double precision,
      footprint_area_m2   double precision not null,
      within_area_m2      double precision not null,
      excess_area_m2      double precision not null,
      sliver_area_m2      double precision not null,
      sliver_count        integer not null,
      judging_srid        integer not null,
      areas               jsonb not null,
      policy_version      integer not null references enforcement.tolerance_policy (version),
      engine              jsonb not null,
      observed_at         timestamptz not null,
      known_at            timestamptz not null,
      digest              text not null
    );
    create table enforcement.staged_finding (
      observation_id  uuid not null references enforcement.staged_judgement (observation_id) on delete cascade,
      ordinal         integer not null,
      mine_id         uuid,
      other_mine_id   uuid,
      kind            text not null,
      verdict         text not null,
      reason          text,
      geom            geometry(MultiPolygon, 4490) not null,
      area_m2         double precision not null,
      share           double precision not null,
      overrun_m       double precision,
      overrun_point   geometry(Point, 4490),
      depth_overrun_m double precision,
      volume_m3       double precision,
      observed_at     timestamptz not null,
      primary key (observation_id, ordinal)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table enforcement.staged_finding;
    drop table enforcement.staged_judgement;
    drop index enforcement.tolerance_policy_standing;
    alter table enforcement.tolerance_policy drop column state, drop column adopted_at, drop column replaced_at;
  `);
}
