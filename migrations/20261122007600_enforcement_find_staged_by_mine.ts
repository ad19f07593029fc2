import type { Knex } from 'knex';

/** What changes of a mine concerns what is staged for it too. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index staged_judgement_mine on enforcement.staged_judgement (mine_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index enforcement.staged_judgement_mine');
}
