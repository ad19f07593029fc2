import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aMine } from '../support/builders.js';
import { ask } from '../support/hub.js';
import { type HubProcess, runHub, startHubProcess } from '../support/hub-process.js';
import { emptyDatabase } from '../support/topology.js';

let folder: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;
const hubs: HubProcess[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minebound-subscriber-'));
  database = await emptyDatabase();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const hub of hubs.splice(0)) await hub.stop();
  await database.remove();
  rmSync(folder, { recursive: true });
});

async function startHub(environment: Record<string, string> = {}): Promise<HubProcess> {
  const hub = await startHubProcess({ ...database.environment, ...environment });
  hubs.push(hub);
  return hub;
}

/** The example as its README starts it: standard output appended to a file. */
function startSubscriber({ url }: Pick<HubProcess, 'url'>, filter = '{}'): ChildProcess {
  const output = openSync(join(folder, 'updates.ndjson'), 'a');
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'examples/subscriber/subscriber.ts',
      `${url.replace('http', 'ws')}/graphql`,
      join(folder, 'cursor.json'),
      filter,
    ],
    { stdio: ['ignore', output, 'inherit'] },
  );
  closeSync(output);
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const printed = (): string[] =>
  readFileSync(join(folder, 'updates.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { id: string }).id);

/** The whole log, page by page. */
async function logged({ url }: HubProcess): Promise<string[]> {
  const ids: string[] = [];
  for (let after = 'BEGIN'; ; ) {
    const { body } = await ask(
      url,
      'query ($after: String) { updates(after: $after, first: 500) { nodes { id } pageInfo { endCursor hasNextPage } } }',
      { variables: { after } },
    );
    const { updates } = body.data as unknown as {
      updates: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    };
    ids.push(...updates.nodes.map(({ id }) => id));
    if (!updates.pageInfo.hasNextPage) return ids;
    after = updates.pageInfo.endCursor;
  }
}

/** `minebound seed` beside the hub; the embedded database has one process, there the graph takes mines in. */
async function seed(hub: HubProcess): Promise<void> {
  if ('DATABASE_URL' in database.environment) {
    const child = runHub(['seed', '--json'], database.environment);
    children.push(child);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    return;
  }
  for (let part = 0; part < 40; part++) {
    const input = Array.from({ length: 50 }, () => aMine());
    await ask(hub.url, 'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
      variables: { input },
    });
  }
}

test('the example subscriber, killed and restarted in the middle of a seeding run, prints every event once', {
  timeout: 300_000,
}, async () => {
  const hub = await startHub();
  let subscriber = startSubscriber(hub);
  let isSeeding = true;
  const seeding = seed(hub).finally(() => {
    isSeeding = false;
  });
  let kills = 0;
  for (; isSeeding || kills < 3; kills++) {
    const before = printed().length;
    await expect.poll(() => printed().length > before || !isSeeding, { timeout: 60_000 }).toBe(true);
    await kill(subscriber);
    subscriber = startSubscriber(hub);
  }
  await seeding;
  const expected = await logged(hub);
  expect(expected.length).toBeGreaterThan(1_000);
  await expect.poll(() => printed().length, { timeout: 60_000 }).toBe(expected.length);
  expect(printed()).toEqual(expected);
});

test('the example subscriber goes on by itself when the hub is killed and comes back', {
  timeout: 300_000,
}, async () => {
  const first = await startHub();
  const port = new URL(first.url).port;
  startSubscriber(first);
  const upsert = (hub: HubProcess) =>
    ask(hub.url, 'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
      variables: { input: [aMine()] },
    });
  await upsert(first);
  await expect.poll(() => printed().length, { timeout: 30_000 }).toBeGreaterThan(0);
  await first.stop('SIGKILL');
  const second = await startHub({ PORT: port });
  await upsert(second);
  const expected = await logged(second);
  await expect.poll(printed, { timeout: 30_000 }).toEqual(expected);
});

test('the example subscriber ends where waiting mends nothing', { timeout: 120_000 }, async () => {
  const hub = await startHub();
  for (const filter of ['{"colour":"red"}', '{type']) {
    expect(await once(startSubscriber(hub, filter), 'exit'), filter).toEqual([1, null]);
  }
});

test('minebound tail ends without complaint when nobody reads it any more', {
  timeout: 120_000,
}, async () => {
  const hub = await startHub();
  const child = runHub(['tail', '--url', hub.url, '--after', 'BEGIN'], {});
  children.push(child);
  child.stdout?.once('data', () => child.stdout?.destroy());
  let isRunning = true;
  const ended = once(child, 'exit').finally(() => {
    isRunning = false;
  });
  while (isRunning) {
    await ask(hub.url, 'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
      variables: { input: [aMine()] },
    });
  }
  expect(await ended).toEqual([0, null]);
});

test('minebound tail prints a line for each update, and goes on where it is told to', {
  timeout: 120_000,
}, async () => {
  const hub = await startHub();
  const codes = ['TAILED-1', 'TAILED-2'];
  for (const code of codes) {
    await ask(hub.url, 'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
      variables: { input: [aMine({ code })] },
    });
  }
  const tail = async (...args: string[]): Promise<{ type: string; cursor: string }[]> => {
    const child = runHub(
      ['tail', '--url', hub.url, '--json', '--filter', '{"type":["mine.*"]}', ...args],
      {},
    );
    children.push(child);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    await once(child, 'close');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  const all = await tail('--after', 'BEGIN', '--count', '2');
  expect(all.map(({ type }) => type)).toEqual(['mine.created', 'mine.created']);
  const rest = await tail('--after', all[0]?.cursor ?? '', '--count', '1');
  expect(rest).toEqual(all.slice(1));
  expect(await tail('--after', 'no cursor')).toMatchObject([{ error: { code: 'BAD_CURSOR' } }]);
});
