import type { Knex } from 'knex';
import { logKey } from '../platform/events/log-key.js';
import { SecretBox } from './secret-box.js';

/** The box of a database, opened on first use, when the schema is there. */
export type OpenSecretBox = () => Promise<SecretBox>;

/** The hub's key lies with the data, so that every process and every restore opens what another has sealed. */
export function secretBoxOf(knex: Knex): OpenSecretBox {
  let opened: Promise<SecretBox> | null = null;
  const open = async (): Promise<SecretBox> => new SecretBox(await logKey(knex));
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}
