import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- How a violation came from state to state; rows are only ever added. When another violation takes this one over
    -- (violation_alias), its history goes with it.
    create table enforcement.violation_transition (
      sequence     bigint generated always as identity primary key,
      violation_id uuid not null,
      action       text not null check (action in ('START_REVIEW', 'CONFIRM', 'DISMISS', 'START_RECTIFYING', 'CLOSE', 'REOPEN',
                                                   'REFER', 'AUTO_CLOSE', 'AUTO_REOPEN')),
      from_state   text not null,
      to_state     text not null,
      actor        text not null,
      note         text,
      at           timestamptz not null
    );
    create index violation_transition_violation on enforcement.violation_transition (violation_id, sequence);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table enforcement.violation_transition');
}
