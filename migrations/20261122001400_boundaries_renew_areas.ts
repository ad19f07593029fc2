import type { Knex } from 'knex';

const allow = (changes: string): string => `
  alter table boundaries.permitted_area drop constraint permitted_area_change_check;
  alter table boundaries.permitted_area add constraint permitted_area_change_check check (change in (${changes}));`;

/** An area goes on for longer when its licence is renewed: no correction of what was on record. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(allow(`'RECORDED', 'CORRECTED', 'RENEWED', 'ENDED', 'REINSTATED'`));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update boundaries.permitted_area set change = 'CORRECTED' where change = 'RENEWED';
    ${allow(`'RECORDED', 'CORRECTED', 'ENDED', 'REINSTATED'`)}
  `);
}
