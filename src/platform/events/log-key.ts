import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';

/**
 * The hub's key. It lies with the data, so that every process, every restart and every restore accepts what another has
 * signed or sealed. Whoever first needs it makes it: a migrated database is copied (embedded-template.ts), a key is not.
 */
export async function logKey(knex: Knex): Promise<Buffer> {
  const known = await readKey(knex);
  if (known !== null) return known;
  await knex('platform.event_log')
    .whereNull('cursor_key')
    .update({ cursor_key: randomBytes(32) });
  const made = await readKey(knex);
  if (made === null) throw new Error('platform.event_log has no row');
  return made;
}

async function readKey(knex: Knex): Promise<Buffer | null> {
  const row = (await knex('platform.event_log').first('cursor_key')) as
    | { cursor_key: Buffer | null }
    | undefined;
  return row?.cursor_key ?? null;
}
