import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Imports of one file for many mines. position counts the rows of the file, in the order in which they are
    -- imported, that are done; it is committed with what they gave, so that an import that was killed goes on there.
    create table boundaries.bulk_import (
      id             uuid primary key,
      file_sha256    text not null,
      file_name      text not null,
      layer          text not null,
      options_digest text not null,
      row_count      integer not null check (row_count >= 0),
      position       integer not null default 0 check (position between 0 and row_count),
      recorded       integer not null default 0,
      corrected      integer not null default 0,
      unchanged      integer not null default 0,
      rejected       integer not null default 0,
      actor          text not null,
      started_at     timestamptz not null,
      updated_at     timestamptz not null,
      finished_at    timestamptz,
      unique (file_sha256, layer, options_digest)
    );
    create table boundaries.bulk_import_rejection (
      import_id  uuid not null references boundaries.bulk_import on delete cascade,
      ordinal    integer not null,
      row_number bigint not null,
      mine_code  text not null,
      code       text not null,
      message    text not null,
      ring       integer,
      vertex     integer,
      primary key (import_id, ordinal)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table boundaries.bulk_import_rejection, boundaries.bulk_import');
}
