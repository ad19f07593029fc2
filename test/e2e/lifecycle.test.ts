import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMine } from '../support/builders.js';
import { onServer } from '../support/database-template.js';
import { ask } from '../support/hub.js';
import { type HubProcess, runHub, startHubProcess } from '../support/hub-process.js';
import { emptyDatabase } from '../support/topology.js';

const NATIVE = process.env['TEST_DATABASE_URL'];

const upsert = (url: string, codes: readonly string[]) =>
  ask(url, 'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
    variables: { input: codes.map((code) => aMine({ code })) },
  });

const ended = (child: ReturnType<typeof runHub>) =>
  new Promise<{ code: number | null; errors: string }>((resolve) => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk;
    });
    child.once('close', (code) => resolve({ code, errors }));
  });

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets the running request finish, takes no new ones, and ends the process with 0',
    async (signal) => {
      const database = await emptyDatabase();
      const hub = await startHubProcess(database.environment);
      const running = upsert(
        hub.url,
        Array.from({ length: 5_000 }, (_, i) => `${signal}-${i}`),
      );
      // The request must have arrived; it takes far longer than this to carry out.
      await new Promise((resolve) => setTimeout(resolve, 150));
      const code = hub.stop(signal);
      await expect
        .poll(
          () =>
            ask(hub.url, '{ __typename }').then(
              () => 'taken',
              () => 'refused',
            ),
          { timeout: 5_000 },
        )
        .toBe('refused');
      expect((await running).body).toEqual({ data: { upsertMines: { created: 5_000 } } });
      expect(await code).toBe(0);
      expect(hub.log()).toContain('"msg":"stopped"');
      await database.remove();
    },
  );
});

describe('a signal during the start', () => {
  /** Takes connections and says nothing: who has come is starting, and goes no further. */
  const silent = createServer();
  beforeAll(() => once(silent.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => {
    silent.close();
  });

  test.each([
    ['SIGTERM', 'all'],
    ['SIGINT', 'all'],
    ['SIGTERM', 'subgraph:registry'],
  ] as const)('%s ends the role %s with 0', async (signal, role) => {
    const { port } = silent.address() as AddressInfo;
    const connected = once(silent, 'connection');
    const child = runHub(['serve', '--role', role], { DATABASE_URL: `postgres://hub@127.0.0.1:${port}/hub` });
    const end = ended(child);
    await connected;
    child.kill(signal);
    const { code, errors } = await end;
    expect([code, errors]).toEqual([0, expect.stringContaining('"msg":"stopped"')]);
  });
});

describe('the embedded database', () => {
  let environment: Record<string, string>;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ environment, remove } = await emptyDatabase(''));
  });
  afterAll(() => remove());

  test('has every mine that was acknowledged before a SIGKILL, three times over', {
    timeout: 400_000,
  }, async () => {
    const acknowledged: string[] = [];
    const refused: unknown[] = [];
    for (let round = 1; round <= 3; round++) {
      const hub = await startHubProcess(environment);
      let alive = true;
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let i = 0; alive; i++) {
          const codes = [0, 1, 2].map((n) => `KILL-${round}-${writer}-${i}-${n}`);
          const answer = await upsert(hub.url, codes).catch(() => null);
          const written = (answer?.body.data as { upsertMines?: { created: number } } | undefined)
            ?.upsertMines;
          if (answer) refused.push(...(answer.body.errors ?? []));
          if (written?.created === codes.length) acknowledged.push(...codes);
        }
      });
      await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(round * 60);
      expect(await hub.stop('SIGKILL')).toBe('SIGKILL');
      alive = false;
      await Promise.all(writers);
    }
    const hub = await startHubProcess(environment);
    const found = await allCodes(hub.url);
    await hub.stop();
    expect(refused).toEqual([]);
    expect(acknowledged.filter((code) => !found.has(code))).toEqual([]);
  });

  test('refuses a second process on the same data directory, and says what to do', async () => {
    const hub = await startHubProcess(environment);
    try {
      for (const command of [['serve'], ['migrate']]) {
        const { code, errors } = await ended(runHub(command, environment));
        expect(code).toBe(7);
        expect(errors).toMatch(new RegExp(`in use by process ${hub.pid}.*MINEBOUND_DATA_DIR`));
        expect(errors).not.toMatch(/\n\s+at /);
      }
      expect((await ask(hub.url, '{ __typename }')).status).toBe(200);
    } finally {
      await hub.stop();
    }
  });
});

async function allCodes(url: string): Promise<Set<string>> {
  const codes = new Set<string>();
  let after: string | null = null;
  do {
    const answer = await ask(
      url,
      'query ($after: String) { mines(first: 500, after: $after) { nodes { code } pageInfo { endCursor hasNextPage } } }',
      { variables: { after } },
    );
    const { mines } = answer.body.data as unknown as {
      mines: { nodes: { code: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    };
    for (const { code } of mines.nodes) codes.add(code);
    after = mines.pageInfo.hasNextPage ? mines.pageInfo.endCursor : null;
  } while (after !== null);
  return codes;
}

describe('a process that cannot start', () => {
  test('says everything that is wrong with its settings, and ends with 8', async () => {
    const { code, errors } = await ended(runHub(['serve'], { PORT: 'high', LOG_LEVEL: 'loud' }));
    expect(code).toBe(8);
    expect(errors).toMatch(/PORT=high/);
    expect(errors).toMatch(/LOG_LEVEL=loud/);
  });

  test.each([
    ['a supergraph that is no SDL', { MINEBOUND_SUPERGRAPH: 'package.json' }, 'is no supergraph SDL'],
    [
      'a schema that was not composed',
      { MINEBOUND_SUPERGRAPH: 'schema/subgraphs/registry.graphql' },
      'is no supergraph SDL',
    ],
    [
      'a subgraph that the supergraph does not have',
      { MINEBOUND_SUBGRAPH_URLS: 'registry=http://127.0.0.1:9/graphql,foo=http://127.0.0.1:9/graphql' },
      'no subgraph foo; it has boundaries,',
    ],
    [
      'an address of another machine',
      { HOST: '192.0.2.1', MINEBOUND_ANONYMOUS_ADMIN: 'true' },
      'Nothing can listen on port 0 of 192.0.2.1',
    ],
    [
      'a name that leads nowhere',
      { HOST: 'nowhere.invalid', MINEBOUND_ANONYMOUS_ADMIN: 'true' },
      'Nothing can listen on port 0 of nowhere.invalid',
    ],
  ])('has been given %s, says so and ends with 8', async (_, environment, why) => {
    const { code, errors } = await ended(runHub(['serve', '--role', 'gateway'], environment));
    expect([code, errors]).toEqual([8, expect.stringContaining(why)]);
  });

  test('names the roles when asked for one that does not exist', async () => {
    const { code, errors } = await ended(runHub(['serve', '--role', 'subgraph:weather'], {}));
    expect(code).toBe(2);
    expect(errors).toContain('subgraph:registry');
  });
});

describe('readiness', () => {
  let hub: HubProcess;

  test.skipIf(!NATIVE)('turns to 503 when the database goes away (needs TEST_DATABASE_URL)', async () => {
    const database = await emptyDatabase();
    hub = await startHubProcess(database.environment);
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
    const name = new URL(database.environment['DATABASE_URL'] ?? '').pathname.slice(1);
    await onServer(NATIVE ?? '', `drop database ${name} with (force)`);
    const response = await fetch(`${hub.url}/readyz`);
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { status: 'not-ready', checks: { database: { ok: false }, supergraph: { ok: true } } },
    ]);
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
    const { body } = await ask(hub.url, '{ mines { totalCount } }');
    expect(JSON.stringify(body)).not.toContain(name);
    expect(await hub.stop()).toBe(0);
  });
});
