import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { startTestHub, type TestHub } from '../support/hub.js';
import { box, Situation } from '../support/situation.js';

/** Locks that others hold are what a server has, and the embedded database, which does one thing after the other, has not. */
const NATIVE = Boolean(process.env['TEST_DATABASE_URL']);

let hub: TestHub;
let database: Database;
let violation: string;

/** A pit that digs 100 m out of its right. */
beforeAll(async () => {
  if (!NATIVE) return;
  hub = await startTestHub({ LIMIT_TIMEOUT_MS: '4000', CHROMIUM_PATH: 'none' });
  const settings = { databaseUrl: hub.databaseUrl, databasePool: 3, dataDir: '', debugSql: false };
  database = await openDatabase(settings, createLogger('silent'));
  const situation = await Situation.open(database.knex);
  await situation.mine('PIT');
  await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
  await situation.judge([await situation.observation({ mine: 'PIT', shape: box(450, 100, 150, 50) })]);
  violation = (await database.knex('enforcement.violation').first('id')).id;
});
afterAll(async () => {
  await database?.close();
  await hub?.stop();
});

/** What `times` downloads at once are answered while somebody holds `lock`, which in the end no statement waits for. */
async function whileLocked(lock: (sql: Knex.Transaction) => Promise<unknown>, path: string, times = 1) {
  return database.knex.transaction(async (sql) => {
    await lock(sql);
    const answers = await Promise.all(
      Array.from({ length: times }, async () => {
        const response = await fetch(`${hub.url}${path}`);
        const { errors } = (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
        return `${response.status} ${errors[0]?.extensions['code']}`;
      }),
    );
    await expect.poll(() => waiting(), { timeout: 60_000 }).toEqual([]);
    return [...new Set(answers)];
  });
}

const waiting = (): Promise<string[]> =>
  database
    .knex('pg_stat_activity')
    .whereRaw(`datname = current_database() and wait_event_type = 'Lock'`)
    .pluck('query');

const exclusively = (table: string) => (sql: Knex.Transaction) =>
  sql.raw(`lock table ${table} in access exclusive mode`);

test.skipIf(!NATIVE)(
  'a file that the database withholds ends with TIMEOUT, and its statement is cancelled',
  async () => {
    const path = '/export/permitted-areas.geojson';
    // More than the pool has connections: each is given back.
    expect(await whileLocked(exclusively('boundaries.permitted_area'), path, 12)).toEqual(['504 TIMEOUT']);
    const response = await fetch(`${hub.url}${path}`);
    expect([response.status, ((await response.json()) as { features: unknown[] }).features.length]).toEqual([
      200, 1,
    ]);
  },
);

test.skipIf(!NATIVE)('a pack whose time is over is not issued', async () => {
  const path = `/evidence/${violation}.zip`;
  const issued = () => database.knex('enforcement.evidence_pack').pluck('digest');
  // Before the pack is in the chain, and while it becomes its next link.
  for (const table of ['enforcement.violation', 'enforcement.evidence_pack']) {
    expect(await whileLocked(exclusively(table), path)).toEqual(['504 TIMEOUT']);
    expect(await issued()).toEqual([]);
  }
  const response = await fetch(`${hub.url}${path}`);
  expect([response.status, response.headers.get('x-evidence-sequence')]).toEqual([200, '1']);
  expect(await issued()).toEqual([response.headers.get('x-evidence-digest')]);
});

test.skipIf(!NATIVE)('what is refused is refused as before', async () => {
  expect((await fetch(`${hub.url}/evidence/${randomUUID()}.zip`)).status).toBe(404);
});
