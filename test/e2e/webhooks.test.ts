import { afterEach, beforeEach, expect, test } from 'vitest';
import { aMine, mineId } from '../support/builders.js';
import { ask } from '../support/hub.js';
import { type HubProcess, startHubProcess } from '../support/hub-process.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { emptyDatabase } from '../support/topology.js';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let receiver: Receiver;
const hubs: HubProcess[] = [];

beforeEach(async () => {
  database = await emptyDatabase();
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop();
  await receiver.close();
  await database.remove();
});

async function startHub(): Promise<HubProcess> {
  const hub = await startHubProcess({ ...database.environment, WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' });
  hubs.push(hub);
  return hub;
}

/** Takes mines in one by one until `count` are acknowledged or the hub is gone; their codes. */
async function upsert(hub: HubProcess, prefix: string, count: number): Promise<string[]> {
  const codes: string[] = [];
  for (let i = 0; i < count; i++) {
    const code = `${prefix}-${i}`;
    const answer = await ask(
      hub.url,
      'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }',
      { variables: { input: [aMine({ code })] } },
    ).catch(() => null);
    if (answer === null) break;
    codes.push(code);
  }
  return codes;
}

/** Each subject once, in the order of its first coming. */
const arrived = (): string[] => [
  ...new Set(receiver.received.map(({ body }) => (JSON.parse(body) as { subject: string }).subject)),
];

test('a hub that is killed while it sends goes on when it is back: nothing is lost, and the order stands', {
  timeout: 300_000,
}, async () => {
  const first = await startHub();
  await ask(
    first.url,
    'mutation ($url: String!) { registerWebhook(url: $url, filter: { type: ["mine.*"] }) { secret } }',
    { variables: { url: receiver.url } },
  );
  const writing = upsert(first, 'BEFORE', 1_000);
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBeGreaterThan(20);
  await first.stop('SIGKILL');
  const before = await writing;
  const second = await startHub();
  const after = await upsert(second, 'AFTER', 10);
  const expected = [...before, ...after].map((code) => `Mine/${mineId(code)}`);
  await expect.poll(() => arrived().at(-1), { timeout: 120_000 }).toBe(expected.at(-1));
  // One more may have been committed in the moment of the kill without having been acknowledged.
  const extra = arrived().filter((subject) => !expected.includes(subject));
  expect(extra.length).toBeLessThanOrEqual(1);
  expect(arrived().filter((subject) => expected.includes(subject))).toEqual(expected);
});
