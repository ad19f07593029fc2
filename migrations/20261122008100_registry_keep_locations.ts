import type { Knex } from 'knex';

/** Where mines were thought to lie: it says in which plane was judged then. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table registry.past_mine_location (
      mine_id       uuid not null references registry.mine (id),
      location      geometry(Point, 4490),
      -- The instant from which another one was known.
      superseded_at timestamptz not null
    );
    create index past_mine_location_mine on registry.past_mine_location (mine_id, superseded_at);

    create function registry.keep_mine_location() returns trigger language plpgsql as $$
    begin
      insert into registry.past_mine_location (mine_id, location, superseded_at) values (old.id, old.location, new.updated_at);
      return null;
    end $$;
    create trigger keep_mine_location after update of location on registry.mine
      -- Of bytes, as a dump is restored without a search path, where an operator of geometries is not found.
      for each row when (old.location::bytea is distinct from new.location::bytea) execute function registry.keep_mine_location();

    create view registry.published_past_mine_location as select mine_id, location, superseded_at from registry.past_mine_location;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view registry.published_past_mine_location;
    drop trigger keep_mine_location on registry.mine;
    drop function registry.keep_mine_location();
    drop table registry.past_mine_location;
  `);
}
