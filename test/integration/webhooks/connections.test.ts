import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/platform/database.js';
import { createLogger } from '../../../src/platform/logging.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { startReceiver } from '../../support/receiver.js';
import { WebhookBench } from '../../support/webhook-bench.js';

let database: TestDatabase;
let bench: WebhookBench;
/** Writes on a connection of its own, which is not cut. */
let others: Database;
let writer: WebhookBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await WebhookBench.open(database.knex);
  const { DATABASE_URL: databaseUrl = null } = database.environment;
  if (databaseUrl === null) return;
  const config = { databaseUrl, databasePool: 1, dataDir: '', debugSql: false };
  others = await openDatabase(config, createLogger('silent'));
  writer = await WebhookBench.open(others.knex);
});
afterAll(async () => {
  await bench.close();
  await writer?.close();
  await others?.close();
  await database.close();
});

// The embedded database lives in this process, and no connection to it is cut.
test.skipIf(inject('databaseTemplate').kind === 'embedded')(
  'connections to the database that are cut, as by its restart, lose nothing and change no order',
  async () => {
    const hub = await startReceiver();
    await bench.register(hub.url);
    bench.dispatcher();
    const written: string[] = [];
    for (let round = 0; round < 5; round++) {
      written.push(...(await writer.write(20)));
      await others.knex.raw(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
    }
    const subjects = () =>
      hub.received.map(({ body }) => (JSON.parse(body) as { subject: string }).subject.replace('Mine/', ''));
    await expect.poll(() => [...new Set(subjects())], { timeout: 40_000 }).toEqual(written);
    await hub.close();
  },
);
