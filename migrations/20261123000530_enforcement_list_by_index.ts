import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Two of the orders that lists offer, and what is asked for by least area and latest observation. Each further index is
    -- written with every violation that a judgement touches.
    create index violation_area on enforcement.violation (area_m2 desc, id);
    create index violation_last_observed on enforcement.violation (last_observed_at desc, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index enforcement.violation_last_observed;
    drop index enforcement.violation_area;
  `);
}
