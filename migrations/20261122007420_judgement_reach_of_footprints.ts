import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A box in degrees that holds a footprint whose edges are straight in the plane of judging: the wider one is, the
    -- farther its edges leave those in degrees (29 m halfway along half a degree of a parallel).
    create function judgement.reach(footprint geometry) returns geometry
      language sql immutable parallel safe as $$
        select ST_Expand(footprint, 0.003 * (ST_XMax(footprint) - ST_XMin(footprint) + ST_YMax(footprint) - ST_YMin(footprint)) ^ 2)
      $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function judgement.reach(geometry)');
}
