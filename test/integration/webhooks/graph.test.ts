import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { aMine, DIVISIONS } from '../../support/builders.js';
import { startTestHub, type TestHub } from '../../support/hub.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

let hub: TestHub;
const receivers: Receiver[] = [];

beforeAll(async () => {
  hub = await startTestHub({ WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8', WEBHOOK_DEADLINE_MS: '2000' });
});
afterAll(() => hub.stop());
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((each) => each.close()));
});

async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  receivers.push(started);
  return started;
}

/** What the graph answers; fails on any error. */
async function ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const { body } = await hub.ask(query, { variables });
  expect(body.errors).toBeUndefined();
  return body.data as T;
}

const errorOf = async (query: string, variables: Record<string, unknown> = {}) =>
  (await hub.ask(query, { variables })).body.errors?.[0]?.extensions['code'];

interface Registered {
  readonly registerWebhook: { readonly webhook: { readonly id: string }; readonly secret: string };
}

const REGISTER = `mutation ($url: String!, $filter: UpdateFilter) {
  registerWebhook(url: $url, filter: $filter, description: "county platform") {
    secret webhook { id url state filter cursor owner }
  }
}`;

const DELIVERIES = `query ($id: ID!) {
  webhook(id: $id) {
    state failingSince
    deliveries(first: 10) {
      totalCount
      nodes { eventType isTest state cursor attempts { number outcome httpStatus error milliseconds } }
    }
  }
}`;

const upsert = (code: string) =>
  ask('mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created rejected { message } } }', {
    input: [aMine({ code, divisionCode: DIVISIONS[2]?.code ?? '' })],
  });

test('a webhook registered in the graph gets what changes, and its history is read there', async () => {
  const at = await receiver();
  const { registerWebhook } = await ask<Registered>(REGISTER, {
    url: at.url,
    filter: { type: ['mine.*'], divisionCode: '150000' },
  });
  expect(registerWebhook.secret).toMatch(/^whsec_/);
  expect(registerWebhook.webhook).toMatchObject({
    url: at.url,
    state: 'ACTIVE',
    filter: { type: ['mine.*'], divisionCode: '150000' },
    owner: 'local-administrator',
  });
  const { id } = registerWebhook.webhook;
  await upsert('HOOKED-1');
  await expect.poll(() => at.received.length, { timeout: 60_000 }).toBe(1);
  const verified = new Verifier(registerWebhook.secret).verify(
    at.received[0]?.body ?? '',
    at.received[0]?.headers ?? {},
  );
  expect(verified).toMatchObject({ type: 'mine.created' });

  const tested = await ask<{ testWebhook: unknown }>(
    'mutation ($id: ID!) { testWebhook(id: $id) { state eventType cursor attempts { outcome httpStatus } } }',
    { id },
  );
  expect(tested.testWebhook).toEqual({
    state: 'DELIVERED',
    eventType: 'webhook.test',
    cursor: null,
    attempts: [{ outcome: 'DELIVERED', httpStatus: 200 }],
  });
  await expect
    .poll(() => ask(DELIVERIES, { id }))
    .toMatchObject({
      webhook: {
        state: 'ACTIVE',
        failingSince: null,
        deliveries: {
          totalCount: 2,
          nodes: [
            { eventType: 'webhook.test', isTest: true },
            {
              eventType: 'mine.created',
              isTest: false,
              state: 'DELIVERED',
              attempts: [{ number: 1, outcome: 'DELIVERED' }],
            },
          ],
        },
      },
    });
  await ask('mutation ($id: ID!) { deleteWebhook(id: $id) }', { id });
  expect(await ask('query ($id: ID!) { webhook(id: $id) { id } }', { id })).toEqual({ webhook: null });
});

test('a paused webhook gets nothing, and everything when it is resumed', async () => {
  const at = await receiver();
  const { registerWebhook } = await ask<Registered>(REGISTER, { url: at.url, filter: { type: ['mine.*'] } });
  const { id } = registerWebhook.webhook;
  await ask('mutation ($id: ID!) { pauseWebhook(id: $id) { state } }', { id });
  await upsert('PAUSED-1');
  await upsert('PAUSED-2');
  await ask('mutation ($id: ID!) { testWebhook(id: $id) { state } }', { id });
  expect(at.received.map(({ body }) => JSON.parse(body).type)).toEqual(['webhook.test']);
  await ask('mutation ($id: ID!) { resumeWebhook(id: $id) { state } }', { id });
  await expect.poll(() => at.received.length, { timeout: 60_000 }).toBe(3);
});

const UPDATE = `mutation ($id: ID!, $url: String, $description: String, $filter: UpdateFilter) {
  updateWebhook(id: $id, url: $url, description: $description, filter: $filter) { url description filter state cursor }
}`;

test('an updated webhook sends what is new to it from its place on, to where it leads now', async () => {
  const [before, after] = [await receiver(), await receiver()];
  before.behave((response) => void response.writeHead(500).end());
  const { registerWebhook } = await ask<Registered>(REGISTER, {
    url: before.url,
    filter: { type: ['mine.*'] },
  });
  const { id } = registerWebhook.webhook;
  await upsert('UPDATED-1');
  await expect.poll(() => before.received.length, { timeout: 60_000 }).toBe(1);
  const filter = { type: ['operator.*'] };
  // Both operators stand behind its place, which is before the mine that it could not be rid of.
  await upsert('UPDATED-2');
  expect(await ask(UPDATE, { id, url: after.url, filter })).toEqual({
    updateWebhook: {
      url: after.url,
      description: 'county platform',
      filter,
      state: 'ACTIVE',
      cursor: expect.any(String),
    },
  });
  const types = () => after.received.map(({ body }) => JSON.parse(body).type);
  await expect.poll(types, { timeout: 60_000 }).toEqual(['operator.created', 'operator.created']);
  expect(before.received).toHaveLength(1);
  // What failed before is not asked for any more.
  await expect
    .poll(() => ask(DELIVERIES, { id }), { timeout: 60_000 })
    .toMatchObject({
      webhook: {
        failingSince: null,
        deliveries: {
          nodes: [
            { eventType: 'operator.created', state: 'DELIVERED' },
            { eventType: 'operator.created', state: 'DELIVERED' },
            { eventType: 'mine.created', state: 'DEAD_LETTERED' },
          ],
        },
      },
    });
  expect(await ask(UPDATE, { id, description: null, filter: null })).toMatchObject({
    updateWebhook: { url: after.url, description: null, filter: null },
  });
  await upsert('UPDATED-3');
  // The mine before may come as well: it stands behind the place that was written down last.
  await expect
    .poll(() => [types().slice(0, -2).includes('webhook.updated'), ...types().slice(-2)], { timeout: 60_000 })
    .toEqual([true, 'operator.created', 'mine.created']);
});

test('a cursor of the filter before is refused by a replay, and one of the new filter taken', async () => {
  const at = await receiver();
  const { registerWebhook } = await ask<{ registerWebhook: { webhook: { id: string; cursor: string } } }>(
    REGISTER,
    { url: at.url, filter: { type: ['operator.*'] } },
  );
  const { id, cursor } = registerWebhook.webhook;
  const { updateWebhook } = await ask<{ updateWebhook: { cursor: string } }>(UPDATE, {
    id,
    filter: { type: ['mine.*'] },
  });
  const replay = 'mutation ($id: ID!, $after: String!) { replayWebhook(id: $id, after: $after) { id } }';
  expect(await errorOf(replay, { id, after: cursor })).toBe('BAD_CURSOR');
  expect(await errorOf(replay, { id, after: updateWebhook.cursor })).toBeUndefined();
});

test('an update is refused where a registration is, and tells of nothing when nothing changes', async () => {
  const at = await receiver();
  const { registerWebhook } = await ask<Registered>(REGISTER, { url: at.url });
  const { id } = registerWebhook.webhook;
  const refused = [
    { url: 'https://192.168.1.1/hook' },
    { description: 'x'.repeat(501) },
    { filter: { divisionCode: 'no code' } },
  ];
  for (const change of refused) expect(await errorOf(UPDATE, { id, ...change })).toBe('BAD_USER_INPUT');
  expect(await errorOf(UPDATE, { id: '00000000-0000-8000-8000-000000000000' })).toBe('NOT_FOUND');
  await ask(UPDATE, { id, url: at.url, description: 'county platform' });
  const told = async () => {
    const { updates } = await ask<{ updates: { nodes: { type: string; subjectId: string }[] } }>(
      '{ updates(after: "BEGIN", first: 500, filter: { type: ["webhook.*"] }) { nodes { type subjectId } } }',
    );
    return updates.nodes.filter(({ subjectId }) => subjectId === id).map(({ type }) => type);
  };
  await ask('mutation ($id: ID!) { pauseWebhook(id: $id) { state } }', { id });
  await expect.poll(told, { timeout: 60_000 }).toEqual(['webhook.registered', 'webhook.paused']);
});

test('after a rotation both secrets sign, and neither stands in any other answer or event', async () => {
  const at = await receiver();
  const { registerWebhook } = await ask<Registered>(REGISTER, { url: at.url });
  const { id } = registerWebhook.webhook;
  const { rotateWebhookSecret } = await ask<{ rotateWebhookSecret: { secret: string } }>(
    'mutation ($id: ID!) { rotateWebhookSecret(id: $id, overlapHours: 1) { secret webhook { id } } }',
    { id },
  );
  const secrets = [registerWebhook.secret, rotateWebhookSecret.secret];
  expect(new Set(secrets).size).toBe(2);
  const tested = () => at.received.find(({ body }) => body.includes('webhook.test'));
  await ask('mutation ($id: ID!) { testWebhook(id: $id) { state } }', { id });
  for (const secret of secrets) {
    expect(() => new Verifier(secret).verify(tested()?.body ?? '', tested()?.headers ?? {})).not.toThrow();
  }
  const log = await ask('{ updates(after: "BEGIN", first: 500) { nodes { type data } } }');
  const shown = JSON.stringify([log, at.received, await ask(DELIVERIES, { id })]);
  for (const secret of secrets) expect(shown).not.toContain(secret.slice(6));
});

test.each([
  ['an address of a private network', 'https://192.168.1.1/hook'],
  ['plain http to a public address', 'http://8.8.8.8/hook'],
  ['no URL', 'hook'],
])('%s is refused', async (_what, url) => {
  expect(await errorOf(REGISTER, { url })).toBe('BAD_USER_INPUT');
});

test('what is not there, or makes no sense, is told by its code', async () => {
  const unknown = '00000000-0000-8000-8000-000000000000';
  expect(await errorOf('mutation ($id: ID!) { pauseWebhook(id: $id) { id } }', { id: unknown })).toBe(
    'NOT_FOUND',
  );
  expect(await errorOf('mutation ($id: ID!) { deleteWebhook(id: $id) }', { id: 'no id' })).toBe('NOT_FOUND');
  const at = await receiver();
  const { registerWebhook } = await ask<Registered>(REGISTER, { url: at.url });
  const replay = 'mutation ($id: ID!, $after: String!) { replayWebhook(id: $id, after: $after) { id } }';
  const { id } = registerWebhook.webhook;
  expect(await errorOf(replay, { id, after: 'not a cursor' })).toBe('BAD_CURSOR');
  expect(
    await errorOf('mutation ($id: ID!) { rotateWebhookSecret(id: $id, overlapHours: -1) { secret } }', {
      id,
    }),
  ).toBe('BAD_USER_INPUT');
});
