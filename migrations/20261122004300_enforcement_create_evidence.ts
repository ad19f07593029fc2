import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What evidence packs are signed with (Ed25519, PEM). The newest signs; the older ones still prove old packs.
    create table enforcement.evidence_key (
      id          text primary key check (id ~ '^[0-9a-f]{64}$'),
      public_key  text not null,
      private_key text not null,
      created_at  timestamptz not null
    );

    -- Every evidence pack that was issued, each with the digest of the one before: a chain that is only added to.
    create table enforcement.evidence_pack (
      sequence     bigint primary key check (sequence > 0),
      digest       text not null unique check (digest ~ '^[0-9a-f]{64}$'),
      previous     text unique references enforcement.evidence_pack (digest),
      violation_id uuid not null,
      facts_digest text not null,
      key_id       text not null references enforcement.evidence_key (id),
      issued_by    text not null,
      issued_at    timestamptz not null,
      check ((sequence = 1) = (previous is null))
    );
    create index evidence_pack_violation on enforcement.evidence_pack (violation_id, sequence);

    create function enforcement.refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'enforcement.% is only added to', tg_table_name;
      end
      $$;
    create trigger evidence_pack_stays before update or delete on enforcement.evidence_pack
      for each row execute function enforcement.refuse_change();
    create trigger violation_transition_stays before delete on enforcement.violation_transition
      for each row execute function enforcement.refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger violation_transition_stays on enforcement.violation_transition;
    drop table enforcement.evidence_pack;
    drop function enforcement.refuse_change();
    drop table enforcement.evidence_key;
  `);
}
