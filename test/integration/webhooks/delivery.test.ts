import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SecretBox } from '../../../src/webhooks/secret-box.js';
import { secretBoxOf } from '../../../src/webhooks/secret-box.repository.js';
import type { Webhook } from '../../../src/webhooks/webhook.js';
import { countyOfficer } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  answer,
  type Behaviour,
  endEarly,
  hang,
  hangUp,
  type Receiver,
  startReceiver,
} from '../../support/receiver.js';
import { FAST, WebhookBench } from '../../support/webhook-bench.js';

let database: TestDatabase;
let bench: WebhookBench;
const receivers: Receiver[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await WebhookBench.open(database.knex);
});
afterEach(async () => {
  await bench.clear();
  await Promise.all(receivers.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

async function receiver(behaviour?: Behaviour): Promise<Receiver> {
  const started = await startReceiver(behaviour);
  receivers.push(started);
  return started;
}

const subjects = ({ received }: Receiver): string[] =>
  received.map(({ body }) => (JSON.parse(body) as { subject: string }).subject.replace('Mine/', ''));

const once = (values: readonly string[]): string[] => [...new Set(values)];

const arrived = (at: Receiver, expected: readonly string[]): Promise<void> =>
  expect.poll(() => subjects(at), { timeout: 60_000 }).toEqual(expected);

const stateOf = async (webhook: Webhook): Promise<Webhook> =>
  (await bench.service.webhook(bench.context(), webhook.id)) ?? expect.fail('the webhook is gone');

async function history(webhook: Webhook) {
  const context = bench.context();
  const page = await bench.service.deliveries(context, webhook.id, null, { first: 100, after: null });
  return Promise.all(
    page.items.map(async ({ node }) => ({
      ...node,
      outcomes: (await bench.service.attempts(context, node.id)).map(({ outcome }) => outcome),
    })),
  );
}

test('events arrive as CloudEvents, signed, in the order of the log, from the moment of registration', async () => {
  await bench.write(2);
  const hub = await receiver();
  const { webhook, secret } = await bench.register(hub.url);
  bench.dispatcher();
  const written = await bench.write(20);
  await arrived(hub, written);
  const [first] = hub.received;
  const event = new Verifier(secret).verify(first?.body ?? '', first?.headers ?? {});
  expect(event).toMatchObject({
    specversion: '1.0',
    id: first?.headers['webhook-id'],
    source: 'urn:minebound:registry',
    type: 'mine.updated',
    subject: `Mine/${written[0]}`,
    datacontenttype: 'application/json',
    data: { subject: { type: 'Mine', id: written[0] }, divisionCode: '150421' },
  });
  expect(first?.headers['content-type']).toMatch(/^application\/cloudevents\+json/);
  const { cursor } = event as { cursor: string };
  // The cursor of the first event leads to the second.
  await bench.service.replay(bench.context(), webhook.id, cursor);
  await arrived(hub, [...written, ...written.slice(1)]);
});

test('a secret is stored sealed, and opens with the key of its database and for its webhook only', async () => {
  const { webhook, secret } = await bench.register('https://hub.example/in');
  const { webhook: other } = await bench.register('https://hub.example/in');
  const { sealed } = await database.knex('updates.webhook_secret').where({ webhook_id: webhook.id }).first();
  expect((sealed as Buffer).includes(secret.slice(6))).toBe(false);
  const box = await secretBoxOf(database.knex)();
  expect(box.open(sealed, webhook.id)).toBe(secret);
  expect(() => box.open(sealed, other.id)).toThrow();
  expect(() => new SecretBox(Buffer.alloc(32)).open(sealed, webhook.id)).toThrow();
});

test('only what the filter asks for and the owner may see is sent', async () => {
  const all = await receiver();
  const filtered = await receiver();
  const officers = await receiver();
  await bench.register(all.url);
  await bench.register(filtered.url, { filter: { types: ['mine.closed'], divisionCode: '150000' } });
  await bench.register(officers.url, { principal: countyOfficer('150422') });
  bench.dispatcher();
  const updated = await bench.write(3);
  const closed = await bench.write(1, { type: 'mine.closed' });
  const elsewhere = await bench.write(1, { type: 'mine.closed', divisionCode: '210381' });
  const officer = await bench.write(1, { divisionCode: '150422' });
  await arrived(all, [...updated, ...closed, ...elsewhere, ...officer]);
  await arrived(officers, officer);
  await arrived(filtered, closed);
});

test('of a subject that has left the filter only this is sent', async () => {
  const hub = await receiver();
  await bench.register(hub.url, { filter: { types: ['mine.*'], kinds: ['COAL'] } });
  bench.dispatcher();
  await bench.write(1, {
    facets: { kind: 'METAL' },
    previousFacets: { kind: 'COAL' },
    data: { name: 'hidden' },
  });
  await expect.poll(() => hub.received.length).toBe(1);
  expect(JSON.parse(hub.received[0]?.body ?? '')).toMatchObject({ type: 'LEFT_FILTER' });
  expect(hub.received[0]?.body).not.toContain('hidden');
});

test.each<[string, Behaviour, string, number | null]>([
  ['answers 500', answer(500), 'REJECTED', 500],
  ['does not answer', hang, 'TIMED_OUT', null],
  ['closes early', hangUp, 'CONNECTION_FAILED', null],
  ['ends its answer early', endEarly, 'CONNECTION_FAILED', null],
  ['answers after the deadline', (response) => void setTimeout(() => response.end(), 500), 'TIMED_OUT', null],
  ['redirects', answer(302, { location: 'http://169.254.169.254/' }), 'REDIRECTED', 302],
])(
  'what a receiver that %s twice does not take is sent again, and nothing overtakes it',
  async (_what, failure, outcome, status) => {
    const hub = await receiver((response, nth, request) =>
      (nth < 2 ? failure : answer(200))(response, nth, request),
    );
    const other = await receiver();
    const { webhook } = await bench.register(hub.url);
    await bench.register(other.url);
    bench.dispatcher();
    const written = await bench.write(3);
    // The other endpoint has everything while the first still tries.
    await arrived(other, written);
    await arrived(hub, [written[0] ?? '', written[0] ?? '', ...written]);
    await expect
      .poll(async () => (await history(webhook)).map(({ state }) => state))
      .toEqual(Array(3).fill('DELIVERED'));
    const recorded = (await history(webhook)).map(({ outcomes }) => outcomes).reverse();
    expect(recorded).toEqual([[outcome, outcome, 'DELIVERED'], ['DELIVERED'], ['DELIVERED']]);
    const [first] = (await history(webhook)).slice(-1);
    const attempts = await bench.service.attempts(bench.context(), first?.id ?? '');
    expect(attempts.map(({ httpStatus }) => httpStatus)).toEqual([status, status, 200]);
    expect(await stateOf(webhook)).toMatchObject({ attempts: 0, nextAttemptAt: null, deadInARow: 0 });
    // The id of a message stays from attempt to attempt, so that a receiver can tell.
    expect(once(hub.received.slice(0, 3).map(({ headers }) => headers['webhook-id'] ?? ''))).toHaveLength(1);
  },
);

test('an endpoint that hangs delays no other', async () => {
  const slow = await receiver(hang);
  const quick = await receiver();
  await bench.register(slow.url);
  await bench.register(quick.url);
  bench.dispatcher({ sender: { deadlineMs: 60_000 } });
  await bench.write(1);
  await expect.poll(() => slow.received.length).toBe(1);
  const written = await bench.write(30);
  await arrived(quick, [...subjects(quick).slice(0, 1), ...written]);
  expect(slow.received).toHaveLength(1);
});

test('what cannot be delivered in its time is dead-lettered, the next goes on, and a replay sends it again', async () => {
  let isBroken = true;
  const hub = await receiver((response, nth, request) => {
    const isPoison = (JSON.parse(request.body) as { type: string }).type === 'mine.poisoned';
    answer(isPoison && isBroken ? 422 : 200)(response, nth, request);
  });
  const { webhook } = await bench.register(hub.url);
  bench.dispatcher({ policy: { ...FAST, giveUpAfterMs: 300 } });
  const [before] = await bench.write(1);
  const [poisoned] = await bench.write(1, { type: 'mine.poisoned' });
  const [after] = await bench.write(1);
  await expect.poll(() => subjects(hub).at(-1), { timeout: 60_000 }).toBe(after);
  await expect
    .poll(async () => (await history(webhook)).map(({ state }) => state))
    .toEqual(['DELIVERED', 'DEAD_LETTERED', 'DELIVERED']);
  const [, dead, first] = await history(webhook);
  expect(dead?.outcomes.length).toBeGreaterThan(3);
  expect(await stateOf(webhook)).toMatchObject({ state: 'ACTIVE', deadInARow: 0 });

  isBroken = false;
  const sofar = hub.received.length;
  const from = await bench.service.cursor(
    webhook,
    first?.position ?? expect.fail('a delivery without a place'),
  );
  await bench.service.replay(bench.context(), webhook.id, from);
  await expect.poll(() => subjects(hub).slice(sofar)).toEqual([poisoned, after]);
  expect(subjects(hub)[0]).toBe(before);
  await expect
    .poll(async () => (await history(webhook)).filter(({ state }) => state === 'DELIVERED').length)
    .toBe(4);
});

test('an endpoint that takes nothing for days is suspended, loses nothing, and goes on when it is resumed', async () => {
  const hub = await receiver(answer(503));
  const { webhook } = await bench.register(hub.url);
  bench.dispatcher({ policy: { ...FAST, giveUpAfterMs: 60 } });
  const written = await bench.write(5);
  await expect.poll(async () => (await stateOf(webhook)).state, { timeout: 60_000 }).toBe('SUSPENDED');
  expect((await stateOf(webhook)).stateReason).toContain('3 events in a row');
  expect(once(subjects(hub))).toEqual(written.slice(0, 3));
  hub.behave(answer(200));
  const sofar = hub.received.length;
  await bench.service.resume(bench.context(), webhook.id);
  await expect.poll(() => subjects(hub).slice(sofar)).toEqual(written.slice(3));
  const events = await database
    .knex('platform.event')
    .where({ subject_id: webhook.id })
    .orderBy('seq')
    .pluck('type');
  expect(events).toEqual(['webhook.registered', 'webhook.suspended', 'webhook.resumed']);
});

test('410 Gone suspends at once', async () => {
  const hub = await receiver(answer(410));
  const { webhook } = await bench.register(hub.url);
  bench.dispatcher();
  await bench.write(3);
  await expect.poll(async () => (await stateOf(webhook)).stateReason).toContain('410 Gone');
  expect(hub.received).toHaveLength(1);
});
