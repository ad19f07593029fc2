import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Principal } from '../../../src/platform/principal.js';
import type { PrincipalSource } from '../../../src/platform/principal-source.js';
import { countyOfficer } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { answer, type Receiver, startReceiver } from '../../support/receiver.js';
import { WebhookBench } from '../../support/webhook-bench.js';

let database: TestDatabase;
let bench: WebhookBench;
let hub: Receiver;
/** What the identity provider would say now. */
let rights: Principal | null;
const principals: PrincipalSource = { current: async () => rights };

const OURS = '150421';
const THEIRS = '210381';

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await WebhookBench.open(database.knex);
});
afterEach(async () => {
  await bench.clear();
  await hub.close();
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

/** A webhook of an officer of our county, and a process that sends. */
async function follow() {
  rights = countyOfficer(OURS);
  hub = await startReceiver();
  const { webhook } = await bench.register(hub.url, { principal: rights });
  bench.dispatcher({ principals });
  return webhook;
}

const write = async (divisionCode: string): Promise<string> =>
  (await bench.write(1, { divisionCode }))[0] ?? '';

const subjects = (): string[] =>
  hub.received.map(({ body }) => (JSON.parse(body) as { subject: string }).subject.replace('Mine/', ''));

const arrived = (...expected: string[]): Promise<void> =>
  expect.poll(subjects, { timeout: 60_000 }).toEqual(expected);

test('a webhook is sent what its owner may see when it is sent', async () => {
  await follow();
  // Theirs first: when ours has come, theirs was passed over.
  await write(THEIRS);
  const ours = await write(OURS);
  await arrived(ours);
  rights = countyOfficer(THEIRS);
  await write(OURS);
  const theirs = await write(THEIRS);
  await arrived(ours, theirs);
  rights = countyOfficer(OURS, THEIRS);
  const both = [await write(OURS), await write(THEIRS)];
  await arrived(ours, theirs, ...both);
});

test('what failed is not tried again once its owner may not see it, and holds up nothing', async () => {
  const webhook = await follow();
  hub.behave(answer(500));
  await write(OURS);
  await expect.poll(() => hub.received.length, { timeout: 60_000 }).toBeGreaterThan(0);
  rights = countyOfficer(THEIRS);
  const theirs = await write(THEIRS);
  await expect.poll(() => subjects().at(-1), { timeout: 60_000 }).toBe(theirs);
  hub.behave(answer(200));
  const states = async () => {
    const context = bench.context();
    const { items } = await bench.service.deliveries(context, webhook.id, null, { first: 10, after: null });
    return items.map(({ node }) => node.state);
  };
  await expect.poll(states, { timeout: 60_000 }).toEqual(['DELIVERED', 'DEAD_LETTERED']);
});

test('a webhook whose owner may not follow any more is suspended with the reason, and goes on from there when resumed', async () => {
  const webhook = await follow();
  rights = null;
  const waiting = await write(OURS);
  const state = async () => {
    const now = await bench.service.webhook(bench.context(), webhook.id);
    return [now?.state, now?.stateReason];
  };
  await expect
    .poll(state, { timeout: 60_000 })
    .toEqual(['SUSPENDED', expect.stringContaining('County officer, who registered it, may not follow')]);
  expect(hub.received).toEqual([]);
  await bench.service.resume(bench.context(), webhook.id);
  await expect.poll(async () => (await state())[0], { timeout: 60_000 }).toBe('SUSPENDED');
  rights = countyOfficer(OURS);
  await bench.service.resume(bench.context(), webhook.id);
  await arrived(waiting);
});

test('while nobody can say who the owner is, nothing is sent, and nothing is lost', async () => {
  rights = countyOfficer(OURS);
  hub = await startReceiver();
  const { webhook } = await bench.register(hub.url, { principal: rights });
  let asked = 0;
  let isAway = true;
  bench.dispatcher({
    principals: {
      current: async (principal) => {
        asked += 1;
        if (isAway) throw new Error('The identity provider does not answer.');
        return principal;
      },
    },
  });
  const waiting = await write(OURS);
  await expect.poll(() => asked, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(hub.received).toEqual([]);
  isAway = false;
  await arrived(waiting);
  expect((await bench.service.webhook(bench.context(), webhook.id))?.state).toBe('ACTIVE');
});
