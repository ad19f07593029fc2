import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/platform/clock.js';
import { AddressRules, parseNetworks } from '../../../src/webhooks/address-rules.js';
import type { Attempt } from '../../../src/webhooks/attempt.js';
import type { ResolveName } from '../../../src/webhooks/guarded-lookup.js';
import { newSecret } from '../../../src/webhooks/signature.js';
import { WebhookSender, type WebhookSenderDeps } from '../../../src/webhooks/webhook-sender.js';
import {
  answer,
  type Behaviour,
  CERTIFICATE,
  endEarly,
  hang,
  hangUp,
  type Receiver,
  startReceiver,
} from '../../support/receiver.js';

const SECRETS = [newSecret(), newSecret()];
const LOOPBACK = new AddressRules(parseNetworks('127.0.0.0/8'));
const NEVER = new AbortController().signal;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function receiver(behaviour?: Behaviour, scheme?: 'http' | 'https'): Promise<Receiver> {
  const started = await startReceiver(behaviour, scheme);
  open.push(started);
  return started;
}

function sender(parts: Partial<WebhookSenderDeps> = {}): WebhookSender {
  const made = new WebhookSender({ rules: LOOPBACK, clock: systemClock, deadlineMs: 5_000, ...parts });
  open.push(made);
  return made;
}

const send = (to: WebhookSender, url: string, signal = NEVER): Promise<Attempt> =>
  to.send(
    {
      url,
      id: 'event-1',
      contentType: 'application/cloudevents+json',
      body: '{"name":"矿"}',
      secrets: SECRETS,
    },
    signal,
  );

/** A name server that answers what it is told, in turn; the last answer stays. */
function names(...answers: readonly string[]): { resolve: ResolveName; asked: () => number } {
  let asked = 0;
  return {
    resolve: async () => {
      const address = answers[Math.min(asked++, answers.length - 1)] ?? '';
      return [{ address, family: address.includes(':') ? 6 : 4 }];
    },
    asked: () => asked,
  };
}

test('a message arrives signed, so that each valid secret verifies it', async () => {
  const hub = await receiver();
  expect(await send(sender(), hub.url)).toMatchObject({ outcome: 'DELIVERED', httpStatus: 200, error: null });
  const [taken] = hub.received;
  expect(taken?.headers).toMatchObject({
    'content-type': 'application/cloudevents+json',
    'webhook-id': 'event-1',
  });
  for (const secret of SECRETS) {
    expect(new Webhook(secret).verify(taken?.body ?? '', taken?.headers ?? {})).toEqual({ name: '矿' });
  }
  expect(() => new Webhook(newSecret()).verify(taken?.body ?? '', taken?.headers ?? {})).toThrow();
});

test('one connection carries message after message', async () => {
  const hub = await receiver();
  const to = sender();
  for (let i = 0; i < 5; i++) await send(to, hub.url);
  expect(hub.received).toHaveLength(5);
  expect(hub.connections()).toBe(1);
});

test('a connection that the receiver closes at the moment of its next use is opened anew without a failure', async () => {
  const used = new WeakSet<object>();
  const hub = await receiver((response, nth, request) => {
    const { socket } = response;
    if (socket === null || used.has(socket)) return void socket?.destroy();
    used.add(socket);
    answer(200)(response, nth, request);
  });
  const to = sender();
  for (let i = 0; i < 4; i++) expect(await send(to, hub.url)).toMatchObject({ outcome: 'DELIVERED' });
  expect(hub.connections()).toBe(4);
});

test.each<[string, Behaviour, Partial<Attempt>]>([
  ['500', answer(500), { outcome: 'REJECTED', httpStatus: 500, error: 'Answered 500.' }],
  ['503 with a wait', answer(503, { 'retry-after': '7' }), { outcome: 'REJECTED', retryAfterMs: 7_000 }],
  ['410', answer(410), { outcome: 'REJECTED', httpStatus: 410 }],
  ['no answer', hang, { outcome: 'TIMED_OUT', httpStatus: null }],
  [
    'an answer after the deadline',
    (response) => void setTimeout(() => response.end(), 400),
    { outcome: 'TIMED_OUT' },
  ],
  ['a closed connection', hangUp, { outcome: 'CONNECTION_FAILED', httpStatus: null }],
  ['half an answer', endEarly, { outcome: 'CONNECTION_FAILED' }],
])('%s is a failure by its own name', async (_what, behaviour, expected) => {
  const hub = await receiver(behaviour);
  expect(await send(sender({ deadlineMs: 200 }), hub.url)).toMatchObject(expected);
  expect(hub.received).toHaveLength(1);
});

test('an endless answer is not read to its end', async () => {
  let sent = 0;
  const hub = await receiver((response) => {
    const more = (): void => {
      while (!response.destroyed && sent < 50_000_000) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
      }
    };
    more();
  });
  expect(await send(sender(), hub.url)).toMatchObject({ outcome: 'DELIVERED' });
  expect(sent).toBeLessThan(20_000_000);
});

test('a redirect to a private address is not followed', async () => {
  const hidden = await receiver();
  const hub = await receiver(answer(307, { location: hidden.url }));
  expect(await send(sender(), hub.url)).toMatchObject({ outcome: 'REDIRECTED', httpStatus: 307 });
  expect(hidden.connections()).toBe(0);
});

test('https is spoken with whoever the certificate names, and with nobody else', async () => {
  const hub = await receiver(answer(204), 'https');
  const { resolve } = names('127.0.0.1');
  const trusting = sender({ resolve, authorities: CERTIFICATE });
  expect(await send(trusting, hub.url)).toMatchObject({ outcome: 'DELIVERED', httpStatus: 204 });
  expect(await send(trusting, hub.url.replace('receiver.test', 'other.test'))).toMatchObject({
    outcome: 'CONNECTION_FAILED',
  });
  expect(await send(sender({ resolve }), hub.url)).toMatchObject({ outcome: 'CONNECTION_FAILED' });
  expect(hub.received).toHaveLength(1);
});

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254'])(
  'a name that leads to %s is not connected to',
  async (address) => {
    const hub = await receiver(answer(200), 'https');
    const to = sender({
      rules: new AddressRules(),
      resolve: names(address).resolve,
      authorities: CERTIFICATE,
    });
    const attempt = await send(to, hub.url);
    expect(attempt).toMatchObject({ outcome: 'TARGET_FORBIDDEN', httpStatus: null });
    expect(attempt.error).toContain('is not a public address');
    expect(hub.connections()).toBe(0);
  },
);

test('a name that led to a permitted address at the check and leads to a private one at the connection gets nowhere', async () => {
  const hub = await receiver(answer(200, { connection: 'close' }), 'https');
  const dns = names('127.0.0.1', '127.0.0.2');
  const rules = new AddressRules(parseNetworks('127.0.0.1'));
  const to = sender({ rules, resolve: dns.resolve, authorities: CERTIFICATE });
  expect(await send(to, hub.url)).toMatchObject({ outcome: 'DELIVERED' });
  expect(await send(to, hub.url)).toMatchObject({ outcome: 'TARGET_FORBIDDEN' });
  // Once for each connection: the address that was checked is the one that was connected to.
  expect(dns.asked()).toBe(2);
  expect(hub.connections()).toBe(1);
});

test('plain http goes to networks that the configuration names only, also by name', async () => {
  const hub = await receiver();
  const byName = hub.url.replace('127.0.0.1', 'receiver.test');
  expect(await send(sender({ resolve: names('127.0.0.1').resolve }), byName)).toMatchObject({
    outcome: 'DELIVERED',
  });
  const elsewhere = sender({ resolve: names('8.8.8.8').resolve });
  expect(await send(elsewhere, byName)).toMatchObject({ outcome: 'TARGET_FORBIDDEN' });
  expect(await send(sender({ rules: new AddressRules() }), hub.url)).toMatchObject({
    outcome: 'TARGET_FORBIDDEN',
  });
});

test('a name that nobody knows is a failed connection', async () => {
  const resolve = async () =>
    Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
  expect(await send(sender({ resolve }), 'https://nowhere.test/')).toMatchObject({
    outcome: 'CONNECTION_FAILED',
    error: expect.stringContaining('ENOTFOUND'),
  });
});

test('an attempt that is cut by the end of the hub is no failure of the receiver', async () => {
  const hub = await receiver(hang);
  const stop = new AbortController();
  const sent = send(sender(), hub.url, stop.signal);
  await expect.poll(() => hub.received.length).toBe(1);
  stop.abort();
  await expect(sent).rejects.toThrow('aborted');
});
