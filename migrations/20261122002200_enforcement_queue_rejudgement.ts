import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What a change that verdicts rest on made of the violations, and the change itself. Written by the transaction of
    -- the change; completed when everything it can touch has been judged again.
    create table enforcement.judgement_diff (
      id              uuid primary key,
      kind            text not null check (kind in ('AREA_ADDED', 'AREA_CORRECTED', 'AREA_WITHDRAWN', 'LICENCE_CHANGED',
                                                    'OBSERVATION_CORRECTED', 'OBSERVATION_WITHDRAWN', 'POLICY_CHANGED')),
      subjects        jsonb not null,
      mine_ids        uuid[] not null,
      areas           jsonb not null,
      valid_from      date,
      valid_to        date,
      reason          text,
      -- Of a queued one, ids of the events that told of the change: what the parts of its run tell follows from them.
      causes          jsonb,
      requested_by    text not null,
      requested_at    timestamptz not null,
      observations    integer not null,
      judged          integer not null default 0,
      changed         integer not null default 0,
      completed_at    timestamptz check (completed_at >= requested_at)
    );
    create index judgement_diff_newest on enforcement.judgement_diff (requested_at desc, id);
    create index judgement_diff_mines on enforcement.judgement_diff using gin (mine_ids);

    -- One row a violation that appeared, grew, shrank, was closed or reopened, however many parts of a run touched it.
    -- An area of null: the violation does not stand.
    create table enforcement.judgement_diff_entry (
      diff_id        uuid not null references enforcement.judgement_diff (id),
      violation_id   uuid not null,
      former_id      uuid,
      mine_id        uuid,
      kind           text not null,
      change         text not null check (change in ('APPEARED', 'GREW', 'SHRANK', 'VERDICT_CHANGED', 'AUTO_CLOSED', 'REOPENED')),
      was_closed     boolean not null,
      area_before_m2 double precision,
      area_after_m2  double precision,
      verdict_before text check (verdict_before in ('PROBABLE', 'CONFIRMED')),
      verdict_after  text check (verdict_after in ('PROBABLE', 'CONFIRMED')),
      reason         text,
      primary key (diff_id, violation_id),
      check ((area_before_m2 is null) = (verdict_before is null)),
      check ((area_after_m2 is null) = (verdict_after is null))
    );
    create index judgement_diff_entry_violation on enforcement.judgement_diff_entry (violation_id);
    create index judgement_diff_entry_mine on enforcement.judgement_diff_entry (mine_id);

    -- Runs are a queue. carried_on_at tells when a part of one was last done, null that nobody has begun; a run nobody
    -- carries on is taken over.
    alter table enforcement.judgement_run
      add column diff_id        uuid references enforcement.judgement_diff (id),
      add column policy_version integer references enforcement.tolerance_policy (version),
      add column attempts       integer not null default 0,
      add column carried_on_at  timestamptz;
    create index judgement_run_running on enforcement.judgement_run (started_at) where state = 'RUNNING';
    -- Nobody can say what the runs had left to judge that were under way in an earlier release.
    update enforcement.judgement_run set state = 'FAILED', finished_at = now(), error = 'The process that judged ended before the run did.'
      where state = 'RUNNING';

    -- What a run has left to judge, decided when it began, mine by mine, so that no violation is seen half judged. Whoever
    -- deletes a row judges that part in the same transaction, so that several can be at the parts of one run.
    create table enforcement.judgement_run_part (
      run_id          uuid not null references enforcement.judgement_run (id) on delete cascade,
      part            integer not null,
      observation_ids uuid[] not null,
      primary key (run_id, part)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table enforcement.judgement_run_part;
    drop index enforcement.judgement_run_running;
    alter table enforcement.judgement_run drop column diff_id, drop column policy_version,
      drop column attempts, drop column carried_on_at;
    drop table enforcement.judgement_diff_entry;
    drop table enforcement.judgement_diff;
  `);
}
