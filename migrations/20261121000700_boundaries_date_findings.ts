import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- intake_key names what was imported (mine, kind and document): what a later import of the same no longer
    -- finds gets superseded_at.
    alter table boundaries.data_quality_finding
      add column intake_key    uuid not null,
      add column superseded_at timestamptz check (superseded_at >= found_at);
    create index data_quality_finding_intake on boundaries.data_quality_finding (intake_key);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index boundaries.data_quality_finding_intake;
    alter table boundaries.data_quality_finding drop column superseded_at, drop column intake_key;
  `);
}
