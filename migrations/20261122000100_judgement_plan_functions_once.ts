import type { Knex } from 'knex';

/** Planning the statements of the search anew at each call took as long as running them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter function judgement.greatest_distance(geometry, geometry, double precision, geometry, double precision)
      set plan_cache_mode = force_generic_plan`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter function judgement.greatest_distance(geometry, geometry, double precision, geometry, double precision)
      reset plan_cache_mode`);
}
