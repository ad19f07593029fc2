import type { Knex } from 'knex';

/** What a violation was called is asked for at each reading of its past, and when it is called otherwise once more. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index violation_alias_new on enforcement.violation_alias (new_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index enforcement.violation_alias_new');
}
