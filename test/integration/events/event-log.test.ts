import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EventFeed } from '../../../src/platform/events/event-feed.js';
import { eventMatcher } from '../../../src/platform/events/event-filter.js';
import { EventWake } from '../../../src/platform/events/event-wake.js';
import { StoredEventLog } from '../../../src/platform/events/stored-event-log.js';
import { createLogger } from '../../../src/platform/logging.js';
import { createTransact } from '../../../src/platform/transact.js';
import { DivisionRepository } from '../../../src/subgraphs/registry/division.repository.js';
import { createRegistryService } from '../../../src/subgraphs/registry/services.js';
import { aMine, DIVISIONS, mineId } from '../../support/builders.js';
import { testContext } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { serviceParts } from '../../support/service-parts.js';

let database: TestDatabase;
let log: StoredEventLog;

beforeAll(async () => {
  database = await openTestDatabase();
  const wake = new EventWake({
    knex: database.knex,
    betweenProcesses: false,
    pollMs: 60_000,
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

test('who is ahead of what a process has heard of is answered from the log, not told that there is no more', async () => {
  const feed = new EventFeed(log, createLogger('silent'));
  const stop = feed.onWake(() => {});
  try {
    await feed.end();
    const start = await log.end();
    // Nobody has told the feed: these commits are another process's.
    await write('a', 'b');
    await expect.poll(subjects).toEqual(['a', 'b']);
    const [first] = await log.read(start, 1);
    if (!first) throw new Error('no event after the beginning');
    const page = await feed.page(first.position, 10);
    expect(page.events.map(({ subjectId }) => subjectId)).toEqual(['b']);
  } finally {
    stop();
  }
});

test('of two changes of a subject in one transaction the second follows from the first', async () => {
  const { knex } = database;
  const transact = createTransact(knex);
  await new DivisionRepository(knex).upsert(knex, DIVISIONS);
  const mine = aMine({ divisionCode: '150421' });
  const id = mineId(mine.code);
  await createRegistryService(serviceParts(knex)).upsertMines(testContext(), [mine]);
  await transact(testContext(), async (tx) => {
    await tx.sql.raw('update registry.mine set division_code = ? where id = ?', ['210381', id]);
    const change = { type: 'mine.updated', subjectType: 'Mine', subjectId: id };
    tx.emit({ ...change, after: 'moved' }, { ...change, after: 'renamed there' });
  });
  const ours = async () => (await log.read(null, 100)).filter(({ subjectId }) => subjectId === id);
  await expect.poll(async () => (await ours()).length).toBe(3);
  const [created, moved, renamed] = await ours();
  expect(moved?.beforeDigest).toBe(created?.afterDigest);
  expect(renamed?.beforeDigest).toBe(moved?.afterDigest);
  const told = [created, moved, renamed].map(
    (event) => event && eventMatcher({ divisionCode: '150421' })(event),
  );
  expect(told).toEqual(['match', 'left', null]);
});

test('digests of a subject follow from one event to the next, and what is gone has none', async () => {
  const transact = createTransact(database.knex);
  const tell = (type: string, after?: unknown, changesNothing = false): Promise<void> =>
    transact(testContext(), async (tx) =>
      tx.emit({
        type,
        subjectType: 'Licence',
        changesNothing,
        subjectId: 'digested',
        ...(after === undefined ? {} : { after }),
      }),
    );
  await tell('licence.issued', { seams: ['4'] });
  await tell('licence.changed', { seams: ['4', '5'] });
  await tell('evidence.issued', undefined, true);
  await tell('licence.withdrawn', null);
  await tell('licence.issued', { seams: ['4'] });
  await expect.poll(async () => (await log.read(null, 10)).length).toBe(5);
  const told = await log.read(null, 10);
  expect(told.map(({ afterDigest }) => afterDigest !== null)).toEqual([true, true, true, false, true]);
  expect(told.slice(1).map(({ beforeDigest }) => beforeDigest)).toEqual(
    told.slice(0, -1).map(({ afterDigest }) => afterDigest),
  );
  expect(told[4]?.afterDigest).toBe(told[0]?.afterDigest);
});
