import { afterAll, beforeAll, expect, test } from 'vitest';
import { filterDigest } from '../../../src/platform/events/event-filter.js';
import { maintainEventLog, prepareEventLog } from '../../../src/platform/events/event-maintenance.js';
import { createLogger } from '../../../src/platform/logging.js';
import { unchangingPrincipals } from '../../../src/platform/principal-source.js';
import { createTransact } from '../../../src/platform/transact.js';
import { RegistryUpdatesService } from '../../../src/subgraphs/enforcement/updates/registry-updates.service.js';
import { testContext } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { testEvents } from '../../support/events.js';

let database: TestDatabase;
let updates: RegistryUpdatesService;
const log = createLogger('silent');

beforeAll(async () => {
  database = await openTestDatabase();
  const events = testEvents(database.knex);
  updates = new RegistryUpdatesService({
    feed: events.feed,
    cursors: () => events.cursors(),
    principals: unchangingPrincipals,
    heartbeatMs: 1_000,
  });
});
afterAll(() => database.close());

const write = (...ids: string[]): Promise<void> =>
  createTransact(database.knex)(testContext(), async (tx) =>
    tx.emit(...ids.map((subjectId) => ({ type: 'test.happened', subjectType: 'Test', subjectId }))),
  );

const partitions = async (): Promise<string[]> => {
  const { rows } = await database.knex.raw(
    `select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'platform.event'::regclass order by 1`,
  );
  return rows.map((row: { relname: string }) => row.relname);
};

const told = async (after: string | null): Promise<(string | null)[]> =>
  (await updates.page(testContext(), {}, after, 100)).updates.map((update) => update.subjectId);

/** What stands in the log of some months ago. */
async function writeLongAgo(monthsAgo: number, ...ids: string[]): Promise<void> {
  const month = await database.knex.raw(
    `select to_char(date_trunc('month', now() at time zone 'UTC') - make_interval(months => ?), 'YYYY-MM-DD') as day`,
    [monthsAgo],
  );
  const first: string = month.rows[0].day;
  const name = `event_${first.slice(0, 7).replace('-', '_')}`;
  await database.knex.raw(
    `create table if not exists platform.${name} partition of platform.event
     for values from ('${first} 00:00Z') to ('${first} 00:00Z'::timestamptz + interval '28 days')`,
  );
  await write(...ids);
  await database.knex.raw(
    `update platform.event set logged_at = ?::timestamptz + interval '1 day' where subject_id = any(?)`,
    [`${first} 00:00Z`, ids],
  );
}

test('months are made ahead, what came before them moves in, and making them again changes nothing', async () => {
  await write('early');
  expect(await partitions()).toEqual(['event_default']);
  await prepareEventLog({ knex: database.knex, retentionDays: null, log });
  const made = await partitions();
  expect(made.length).toBeGreaterThanOrEqual(4);
  const { rows } = await database.knex.raw('select count(*) as count from platform.event_default');
  expect(rows[0].count).toBe(0);
  expect(await told('BEGIN')).toEqual(['early']);
  await prepareEventLog({ knex: database.knex, retentionDays: null, log });
  expect(await partitions()).toEqual(made);
});

test('a cursor older than the retention is refused, with the oldest valid one and what to do', async () => {
  await database.knex.raw('delete from platform.event');
  await writeLongAgo(3, 'gone-1', 'gone-2');
  await write('kept-1', 'kept-2');
  const all = (await updates.page(testContext(), {}, 'BEGIN', 100)).updates;
  expect(all.map((update) => update.subjectId)).toEqual(['gone-1', 'gone-2', 'kept-1', 'kept-2']);
  const [first, second] = all.map((update) => update.cursor);
  await maintainEventLog({ knex: database.knex, retentionDays: 45, log }, new Date());
  expect(await told('BEGIN')).toEqual(['kept-1', 'kept-2']);
  // Whoever has heard the last of what is gone has missed nothing.
  expect(await told(second ?? '')).toEqual(['kept-1', 'kept-2']);
  const refused = await updates.page(testContext(), {}, first ?? '', 100).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'CURSOR_EXPIRED',
    message: expect.stringContaining('Resynchronise'),
  });
  const { oldestCursor } = (refused as { details: { oldestCursor: string } }).details;
  expect(await told(oldestCursor)).toEqual(['kept-1', 'kept-2']);
});

test('the oldest cursor is bound to the filter that was asked with', async () => {
  const filter = { types: ['test.happened'] };
  expect(filterDigest(filter)).not.toBe(filterDigest({}));
  const page = await updates.page(testContext(), filter, 'BEGIN', 1);
  await expect(updates.page(testContext(), {}, page.endCursor, 1)).rejects.toMatchObject({
    code: 'BAD_CURSOR',
  });
});
