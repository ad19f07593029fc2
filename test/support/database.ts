import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { onServer, withDatabase } from './database-template.js';

let count = 0;

export interface TestDatabase extends Database {
  /** What `DATABASE_URL` or `MINEBOUND_DATA_DIR` a process would need to open it, once this one has closed. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A migrated, empty database of its own: a copy of the run's template, embedded or on TEST_DATABASE_URL. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const template = inject('databaseTemplate');
  const log = createLogger('silent');
  if (template.kind === 'native') {
    const name = `minebound_test_${process.pid}_${count++}`;
    await onServer(template.url, `create database ${name} template ${template.name}`);
    const databaseUrl = withDatabase(template.url, name);
    const database = await openDatabase({ databaseUrl, databasePool: 6, dataDir: '', debugSql: false }, log);
    return {
      ...database,
      environment: { DATABASE_URL: databaseUrl },
      close: async () => {
        await database.close();
        await onServer(template.url, `drop database ${name} with (force)`);
      },
    };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'minebound-test-'));
  await cp(template.directory, dataDir, { recursive: true });
  const database = await openDatabase({ databaseUrl: null, databasePool: 6, dataDir, debugSql: false }, log);
  return {
    ...database,
    environment: { MINEBOUND_DATA_DIR: dataDir },
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
