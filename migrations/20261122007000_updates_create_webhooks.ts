import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema if not exists updates;

    -- Where events are sent to, how far each endpoint has come in the log, and which process sends to it at present.
    create table updates.webhook (
      id               uuid primary key,
      url              text not null,
      description      text,
      -- Which events; null: all that the owner may see.
      filter           jsonb,
      -- Who registered it, as they were then; what they may be sent is asked anew.
      owner            text not null,
      principal        jsonb not null,
      state            text not null check (state in ('ACTIVE', 'PAUSED', 'SUSPENDED')),
      state_reason     text,
      created_at       timestamptz not null,
      updated_at       timestamptz not null,
      -- Rises with each change by a user: whoever sends by an older one looks again.
      revision         integer not null default 1,
      -- Rises with each replay: what is sent again has a history of its own.
      replays          integer not null default 0,
      -- Everything up to here has been delivered, dead-lettered, or was not asked for.
      position_epoch   integer not null,
      position_xid     xid8 not null,
      position_seq     bigint not null,
      -- The delivery in hand, while it fails.
      attempts         integer not null default 0,
      first_attempt_at timestamptz,
      next_attempt_at  timestamptz,
      dead_in_a_row    integer not null default 0,
      -- One process sends to an endpoint at a time; a lease that is not renewed is anybody's.
      leased_by        uuid,
      leased_until     timestamptz
    );
    create index webhook_claimable on updates.webhook (leased_until) where state = 'ACTIVE';
    create index webhook_owner on updates.webhook (owner);

    -- Signing secrets, sealed. One without an end is the current one; the others still sign until theirs.
    create table updates.webhook_secret (
      id         uuid primary key,
      webhook_id uuid not null references updates.webhook on delete cascade,
      sealed     bytea not null,
      created_at timestamptz not null,
      expires_at timestamptz
    );
    create unique index webhook_secret_current on updates.webhook_secret (webhook_id) where expires_at is null;
    create index webhook_secret_webhook on updates.webhook_secret (webhook_id);

    -- What was sent, an event a row, and how each attempt ended.
    create table updates.webhook_delivery (
      id               uuid primary key,
      webhook_id       uuid not null references updates.webhook on delete cascade,
      event_id         uuid not null,
      event_type       text not null,
      position_epoch   integer,
      position_xid     xid8,
      position_seq     bigint,
      -- A test is sent once, whatever comes of it.
      is_test          boolean not null default false,
      state            text not null check (state in ('RETRYING', 'DELIVERED', 'DEAD_LETTERED', 'FAILED')),
      attempts         integer not null,
      first_attempt_at timestamptz not null,
      last_attempt_at  timestamptz not null,
      next_attempt_at  timestamptz
    );
    create index webhook_delivery_newest on updates.webhook_delivery (webhook_id, first_attempt_at desc, id);
    -- Dead letters and failures among all that went well.
    create index webhook_delivery_failed on updates.webhook_delivery (webhook_id, first_attempt_at desc, id)
      where state <> 'DELIVERED';
    create index webhook_delivery_age on updates.webhook_delivery (last_attempt_at);

    create table updates.webhook_attempt (
      delivery_id  uuid not null references updates.webhook_delivery on delete cascade,
      number       integer not null,
      outcome      text not null,
      http_status  integer,
      error        text,
      started_at   timestamptz not null,
      milliseconds integer not null,
      primary key (delivery_id, number)
    );

    -- How far each bridge to another message system has come, and which process feeds it at present.
    create table updates.bridge (
      name           text primary key,
      position_epoch integer,
      position_xid   xid8,
      position_seq   bigint,
      leased_by      uuid,
      leased_until   timestamptz
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table updates.bridge;
    drop table updates.webhook_attempt;
    drop table updates.webhook_delivery;
    drop table updates.webhook_secret;
    drop table updates.webhook;
    drop schema updates;
  `);
}
