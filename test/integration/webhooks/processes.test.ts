import type { LookupAddress } from 'node:dns';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AddressRules, parseNetworks } from '../../../src/webhooks/address-rules.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { answer, type Behaviour, type Receiver, startReceiver } from '../../support/receiver.js';
import { WebhookBench } from '../../support/webhook-bench.js';

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

async function receiver(behaviour?: Behaviour, scheme?: 'http' | 'https'): Promise<Receiver> {
  const started = await startReceiver(behaviour, scheme);
  receivers.push(started);
  return started;
}

const subjects = ({ received }: Receiver): string[] =>
  received.map(({ body }) => (JSON.parse(body) as { subject: string }).subject.replace('Mine/', ''));

/** Each once, in the order of its first coming. */
const firsts = (values: readonly string[]): string[] => [...new Set(values)];

test('of three processes one at a time sends to an endpoint, each event once', async () => {
  let atOnce = 0;
  let most = 0;
  const hub = await receiver((response, nth, request) => {
    most = Math.max(most, ++atOnce);
    setTimeout(() => {
      atOnce -= 1;
      answer(200)(response, nth, request);
    }, 3);
  });
  await bench.register(hub.url);
  for (let i = 0; i < 3; i++) bench.dispatcher();
  const written = await bench.write(60);
  await expect.poll(() => subjects(hub), { timeout: 60_000 }).toEqual(written);
  expect(most).toBe(1);
});

test('a restart in the middle loses nothing and keeps the order', async () => {
  const hub = await receiver();
  await bench.register(hub.url);
  const written: string[] = [];
  let dispatcher = bench.dispatcher();
  for (let round = 0; round < 4; round++) {
    written.push(...(await bench.write(15)));
    await bench.stop(dispatcher);
    dispatcher = bench.dispatcher();
  }
  await expect.poll(() => firsts(subjects(hub)), { timeout: 60_000 }).toEqual(written);
});

test('a process that dies without a word leaves its endpoints to the others', async () => {
  const hub = await receiver();
  const { webhook } = await bench.register(hub.url);
  // What a dead process leaves behind: a lease that nobody renews.
  await database.knex('updates.webhook').update({
    leased_by: '00000000-0000-4000-8000-000000000000',
    leased_until: database.knex.raw("clock_timestamp() + interval '1 second'"),
  });
  bench.dispatcher();
  const written = await bench.write(3);
  await expect.poll(() => subjects(hub), { timeout: 60_000 }).toEqual(written);
  const row = await database.knex('updates.webhook').where({ id: webhook.id }).first();
  expect(row.leased_by).not.toBe('00000000-0000-4000-8000-000000000000');
});

test('an attempt that was under way when the process died is made again', async () => {
  let hangs = true;
  const hub = await receiver((response, nth, request) => hangs || answer(200)(response, nth, request));
  await bench.register(hub.url);
  const dispatcher = bench.dispatcher({ sender: { deadlineMs: 60_000 } });
  const written = await bench.write(2);
  await expect.poll(() => hub.received.length).toBe(1);
  await bench.stop(dispatcher);
  hangs = false;
  bench.dispatcher();
  await expect.poll(() => subjects(hub), { timeout: 60_000 }).toEqual([written[0], ...written]);
  // The cut attempt says nothing of the receiver, and stands in no history.
  expect(await database.knex('updates.webhook_attempt').pluck('outcome')).toEqual(['DELIVERED', 'DELIVERED']);
});

test('a name that begins to lead to a private address gets nothing from then on, and its events later', async () => {
  const hub = await receiver(answer(200, { connection: 'close' }), 'https');
  let leadsTo = '127.0.0.1';
  const resolve = async (): Promise<LookupAddress[]> => [{ address: leadsTo, family: 4 }];
  const rules = new AddressRules(parseNetworks('127.0.0.1'));
  const { webhook } = await bench.register(hub.url);
  bench.dispatcher({ sender: { resolve, rules } });
  const [first] = await bench.write(1);
  await expect.poll(() => subjects(hub)).toEqual([first]);
  leadsTo = '127.0.0.2';
  const [second] = await bench.write(1);
  const outcomes = () => database.knex('updates.webhook_attempt').distinct('outcome').pluck('outcome');
  await expect.poll(async () => (await outcomes()).sort()).toEqual(['DELIVERED', 'TARGET_FORBIDDEN']);
  expect(hub.connections()).toBe(1);
  leadsTo = '127.0.0.1';
  await expect.poll(() => subjects(hub), { timeout: 60_000 }).toEqual([first, second]);
  expect((await bench.service.webhook(bench.context(), webhook.id))?.state).toBe('ACTIVE');
});

test('an endpoint whose events retention has removed is suspended, and says so', async () => {
  const hub = await receiver();
  const { webhook } = await bench.register(hub.url, { after: 'BEGIN' });
  await bench.service.pause(bench.context(), webhook.id);
  await bench.write(3);
  await database.knex.raw(
    `select platform.raise_event_floor(epoch, xid, seq)
     from (select epoch, xid, seq from platform.event order by epoch desc, xid desc, seq desc limit 1) last`,
  );
  await bench.service.resume(bench.context(), webhook.id);
  bench.dispatcher();
  await expect
    .poll(async () => (await bench.service.webhook(bench.context(), webhook.id))?.stateReason)
    .toContain('removed by retention');
  expect(hub.received).toEqual([]);
  await bench.service.replay(bench.context(), webhook.id, 'BEGIN');
  const written = await bench.write(2);
  await expect.poll(() => subjects(hub), { timeout: 60_000 }).toEqual(written);
});
