import type { Knex } from 'knex';

const CAUSES = [
  'AREA_ADDED',
  'AREA_CORRECTED',
  'AREA_WITHDRAWN',
  'LICENCE_CHANGED',
  'OBSERVATION_CORRECTED',
  'OBSERVATION_WITHDRAWN',
  'POLICY_CHANGED',
];

/** A mine that moves to another zone is a cause for judging again. */
export async function up(knex: Knex): Promise<void> {
  await allow(knex, [...CAUSES, 'MINE_MOVED']);
}

export async function down(knex: Knex): Promise<void> {
  await allow(knex, CAUSES);
}

async function allow(knex: Knex, causes: readonly string[]): Promise<void> {
  await knex.raw(`
    alter table enforcement.judgement_diff drop constraint judgement_diff_kind_check,
      add constraint judgement_diff_kind_check check (kind in (${causes.map((cause) => `'${cause}'`).join(', ')}));
  `);
}
