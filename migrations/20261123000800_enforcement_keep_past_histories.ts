import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Which steps were a violation's, and when, as of its findings. recorded_at: since when a step has been this
    -- violation's; it was another's before, where this one has taken that one over.
    alter table enforcement.violation_transition add column recorded_at timestamptz;
    update enforcement.violation_transition set recorded_at = at;
    alter table enforcement.violation_transition alter column recorded_at set not null;
    create table enforcement.past_violation_transition (
      sequence      bigint not null,
      violation_id  uuid not null,
      recorded_at   timestamptz not null,
      superseded_at timestamptz not null check (superseded_at > recorded_at),
      constraint past_violation_transition_known_once
        exclude using gist (sequence with =, tstzrange(recorded_at, superseded_at) with &&)
    );
    create index past_violation_transition_violation on enforcement.past_violation_transition (violation_id);

    -- Of what was inherited before, whose it had been is certain where an heir that was not there before took over one alone.
    create temporary table inherited on commit drop as
    select t.sequence, a.old_id, t.at, a.created_at
    from enforcement.violation_alias a
    join enforcement.violation_transition t on t.violation_id = a.new_id and t.at < a.created_at
    where not exists (select from enforcement.violation_alias other where other.new_id = a.new_id and other.old_id <> a.old_id)
      and not exists (select from enforcement.violation_version v where v.id = a.new_id and v.recorded_at < a.created_at);
    insert into enforcement.past_violation_transition select sequence, old_id, at, created_at from inherited;
    update enforcement.violation_transition t set recorded_at = i.created_at from inherited i where i.sequence = t.sequence;

    create view enforcement.violation_transition_version as
      select t.sequence, p.violation_id, t.action, t.from_state, t.to_state, t.actor, t.note, t.at, p.recorded_at, p.superseded_at
      from enforcement.past_violation_transition p join enforcement.violation_transition t using (sequence)
      union all
      select sequence, violation_id, action, from_state, to_state, actor, note, at, recorded_at, null
      from enforcement.violation_transition;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view enforcement.violation_transition_version;
    drop table enforcement.past_violation_transition;
    alter table enforcement.violation_transition drop column recorded_at;
  `);
}
