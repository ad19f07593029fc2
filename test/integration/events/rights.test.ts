import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.js';
import { createCompiledExecutor } from '../../../src/gateway/compiled-executor.js';
import { composeSupergraph } from '../../../src/gateway/compose.js';
import { createGateway, type Gateway } from '../../../src/gateway/gateway.js';
import type { GraphQlResponse } from '../../../src/gateway/graphql-message.js';
import { feedWakes } from '../../../src/gateway/updates/update-wakes.js';
import { createJudging } from '../../../src/judgement/judging.js';
import { createMetrics, type Metrics } from '../../../src/platform/metrics.js';
import type { Principal } from '../../../src/platform/principal.js';
import { createTransact, type Transact } from '../../../src/platform/transact.js';
import { SUBGRAPHS } from '../../../src/subgraphs/index.js';
import { countyOfficer, testContext } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { testEvents } from '../../support/events.js';

let database: TestDatabase;
let gateway: Gateway;
let transact: Transact;
let metrics: Metrics;
/** What the identity provider would say now. */
let rights: Principal | null;

beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  const events = testEvents(knex);
  transact = createTransact(knex, events.committed);
  const config = readConfig({ MINEBOUND_SEED: 'none' });
  const deps = { knex, transact, ...createJudging(), events, webhooks: config.webhooks, extent: null };
  const subgraphs = await Promise.all(Object.values(SUBGRAPHS).map((create) => create(deps)));
  metrics = createMetrics();
  gateway = await createGateway({
    supergraphSdl: composeSupergraph(subgraphs),
    local: new Map(subgraphs.map((each) => [each.name, createCompiledExecutor(each, metrics)])),
    urls: {},
    hmacSecret: null,
    limits: config.limits,
    metrics,
    updates: {
      heartbeatMs: 200,
      queue: 5,
      wakes: feedWakes(events.feed),
      principals: { current: async () => rights },
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await database.close();
});

interface Update {
  readonly type: string;
  readonly subjectId: string | null;
  readonly cursor: string;
}

const QUERY = 'subscription ($after: String) { registryUpdates(after: $after) { cursor type subjectId } }';

async function follow(after: string | null = null): Promise<AsyncGenerator<GraphQlResponse>> {
  const hub = testContext({ principal: countyOfficer('150421') });
  const request = { query: QUERY, operationName: null, variables: { after } };
  const answer = await gateway.subscribe(request, hub, { readOnly: false, resumeAfter: null });
  if (!(Symbol.asyncIterator in answer)) throw new Error(JSON.stringify(answer.errors));
  return answer;
}

const write = (subjectId: string, divisionCode: string): Promise<void> =>
  transact(testContext(), async (tx) =>
    tx.emit({ type: 'test.happened', subjectType: 'Test', subjectId, divisionCode }),
  );

async function nextOf(stream: AsyncGenerator<GraphQlResponse>): Promise<GraphQlResponse> {
  return (await stream.next()).value as GraphQlResponse;
}

const updateOf = (response: GraphQlResponse): Update =>
  (response.data as { registryUpdates: Update }).registryUpdates;

/** Subjects told up to and including `last`. */
async function toldUntil(stream: AsyncGenerator<GraphQlResponse>, last: string): Promise<(string | null)[]> {
  const told: (string | null)[] = [];
  for (;;) {
    const update = updateOf(await nextOf(stream));
    if (update.type === 'heartbeat') continue;
    told.push(update.subjectId);
    if (update.subjectId === last) return told;
  }
}

test('a subscriber is told of his divisions only, by the rights he has when it is told', async () => {
  rights = countyOfficer('150421');
  const stream = await follow();
  await nextOf(stream);
  await write('mine-1', '150421');
  await write('theirs-1', '210381');
  await write('mine-2', '150421');
  expect(await toldUntil(stream, 'mine-2')).toEqual(['mine-1', 'mine-2']);
  rights = countyOfficer('210381');
  await write('mine-3', '150421');
  await write('theirs-2', '210381');
  expect(await toldUntil(stream, 'theirs-2')).toEqual(['theirs-2']);
  await stream.return(undefined);
});

test('what waits to be read when rights are taken away is not told any more', async () => {
  rights = countyOfficer('150421');
  const stream = await follow();
  await nextOf(stream);
  await write('first', '150421');
  expect(await toldUntil(stream, 'first')).toEqual(['first']);
  // Read by the group by now, but not by the subscriber.
  await write('secret', '150421');
  await new Promise((resolve) => setTimeout(resolve, 300));
  rights = countyOfficer('210381');
  await write('open', '210381');
  expect(await toldUntil(stream, 'open')).toEqual(['open']);
  await stream.return(undefined);
});

test('who is not known any more is told so, and no more', async () => {
  rights = countyOfficer('150421');
  const stream = await follow();
  await nextOf(stream);
  rights = null;
  await write('late', '150421');
  const last = await nextOf(stream);
  expect(last.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  expect((await stream.next()).done).toBe(true);
});

test('a subscriber that does not read is ended with its last cursor, and goes on from it', async () => {
  rights = countyOfficer('150421');
  const stream = await follow();
  await nextOf(stream);
  await write('read', '150421');
  await toldUntil(stream, 'read');
  const unread = Array.from({ length: 12 }, (_, i) => `unread-${i}`);
  for (const id of unread) await write(id, '150421');
  await expect
    .poll(
      async () => {
        const { errors } = await nextOf(stream);
        return errors?.[0]?.extensions['code'];
      },
      { timeout: 20_000 },
    )
    .toBe('SLOW_CONSUMER');
  expect((await stream.next()).done).toBe(true);
  const { text } = await metrics.expose();
  expect(text).toContain('minebound_update_subscribers 0\n');
  expect(text).toContain('minebound_update_subscriptions_ended_total{code="SLOW_CONSUMER"} 1\n');
});

test('the cursor of a slow consumer has neither gap nor repeat', async () => {
  rights = countyOfficer('150421');
  const stream = await follow();
  await nextOf(stream);
  const ids = Array.from({ length: 30 }, (_, i) => `numbered-${i}`);
  for (const id of ids) await write(id, '150421');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const told: (string | null)[] = [];
  let cursor = '';
  for await (const response of stream) {
    if (response.errors) {
      cursor = String(response.errors[0]?.extensions['cursor']);
      break;
    }
    const update = updateOf(response);
    if (update.type !== 'heartbeat') told.push(update.subjectId);
  }
  expect(told.length).toBeLessThan(ids.length);
  const resumed = await follow(cursor);
  told.push(...(await toldUntil(resumed, 'numbered-29')));
  expect(told).toEqual(ids);
  await resumed.return(undefined);
});
