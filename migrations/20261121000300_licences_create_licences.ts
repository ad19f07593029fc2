import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema licences;

    -- Dates are days in Asia/Shanghai; validity is half-open: valid_to is the first day no longer covered.
    create table licences.licence (
      id              uuid primary key,
      mine_id         uuid not null,
      kind            text not null check (kind in ('MINING_LICENCE', 'SAFETY_PERMIT')),
      number          text not null unique,
      issuer          text not null,
      valid_from      date not null,
      valid_to        date check (valid_to > valid_from),
      suspended_from  date,
      suspended_to    date check (suspended_to > suspended_from),
      revoked_on      date,
      stated_area_km2 double precision check (stated_area_km2 > 0),
      capacity_tonnes_per_year double precision check (capacity_tonnes_per_year >= 0),
      seams           text[] not null default '{}',
      supersedes_id   uuid references licences.licence (id),
      updated_at      timestamptz not null
    );
    create index licence_mine on licences.licence (mine_id, kind);
    create index licence_valid_to on licences.licence (valid_to);

    create view licences.published_licence as
      select id, mine_id, kind, number, issuer, valid_from, valid_to, suspended_from, suspended_to, revoked_on,
             stated_area_km2, capacity_tonnes_per_year, seams, supersedes_id, updated_at
      from licences.licence;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema licences cascade');
}
