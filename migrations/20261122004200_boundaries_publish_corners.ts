import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Corners as issued, apart from the areas: most readers of areas want none.
    create view boundaries.published_area_corners as
      select id, version, corners from boundaries.permitted_area;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop view boundaries.published_area_corners');
}
