import type { Knex } from 'knex';

const VIOLATION_KINDS = `('MINING_OUT_OF_BOUNDS', 'STRIPPING_OUT_OF_BOUNDS', 'DUMPING_OUT_OF_BOUNDS', 'ENCROACHMENT',
  'BEYOND_DEPTH', 'UNAPPROVED_SEAM', 'PROHIBITED_ZONE', 'OUTSIDE_RED_LINE', 'EXPIRED_RIGHT', 'UNLICENSED')`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema enforcement;

    create table enforcement.tolerance_policy (
      version              integer primary key,
      k_probable           double precision not null check (k_probable > 0),
      k_confirmed          double precision not null check (k_confirmed >= k_probable),
      min_area_m2          double precision not null check (min_area_m2 >= 0),
      attribution_radius_m double precision not null check (attribution_radius_m >= 0),
      reason               text not null,
      created_by           text not null,
      created_at           timestamptz not null
    );
    insert into enforcement.tolerance_policy
      values (1, 1, 2, 10, 2000, 'The numbers the hub starts with', 'system', '2026-01-01T00:00:00Z');

    -- Immutable verdicts; the newest of an observation has superseded_at null.
    create table enforcement.judgement (
      id                  uuid primary key,
      observation_id      uuid not null,
      observation_version integer not null,
      sequence            integer not null check (sequence > 0),
      mine_id             uuid,
      attribution         text not null check (attribution in ('GIVEN', 'OVERLAP', 'SUSPECTED', 'NONE')),
      plan_verdict        text not null check (plan_verdict in ('WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED', 'UNLICENSED')),
      depth_verdict       text check (depth_verdict in ('WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED')),
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
      judged_at           timestamptz not null,
      superseded_at       timestamptz,
      digest              text not null,
      unique (observation_id, sequence)
    );
    create unique index judgement_current on enforcement.judgement (observation_id) where superseded_at is null;
    create index judgement_mine on enforcement.judgement (mine_id);

    create table enforcement.finding (
      id              uuid primary key,
      judgement_id    uuid not null references enforcement.judgement (id),
      observation_id  uuid not null,
      ordinal         integer not null,
      current         boolean not null,
      mine_id         uuid,
      other_mine_id   uuid,
      kind            text not null check (kind in ${VIOLATION_KINDS}),
      verdict         text not null check (verdict in ('WITHIN_ERROR', 'PROBABLE', 'CONFIRMED')),
      reason          text,
      geom            geometry(MultiPolygon, 4490) not null,
      area_m2         double precision not null,
      share           double precision not null,
      overrun_m       double precision,
      overrun_point   geometry(Point, 4490),
      depth_overrun_m double precision,
      volume_m3       double precision,
      observed_at     timestamptz not null,
      unique (judgement_id, ordinal)
    );
    create index finding_observation on enforcement.finding (observation_id);
    create index finding_current_geom on enforcement.finding using gist (geom) where current and verdict <> 'WITHIN_ERROR';

    -- A lasting thing with identity: a series of findings of one mine and kind (and one neighbour).
    create table enforcement.violation (
      id                uuid primary key,
      mine_id           uuid,
      other_mine_id     uuid,
      kind              text not null check (kind in ${VIOLATION_KINDS}),
      verdict           text not null check (verdict in ('PROBABLE', 'CONFIRMED')),
      state             text not null check (state in ('DETECTED', 'UNDER_REVIEW', 'CONFIRMED', 'DISMISSED', 'REFERRED', 'RECTIFYING', 'CLOSED', 'AUTO_CLOSED', 'REOPENED')),
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
      updated_at        timestamptz not null
    );
    create index violation_geom on enforcement.violation using gist (geom);
    create index violation_mine on enforcement.violation (mine_id, kind);
    create index violation_state on enforcement.violation (state, kind);

    create table enforcement.violation_finding (
      finding_id   uuid primary key references enforcement.finding (id),
      violation_id uuid not null references enforcement.violation (id)
    );
    create index violation_finding_violation on enforcement.violation_finding (violation_id);

    -- A violation is named after its earliest finding. When an earlier one turns up, the id it had still answers.
    create table enforcement.violation_alias (
      old_id     uuid primary key,
      new_id     uuid not null,
      created_at timestamptz not null
    );

    create table enforcement.judgement_run (
      id           uuid primary key,
      scope        jsonb not null,
      state        text not null check (state in ('RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
      total        integer not null,
      judged       integer not null default 0,
      changed      integer not null default 0,
      error        text,
      requested_by text not null,
      started_at   timestamptz not null,
      finished_at  timestamptz
    );

    create view enforcement.published_violation as
      select v.id, v.mine_id, v.other_mine_id, v.kind, v.verdict, v.state, v.reason, v.geom, v.area_m2, v.overrun_m,
             v.depth_overrun_m, v.first_observed_at, v.last_observed_at, v.growth_m2_per_day, v.updated_at
      from enforcement.violation v;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema enforcement cascade');
}
