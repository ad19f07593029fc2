import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create extension if not exists postgis;
    create extension if not exists btree_gist;
    create schema if not exists platform;

    -- The outbox: one row for each change of a registry fact, written by the transaction that changes it.
    -- Readers go by (xid, seq) below pg_snapshot_xmin(pg_current_snapshot()), so that nobody passes a row
    -- that commits later.
    create table platform.event (
      seq           bigint generated always as identity,
      xid           xid8 not null default pg_current_xact_id(),
      id            uuid not null default gen_random_uuid(),
      type          text not null,
      subject_type  text not null,
      subject_id    text not null,
      mine_id       uuid,
      division_code text,
      before_digest text,
      after_digest  text,
      cause_id      uuid,
      actor         text not null,
      request_id    text not null,
      occurred_at   timestamptz not null,
      data          jsonb not null default '{}',
      primary key (xid, seq)
    );
    create index event_subject on platform.event (subject_type, subject_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  // The extensions and the schema stay: others may use them, and knex keeps its own tables there.
  await knex.raw('drop table platform.event');
}
