import type { Knex } from 'knex';

/** The difference inside greatest_distance on a grid of a micrometre: src/judgement/overlay-grid.ts says why. */
export async function up(knex: Knex): Promise<void> {
  await replaceDifference(knex, `'quad_segs=16')), 3)`, `'quad_segs=16'), 1e-6), 3)`);
}

export async function down(knex: Knex): Promise<void> {
  await replaceDifference(knex, `'quad_segs=16'), 1e-6), 3)`, `'quad_segs=16')), 3)`);
}

async function replaceDifference(knex: Knex, from: string, to: string): Promise<void> {
  const { rows } = await knex.raw<{ rows: { definition: string }[] }>(
    `select pg_get_functiondef('judgement.greatest_distance'::regproc) as definition`,
  );
  const definition = rows[0]?.definition ?? '';
  if (!definition.includes(from)) throw new Error('greatest_distance does not read as expected');
  await knex.raw(definition.replace(from, to).replaceAll('?', '\\?'));
}
