import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventWake } from '../../../src/platform/events/event-wake.js';
import { StoredEventLog } from '../../../src/platform/events/stored-event-log.js';
import { createLogger } from '../../../src/platform/logging.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let log: StoredEventLog;

beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  log = new StoredEventLog(
    knex,
    new EventWake({ knex, betweenProcesses: false, pollMs: 60_000, log: createLogger('silent') }),
  );
});
afterAll(() => database.close());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

test('a page in the midst of a long log is read from the index, whatever lies behind it', async () => {
  const { knex } = database;
  await knex.raw('select platform.make_event_partitions(60)');
  await knex.raw(`insert into platform.event (type, subject_type, subject_id, actor, request_id, occurred_at)
    select 'mine.updated', 'Mine', n::text, 'test', 'test', now() from generate_series(1, 20000) n`);
  await knex.raw('analyze platform.event');
  const begin = await log.beginning();
  await expect.poll(() => log.read(begin, 100), { timeout: 20_000 }).toHaveLength(100);
  const [, first] = await log.read(begin, 100);
  if (first === undefined) throw new Error('the log is empty');
  const asked: { sql: string; bindings: readonly unknown[] }[] = [];
  const listen = (query: (typeof asked)[number]): void => void asked.push(query);
  knex.on('query', listen);
  await log.read(first.position, 100);
  knex.off('query', listen);
  const [page] = asked;
  const { rows } = await knex.raw(`explain (analyze, format json) ${page?.sql.replace(/\$\d+/g, '?')}`, [
    ...(page?.bindings ?? []),
  ] as string[]);
  const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan);
  // One more than the page of each partition, where they are merged.
  const most = Math.max(...nodes.map((node) => node['Actual Rows']));
  expect([100, 101]).toContain(most);
});
