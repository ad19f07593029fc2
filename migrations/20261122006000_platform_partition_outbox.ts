import type { Knex } from 'knex';

/** Columns that the outbox had before, in their order. */
const KEPT = `xid, seq, id, type, subject_type, subject_id, mine_id, division_code, before_digest, after_digest, cause_id,
  actor, request_id, occurred_at, data`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Transaction ids order the log within one history of one cluster. A restore into another cluster, or to an
    -- earlier point in time, begins a new history whose ids start again: there the epoch rises.
    create table platform.event_epoch (
      epoch             integer primary key,
      system_identifier text not null,
      timeline          text not null,
      began_at          timestamptz not null default now()
    );

    -- What names the history that this cluster is in. A standby cannot tell its timeline; nobody writes there.
    create function platform.cluster_history(out system_identifier text, out timeline text) language sql stable as $$
      select (select system_identifier::text from pg_control_system()),
             case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end
    $$;

    -- The epoch that what is written now belongs to, as readers reckon it: one more than the latest when the cluster
    -- has changed and nothing was written since.
    create function platform.event_epoch_now() returns integer language sql stable as $$
      select coalesce((
        select e.epoch + case when e.system_identifier = h.system_identifier and e.timeline = coalesce(h.timeline, e.timeline)
                              then 0 else 1 end
        from platform.event_epoch e cross join platform.cluster_history() h
        order by e.epoch desc limit 1), 1)
    $$;

    -- The same for a writer, who records a new epoch with his first event. Others wait for him at the key.
    create function platform.claim_event_epoch() returns integer language plpgsql volatile as $$
    declare
      claimed integer := platform.event_epoch_now();
    begin
      perform 1 from platform.event_epoch where epoch = claimed;
      if not found then
        insert into platform.event_epoch (epoch, system_identifier, timeline)
        select claimed, h.system_identifier, h.timeline from platform.cluster_history() h
        on conflict do nothing;
      end if;
      return claimed;
    end $$;

    create sequence platform.event_seq;
    alter table platform.event rename to event_before;
    alter table platform.event_before rename constraint event_pkey to event_before_pkey;
    drop index platform.event_subject;

    -- The outbox: one row for each change of a registry fact, written by the transaction that changes it. Readers go
    -- by (epoch, xid, seq) below (epoch now, pg_snapshot_xmin(pg_current_snapshot()), 0), so that nobody passes a row
    -- that commits later. Partitioned by the database's time, which follows the order of reading: what is older than
    -- the retention is one table to drop.
    create table platform.event (
      epoch           integer not null default platform.claim_event_epoch(),
      xid             xid8 not null default pg_current_xact_id(),
      seq             bigint not null default nextval('platform.event_seq'),
      id              uuid not null default gen_random_uuid(),
      type            text not null,
      subject_type    text not null,
      subject_id      text not null,
      mine_id         uuid,
      division_code   text,
      before_digest   text,
      after_digest    text,
      cause_id        uuid,
      actor           text not null,
      request_id      text not null,
      occurred_at     timestamptz not null,
      data            jsonb not null default '{}',
      -- What filters go by beside the columns: kind, severity, extent; and what they went by before the change.
      facets          jsonb,
      previous_facets jsonb,
      logged_at       timestamptz not null default now(),
      primary key (epoch, xid, seq, logged_at)
    ) partition by range (logged_at);
    alter sequence platform.event_seq owned by platform.event.seq;
    create index event_subject on platform.event (subject_type, subject_id);
    -- Holds what no month was made for; months are made ahead by the hub.
    create table platform.event_default partition of platform.event default;

    -- One row: where the log begins (what lies at or below was removed by retention), and the key that signs cursors,
    -- here so that every process and every restore accepts what another issued. Made on first use.
    create table platform.event_log (
      singleton   boolean primary key default true check (singleton),
      floor_epoch integer not null default 0,
      floor_xid   xid8 not null default '0',
      floor_seq   bigint not null default 0,
      cursor_key  bytea
    );
    insert into platform.event_log default values;
  `);
  await knex.raw(`
    insert into platform.event (epoch, ${KEPT}, logged_at)
    select platform.claim_event_epoch(), ${KEPT}, occurred_at from platform.event_before order by xid, seq;
    select setval('platform.event_seq', greatest((select max(seq) from platform.event), 1));
    drop table platform.event_before;
  `);
  await knex.raw(MAINTENANCE);
}

const MAINTENANCE = `
  -- For the start of a hub: a cluster may bear the name of another one (a copied data directory), but then its
  -- transaction ids give it away. The stored ones are read before one is drawn, so that none can be younger by right.
  create function platform.check_event_epoch() returns integer language plpgsql volatile as $$
  declare
    claimed integer := platform.event_epoch_now();
    youngest xid8;
  begin
    select xid into youngest from platform.event where epoch = claimed order by epoch desc, xid desc, seq desc limit 1;
    if youngest is null or youngest < pg_current_xact_id() then
      return platform.claim_event_epoch();
    end if;
    -- No writer may still be in the old epoch when the first event of the new one is read.
    lock table platform.event in share mode;
    insert into platform.event_epoch (epoch, system_identifier, timeline)
    select claimed + 1, h.system_identifier, h.timeline from platform.cluster_history() h
    on conflict do nothing;
    return platform.event_epoch_now();
  end $$;

  -- Makes the partition of the month of each of the next days, the current one included; returns how many it made.
  create function platform.make_event_partitions(days_ahead integer) returns integer language plpgsql volatile as $$
  declare
    month date;
    name text;
    made integer := 0;
  begin
    for month in
      select generate_series(date_trunc('month', now() at time zone 'UTC'),
                             (now() at time zone 'UTC') + make_interval(days => days_ahead), '1 month')::date
    loop
      name := 'event_' || to_char(month, 'YYYY_MM');
      continue when to_regclass('platform.' || name) is not null;
      execute format('create table platform.%I (like platform.event including defaults including constraints)', name);
      -- What came while there was no such month.
      execute format(
        'with moved as (delete from platform.event_default where logged_at >= %L and logged_at < %L returning *)
         insert into platform.%I select * from moved',
        month || ' 00:00Z', (month + interval '1 month')::date || ' 00:00Z', name);
      execute format('alter table platform.event attach partition platform.%I for values from (%L) to (%L)',
        name, month || ' 00:00Z', (month + interval '1 month')::date || ' 00:00Z');
      made := made + 1;
    end loop;
    return made;
  end $$;

  -- Removes the months that ended before the given instant, and raises the floor above them; returns how many events
  -- are gone.
  create function platform.remove_events_before(cutoff timestamptz) returns bigint language plpgsql volatile as $$
  declare
    part record;
    gone bigint := 0;
    removed bigint;
  begin
    for part in
      select c.oid::regclass as name
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'platform.event'::regclass and c.relname ~ '^event_\\d{4}_\\d{2}$'
        and (to_date(substr(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= cutoff
      order by c.relname
    loop
      -- The parent first, as readers and writers take them.
      lock table platform.event in access exclusive mode;
      execute format('select count(*) from %s', part.name) into removed;
      execute format('select platform.raise_event_floor(max_epoch, max_xid, max_seq)
        from (select epoch, xid, seq from %s order by epoch desc, xid desc, seq desc limit 1) m (max_epoch, max_xid, max_seq)',
        part.name);
      execute format('drop table %s', part.name);
      gone := gone + removed;
    end loop;
    if exists (select 1 from platform.event_default where logged_at < cutoff) then
      with removed_rows as (delete from platform.event_default where logged_at < cutoff returning epoch, xid, seq),
           highest as (select epoch, xid, seq from removed_rows order by epoch desc, xid desc, seq desc limit 1),
           raised as (select platform.raise_event_floor(epoch, xid, seq) from highest)
      select count(*) into removed from removed_rows where (select count(*) from raised) > 0;
      gone := gone + removed;
    end if;
    return gone;
  end $$;

  create function platform.raise_event_floor(to_epoch integer, to_xid xid8, to_seq bigint) returns void language sql volatile as $$
    update platform.event_log set floor_epoch = to_epoch, floor_xid = to_xid, floor_seq = to_seq
    where (floor_epoch, floor_xid, floor_seq) < (to_epoch, to_xid, to_seq)
  $$;
`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create table platform.event_before (
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
      data          jsonb not null default '{}'
    );
    insert into platform.event_before (${KEPT}) overriding system value
    select ${KEPT} from platform.event order by epoch, xid, seq;
    drop function platform.check_event_epoch();
    drop function platform.make_event_partitions(integer);
    drop function platform.remove_events_before(timestamptz);
    drop function platform.raise_event_floor(integer, xid8, bigint);
    drop table platform.event;
    drop table platform.event_log;
    drop function platform.claim_event_epoch();
    drop function platform.event_epoch_now();
    drop function platform.cluster_history();
    drop table platform.event_epoch;
    alter table platform.event_before rename to event;
    alter table platform.event add constraint event_pkey primary key (xid, seq);
    create index event_subject on platform.event (subject_type, subject_id);
    select setval(pg_get_serial_sequence('platform.event', 'seq'), greatest((select max(seq) from platform.event), 1));
  `);
}
