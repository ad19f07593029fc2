import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { aMine, creditCode, mineId } from '../../support/builders.js';
import { startTestHub, type TestHub } from '../../support/hub.js';
import { type Subscriber, serverSentEvents, subscribe } from '../../support/subscriber.js';

let hub: TestHub;
const open: Subscriber[] = [];

/** A mine of an operator that is there already, so that only the mine is told of. */
const ours = (facts: Parameters<typeof aMine>[0] = {}) =>
  aMine({ operatorName: 'Known operator', operatorCreditCode: creditCode(999), ...facts });

beforeAll(async () => {
  hub = await startTestHub({ EVENTS_HEARTBEAT_MS: '300', EVENTS_POLL_MS: '200' });
  await register(ours());
});
afterEach(() => {
  for (const subscriber of open.splice(0)) subscriber.stop();
});
afterAll(() => hub.stop());

const follow = (options?: Parameters<typeof subscribe>[1]): Subscriber => {
  const subscriber = subscribe(hub.url, options);
  open.push(subscriber);
  return subscriber;
};

const UPSERT =
  'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created rejected { message } } }';

async function register(...mines: ReturnType<typeof aMine>[]): Promise<string[]> {
  const { body } = await hub.ask(UPSERT, { variables: { input: mines } });
  expect(body.errors).toBeUndefined();
  return mines.map((mine) => mineId(mine.code));
}

const page = async (variables: object) => {
  const { body } = await hub.ask(
    `query ($after: String, $filter: UpdateFilter, $first: Int) {
      updates(after: $after, filter: $filter, first: $first) {
        nodes { cursor type subjectId } pageInfo { endCursor hasNextPage }
      }
    }`,
    { variables: { ...variables } },
  );
  return body as unknown as {
    data?: {
      updates: {
        nodes: { cursor: string; type: string; subjectId: string }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    };
    errors?: { message: string; extensions: Record<string, unknown> }[];
  };
};

const now = async (filter: object | null = null): Promise<string> =>
  (await page({ filter })).data?.updates.pageInfo.endCursor ?? '';

const told = (subscriber: Subscriber): unknown[] =>
  subscriber.received.filter(({ type }) => type !== 'heartbeat').map(({ subjectId }) => subjectId);

test('a subscriber hears of what was changed before it came and of what is changed afterwards, in order', async () => {
  const start = await now();
  const before = await register(ours(), ours(), ours());
  const subscriber = follow({ after: start });
  const after = [...(await register(ours())), ...(await register(ours()))];
  await subscriber.until(({ subjectId }) => subjectId === after.at(-1));
  expect(told(subscriber)).toEqual([...before, ...after]);
});

test('each update comes with what other subgraphs know of its subject', async () => {
  const subscriber = follow({
    select: `cursor type subject { __typename ... on Mine { id name operator { name } licences { number } violations { totalCount } } }`,
  });
  await subscriber.until(({ type }) => type === 'heartbeat');
  const [id] = await register(ours({ name: 'Told of at once' }));
  const update = await subscriber.until(({ subject }) => (subject as { id?: string } | null)?.id === id);
  expect(update['subject']).toMatchObject({
    __typename: 'Mine',
    name: 'Told of at once',
    operator: { name: 'Known operator' },
    licences: [],
    violations: { totalCount: 0 },
  });
  expect(subscriber.errors).toEqual([]);
});

test('after null starts now, after BEGIN from the oldest', async () => {
  const start = await now();
  const [earlier] = await register(ours());
  // Once it can be read; as long as an older transaction runs, it would come after "now".
  await follow({ after: start }).until(({ subjectId }) => subjectId === earlier);
  const fromNow = follow();
  await fromNow.until(({ type }) => type === 'heartbeat');
  const [later] = await register(ours());
  await fromNow.until(({ subjectId }) => subjectId === later);
  expect(told(fromNow)).toEqual([later]);
  const all = follow({ after: 'BEGIN' });
  await all.until(({ subjectId }) => subjectId === later);
  expect(told(all)).toContain(earlier);
});

test('a heartbeat moves the cursor of a filter that lets nothing through', async () => {
  const filter = { type: ['violation.detected'] };
  const start = await now(filter);
  const subscriber = follow({ filter, after: start });
  await register(ours());
  const first = await subscriber.until(({ type }) => type === 'heartbeat');
  await register(ours());
  const next = await subscriber.until(({ type, cursor }) => type === 'heartbeat' && cursor !== first.cursor);
  expect(told(subscriber)).toEqual([]);
  expect(new Set([start, first.cursor, next.cursor]).size).toBeGreaterThan(1);
});

test('the query tells the same log page by page', async () => {
  const start = await now();
  const ids = await register(...Array.from({ length: 7 }, () => ours()));
  const subscriber = follow({ after: start });
  await subscriber.until(({ subjectId }) => subjectId === ids.at(-1));
  const read: string[] = [];
  const cursors: string[] = [];
  for (let after = start, more = true; more; ) {
    const { data } = await page({ after, first: 3 });
    read.push(...(data?.updates.nodes ?? []).map(({ subjectId }) => subjectId));
    cursors.push(...(data?.updates.nodes ?? []).map(({ cursor }) => cursor));
    after = data?.updates.pageInfo.endCursor ?? '';
    more = data?.updates.pageInfo.hasNextPage ?? false;
  }
  expect(read).toEqual(ids);
  expect(cursors).toEqual(
    subscriber.received.filter(({ type }) => type !== 'heartbeat').map(({ cursor }) => cursor),
  );
});

test('a page of none says whether there is more, and goes nowhere', async () => {
  const start = await now();
  const [last] = await register(ours());
  await follow({ after: start }).until(({ subjectId }) => subjectId === last);
  const pageInfo = async (after: string) =>
    (await page({ after, filter: null, first: 0 })).data?.updates.pageInfo;
  expect(await pageInfo(start)).toEqual({ endCursor: start, hasNextPage: true });
  const end = (await page({ after: start, first: 1 })).data?.updates.pageInfo.endCursor ?? '';
  expect(await pageInfo(end)).toMatchObject({ hasNextPage: false });
});

test('a cursor used with another filter is refused and says so', async () => {
  const cursor = await now({ type: ['mine.*'] });
  const { errors } = await page({ after: cursor, filter: { type: ['licence.*'] } });
  expect(errors?.[0]?.extensions['code']).toBe('BAD_CURSOR');
  expect(errors?.[0]?.message).toContain('another filter');
  const subscriber = follow({ after: cursor, filter: { type: ['licence.*'] } });
  await subscriber.ended;
  expect(subscriber.errors[0]?.extensions).toMatchObject({ code: 'BAD_CURSOR' });
});

test('a cursor that was tampered with is refused', async () => {
  const cursor = await now();
  const middle = Math.floor(cursor.length / 2);
  const changed = cursor.slice(0, middle) + (cursor[middle] === 'A' ? 'B' : 'A') + cursor.slice(middle + 1);
  const { errors } = await page({ after: changed });
  expect(errors?.[0]?.extensions['code']).toBe('BAD_CURSOR');
});

test('filters by type, mine and division let through what they name', async () => {
  const [quiet] = await register(ours());
  const filters = [{ divisionCode: '210300' }, { mineIds: [quiet] }, { type: ['mine.updated'] }];
  const subscribers = filters.map((filter) => follow({ filter }));
  for (const each of subscribers) await each.until(({ type }) => type === 'heartbeat');
  const mine = ours({ divisionCode: '210381' });
  const [haicheng] = await register(mine, ours({ divisionCode: '150421' }));
  await register({ ...mine, name: 'Renamed' });
  const marks = subscribers.map(({ received }) => received.length);
  for (const [i, each] of subscribers.entries()) {
    await each.until(
      (update) => update.type === 'heartbeat' && each.received.indexOf(update) > (marks[i] ?? 0),
    );
  }
  expect(subscribers.map(told)).toEqual([[haicheng, haicheng], [], [haicheng]]);
});

test('Server-Sent Events carry the same updates, and their ids resume', async () => {
  const start = await now();
  const ids = await register(ours(), ours());
  const query = 'subscription ($after: String) { registryUpdates(after: $after) { type subjectId } }';
  const url = `${hub.url}/graphql?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(JSON.stringify({ after: start }))}`;
  const headers = { accept: 'text/event-stream' };
  const seen: string[] = [];
  let last = '';
  for await (const { event, id, data } of serverSentEvents(await fetch(url, { headers }))) {
    expect(event).toBe('next');
    const update = JSON.parse(data).data.registryUpdates;
    if (update.type === 'heartbeat') continue;
    seen.push(update.subjectId);
    last = id ?? '';
    break;
  }
  const resumed = await fetch(url, { headers: { ...headers, 'last-event-id': last } });
  for await (const { data } of serverSentEvents(resumed)) {
    const update = JSON.parse(data).data.registryUpdates;
    if (update.type === 'heartbeat') continue;
    seen.push(update.subjectId);
    break;
  }
  expect(seen).toEqual(ids);
});

test('what is wrong with a subscription is an HTTP error over SSE', async () => {
  const query = 'subscription { registryUpdates(after: "nonsense") { type } }';
  const response = await fetch(`${hub.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream' },
  });
  expect(response.status).toBe(400);
  const [error] = (await response.json()).errors;
  expect([error.path, error.extensions.code]).toEqual([['registryUpdates'], 'BAD_CURSOR']);
});

test.each([
  'subscription ($no: Boolean!) { registryUpdates @skip(if: $no) { type } }',
  'subscription { registryUpdates @include(if: false) { type } }',
  'subscription ($no: Boolean!) { ... @include(if: $no) { registryUpdates { type } } }',
  'subscription { ...root } fragment root on Subscription { registryUpdates @skip(if: true) { type } }',
])('what is followed may not depend on a condition: %s', async (query) => {
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables: { no: true } }),
  });
  expect(response.status).toBe(400);
  const [error] = (await response.json()).errors;
  expect(error.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(error.message).toContain('may not depend on @');
});

test('what is told of an update may depend on a condition', async () => {
  const subscriber = follow({ select: 'cursor type at: occurredAt @skip(if: true)' });
  const beat = await subscriber.until(({ type }) => type === 'heartbeat');
  expect(Object.keys(beat).sort()).toEqual(['cursor', 'type']);
});

test('aliases, fragments and variables of the selection are answered as asked, in heartbeats too', async () => {
  const subscriber = follow({
    select: `cursor type ... on RegistryUpdate { at: occurredAt } subject { __typename }`,
  });
  const beat = await subscriber.until(({ type }) => type === 'heartbeat');
  expect(Object.keys(beat).sort()).toEqual(['at', 'cursor', 'subject', 'type']);
});

test('a mine that moves to another division is told of as gone where it was, and only there', async () => {
  const filter = { divisionCode: '150421' };
  const start = await now(filter);
  const mine = ours({ divisionCode: '150421' });
  const [id] = await register(mine);
  await register({ ...mine, divisionCode: '210381' });
  await register({ ...mine, divisionCode: '210381', name: 'Renamed there' });
  const [last] = await register(ours({ divisionCode: '150421' }));
  const subscriber = follow({ after: start, filter, select: 'cursor type subjectId divisionCode data' });
  await subscriber.until(({ subjectId }) => subjectId === last);
  const of = subscriber.received.filter(({ subjectId }) => subjectId === id);
  expect(of.map(({ type }) => type)).toEqual(['mine.created', 'LEFT_FILTER']);
  expect(of[1]).toMatchObject({ divisionCode: null, data: null });
});

test('a box lets through what lies in it, and tells what leaves it', async () => {
  const filter = { area: { bbox: [119.5, 43, 120.5, 44] }, type: ['mine.*'] };
  const start = await now(filter);
  const mine = ours({ location: { type: 'Point', coordinates: [120, 43.5] } });
  const [inside] = await register(mine, ours({ location: { type: 'Point', coordinates: [121, 43.5] } }));
  await register({ ...mine, location: { type: 'Point', coordinates: [122, 43.5] } });
  const subscriber = follow({ after: start, filter });
  await subscriber.until(({ type }) => type === 'LEFT_FILTER');
  expect(told(subscriber)).toEqual([inside, inside]);
});

test('the count of a page is that of all its pages', async () => {
  const [first = ''] = await register(ours(), ours());
  for (const filter of [null, { mineIds: [first] }, { type: ['mine.*'] }, { type: ['nothing.*'] }]) {
    let all = 0;
    for (let after = 'BEGIN', more = true; more; ) {
      const { updates } = (await page({ filter, after, first: 500 })).data ?? {};
      all += updates?.nodes.length ?? 0;
      after = updates?.pageInfo.endCursor ?? '';
      more = updates?.pageInfo.hasNextPage ?? false;
    }
    const { body } = await hub.ask(
      'query ($filter: UpdateFilter) { a: updates(filter: $filter, first: 0) { totalCount } b: updates(filter: $filter, first: 1) { totalCount } }',
      { variables: { filter } },
    );
    expect(body).toEqual({ data: { a: { totalCount: all }, b: { totalCount: all } } });
  }
});
