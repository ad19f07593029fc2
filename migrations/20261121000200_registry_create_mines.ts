import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema registry;

    -- Administrative divisions, GB/T 2260.
    create table registry.division (
      code        text primary key check (code ~ '^[1-9][0-9]{5}$'),
      name        text not null,
      level       text not null check (level in ('PROVINCE', 'CITY', 'COUNTY')),
      parent_code text references registry.division (code)
    );

    create table registry.operator (
      id          uuid primary key,
      credit_code text not null unique,
      name        text not null,
      updated_at  timestamptz not null
    );

    create table registry.mine (
      id            uuid primary key,
      code          text not null unique,
      name          text not null,
      resource      text not null check (resource in ('COAL', 'METAL', 'NON_METAL')),
      method        text not null check (method in ('OPEN_PIT', 'UNDERGROUND', 'OPEN_PIT_TO_UNDERGROUND', 'UNDERGROUND_TO_OPEN_PIT')),
      scale         text not null check (scale in ('LARGE', 'MEDIUM', 'SMALL')),
      status        text not null check (status in ('PRODUCING', 'BUILDING', 'SUSPENDED', 'LONG_SUSPENDED', 'UPGRADING', 'CLOSING', 'CLOSED')),
      capacity_tonnes_per_year double precision check (capacity_tonnes_per_year >= 0),
      location      geometry(Point, 4490),
      operator_id   uuid not null references registry.operator (id),
      division_code text not null references registry.division (code),
      created_at    timestamptz not null,
      updated_at    timestamptz not null
    );
    create index mine_location on registry.mine using gist (location);
    create index mine_division on registry.mine (division_code text_pattern_ops);
    create index mine_operator on registry.mine (operator_id);

    create view registry.published_division as
      select code, name, level, parent_code from registry.division;
    create view registry.published_operator as
      select id, credit_code, name from registry.operator;
    create view registry.published_mine as
      select id, code, name, resource, method, scale, status, capacity_tonnes_per_year, location,
             operator_id, division_code, updated_at
      from registry.mine;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema registry cascade');
}
