import type { Knex } from 'knex';

const FACTS = `id, mine_id, kind, number, issuer, valid_from, valid_to, suspended_from, suspended_to, revoked_on,
             stated_area_km2, capacity_tonnes_per_year, seams, supersedes_id`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A row is a version of a licence: a correction, renewal, suspension or revocation is the next one, and the old one
    -- gets superseded_at, nothing else. A licence whose last version is superseded has been withdrawn.
    alter table licences.licence rename column updated_at to recorded_at;
    alter table licences.licence drop constraint licence_supersedes_id_fkey;
    alter table licences.licence drop constraint licence_number_key;
    alter table licences.licence drop constraint licence_pkey;
    alter table licences.licence
      add column version                    integer not null default 1 check (version > 0),
      add column superseded_at              timestamptz check (superseded_at >= recorded_at),
      add column change                     text not null default 'ISSUED' check (change in
        ('ISSUED', 'CORRECTED', 'RENEWED', 'SUSPENDED', 'RESUMED', 'REVOKED')),
      add column change_reason              text,
      add column change_document_number     text,
      add column withdrawal_reason          text check (superseded_at is not null or withdrawal_reason is null),
      add column withdrawal_document_number text,
      add primary key (id, version),
      add constraint licence_known_once
        exclude using gist (id with =, tstzrange(recorded_at, superseded_at) with &&),
      add constraint licence_number_known_once
        exclude using gist (number with =, tstzrange(recorded_at, superseded_at) with &&);
    create index licence_number on licences.licence (number);
    drop index licences.licence_mine;
    create index licence_mine on licences.licence (mine_id, kind) where superseded_at is null;
    create index licence_mine_version on licences.licence (mine_id, kind) where superseded_at is not null;

    create or replace view licences.published_licence as
      select ${FACTS}, recorded_at as updated_at
      from licences.licence where superseded_at is null;
    create view licences.published_licence_version as
      select ${FACTS}, version, recorded_at, superseded_at
      from licences.licence;
  `);
}

/** Only what the licences are now can be kept in a table without versions. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view licences.published_licence_version;
    drop view licences.published_licence;
    delete from licences.licence where superseded_at is not null;
    update licences.licence l set supersedes_id = null
      where supersedes_id is not null and not exists (select from licences.licence e where e.id = l.supersedes_id);
    drop index licences.licence_mine_version;
    drop index licences.licence_mine;
    create index licence_mine on licences.licence (mine_id, kind);
    drop index licences.licence_number;
    alter table licences.licence drop constraint licence_pkey;
    alter table licences.licence
      drop constraint licence_number_known_once,
      drop constraint licence_known_once,
      drop column withdrawal_document_number,
      drop column withdrawal_reason,
      drop column change_document_number,
      drop column change_reason,
      drop column change,
      drop column superseded_at,
      drop column version,
      add primary key (id),
      add constraint licence_number_key unique (number),
      add constraint licence_supersedes_id_fkey foreign key (supersedes_id) references licences.licence (id);
    alter table licences.licence rename column recorded_at to updated_at;
    create view licences.published_licence as
      select ${FACTS}, updated_at
      from licences.licence;
  `);
}
