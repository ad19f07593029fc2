import type { Knex } from 'knex';
import { SecretBox } from './secret-box.js';

/** The box of a database, opened on first use, when the schema is there. */
export type OpenSecretBox = () => Promise<SecretBox>;

/** The hub's key lies with the data, so that every process and every restore opens what another has sealed. */
export function secretBoxOf(knex: Knex): OpenSecretBox {
  let opened: Promise<SecretBox> | null = null;
  const open = async (): Promise<SecretBox> => {
    const row = (await knex('platform.event_log').first('cursor_key')) as { cursor_key: Buffer };
    return new SecretBox(row.cursor_key);
  };
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}
