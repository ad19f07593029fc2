import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EventWake } from '../../../src/platform/events/event-wake.js';
import { StoredEventLog } from '../../../src/platform/events/stored-event-log.js';
import { createLogger } from '../../../src/platform/logging.js';
import { createTransact } from '../../../src/platform/transact.js';
import { testContext } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let log: StoredEventLog;

beforeAll(async () => {
  database = await openTestDatabase();
  const wake = new EventWake({
    knex: database.knex,
    betweenProcesses: false,
    pollMs: 1_000,
    log: createLogger('silent'),
  });
  log = new StoredEventLog(database.knex, wake);
});
beforeEach(() => database.knex.raw('truncate platform.event'));
afterAll(() => database.close());

const happened = (subjectId: string) => ({ type: 'mine.updated', subjectType: 'Mine', subjectId });

const write = (...ids: string[]): Promise<void> =>
  createTransact(database.knex)(testContext(), async (tx) => tx.emit(...ids.map(happened)));

const subjects = async (): Promise<string[]> => (await log.read(null, 1_000)).map((e) => e.subjectId);

test('events are read in the order of their transactions, and of each in the order they were emitted', async () => {
  await write('a', 'b');
  await write('c');
  await expect.poll(subjects).toEqual(['a', 'b', 'c']);
});

test('a transaction that commits late is not passed by a reader of one that began later', async () => {
  if (database.kind === 'embedded') return lateCommitOnEmbedded();
  const late = await database.knex.transaction();
  await late.raw('select pg_current_xact_id()');
  const start = await log.end();
  await write('early');
  expect(await log.read(start, 10)).toEqual([]);
  await late.raw(`insert into platform.event (type, subject_type, subject_id, actor, request_id, occurred_at)
    values ('mine.updated', 'Mine', 'late', 'test', 'test', now())`);
  expect(await log.read(start, 10)).toEqual([]);
  await late.commit();
  await expect
    .poll(async () => (await log.read(start, 10)).map((e) => e.subjectId))
    .toEqual(['late', 'early']);
});

/** There transactions take turns: nobody can read between the first statement and the commit. */
async function lateCommitOnEmbedded(): Promise<void> {
  const start = await log.end();
  await Promise.all([write('early'), write('late')]);
  expect((await log.read(start, 10)).map((e) => e.subjectId).sort()).toEqual(['early', 'late']);
}
