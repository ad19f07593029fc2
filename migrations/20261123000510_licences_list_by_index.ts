import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The order that lists offer, in which a licence without end comes last; what asks for an end by a day reads it too.
    drop index licences.licence_valid_to;
    create index licence_valid_to on licences.licence (coalesce(valid_to, '9999-12-31'), id) where superseded_at is null;
    -- Few are ever revoked or suspended: whoever asks for them does not look through all others.
    create index licence_revoked on licences.licence (revoked_on) where superseded_at is null and revoked_on is not null;
    create index licence_suspended on licences.licence (suspended_from) where superseded_at is null and suspended_from is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index licences.licence_suspended;
    drop index licences.licence_revoked;
    drop index licences.licence_valid_to;
    create index licence_valid_to on licences.licence (valid_to);
  `);
}
