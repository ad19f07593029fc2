import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The orders that lists offer besides ID and CODE.
    create index mine_name on registry.mine (name, id);
    create index mine_updated on registry.mine (updated_at desc, id);
    -- Which resource is mined how and on which scale depends on each other: a planner that multiplies shares expects mines
    -- where there are none, and looks through every violation for them.
    create statistics registry.mine_nature (mcv) on resource, method, scale from registry.mine;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop statistics registry.mine_nature;
    drop index registry.mine_updated;
    drop index registry.mine_name;
  `);
}
