import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One surface of areas side by side: gaps thinner than a millimetre (in metres of their plane) are filled. Mitred, as
    -- corners are then where they were.
    create function judgement.closed(surface geometry)
      returns geometry language sql immutable parallel safe as $$
        select ST_Buffer(ST_Buffer(surface, 0.0005, 'join=mitre'), -0.0005, 'join=mitre')
      $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function judgement.closed(geometry)');
}
