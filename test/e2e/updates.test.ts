import pg from 'pg';
import { expect, test } from 'vitest';
import { aMine, mineId } from '../support/builders.js';
import { ask } from '../support/hub.js';
import { type HubProcess, startHubProcess } from '../support/hub-process.js';
import { createCluster, serverPrograms } from '../support/own-cluster.js';
import { SteadySubscriber } from '../support/steady-subscriber.js';
import { emptyDatabase } from '../support/topology.js';

/** The long run: EVENTS_LONG=200000 with fifty writers and twenty subscribers. */
const LONG = Number(process.env['EVENTS_LONG'] ?? 0);
const DIVISIONS = ['150421', '150422', '210381', '140226', '130209'];
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const random = (below: number): number => Math.floor(Math.random() * below);

/** Hub processes one after the other at one address. */
class Hubs {
  private hub: HubProcess | null = null;
  readonly url: string;

  private constructor(
    private readonly environment: Record<string, string>,
    first: HubProcess,
  ) {
    this.hub = first;
    this.url = first.url;
  }

  static async start(environment: Record<string, string>): Promise<Hubs> {
    const quick = { EVENTS_HEARTBEAT_MS: '1000', LOG_LEVEL: 'error', ...environment };
    return new Hubs(quick, await startHubProcess(quick));
  }

  async killAndStart(): Promise<void> {
    await this.hub?.stop('SIGKILL');
    this.hub = await startHubProcess({ ...this.environment, PORT: new URL(this.url).port });
  }

  async stop(): Promise<void> {
    await this.hub?.stop();
  }
}

const filters = (count: number): (object | null)[] =>
  Array.from({ length: count }, (_, i) => {
    const kinds = [null, { type: ['test.happened', 'mine.created'] }, { divisionCode: DIVISIONS[i % 5] }];
    return kinds[i % 3] ?? null;
  });

/** What the log holds for a filter, as the query tells it. */
async function truth(url: string, filter: object | null): Promise<string[]> {
  const told: string[] = [];
  for (let after = 'BEGIN', more = true; more; ) {
    const { body } = await ask(
      url,
      `query ($after: String, $filter: UpdateFilter) {
        updates(after: $after, filter: $filter, first: 500) { nodes { subjectId } pageInfo { endCursor hasNextPage } }
      }`,
      { variables: { after, filter } },
    );
    const { nodes, pageInfo } = (
      body.data as unknown as {
        updates: { nodes: { subjectId: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
      }
    ).updates;
    told.push(...nodes.map(({ subjectId }) => subjectId));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  return told;
}

const UPSERT = 'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }';

test('every subscriber is told exactly what was committed, in order, though the hub is killed and lines are cut', {
  timeout: 300_000,
}, async () => {
  const database = await emptyDatabase();
  const hubs = await Hubs.start(database.environment);
  const subscribers = filters(6).map((filter) => ({
    filter,
    follower: new SteadySubscriber(hubs.url, filter),
  }));
  let writing = true;
  const acknowledged: string[] = [];
  const writers = Array.from({ length: 4 }, async () => {
    while (writing) {
      const mine = aMine({ divisionCode: DIVISIONS[random(5)] ?? '' });
      const answer = await ask(hubs.url, UPSERT, { variables: { input: [mine] } }).catch(() => null);
      if (answer?.body.data?.['upsertMines']) acknowledged.push(mineId(mine.code));
      await pause(random(60));
    }
  });
  const more = async (count: number): Promise<void> => {
    const enough = acknowledged.length + count;
    while (acknowledged.length < enough) await pause(20);
  };
  for (let kill = 0; kill < 2; kill++) {
    await more(20);
    for (const { follower } of subscribers) if (random(2) === 0) follower.interrupt();
    await more(10);
    await hubs.killAndStart();
  }
  await more(20);
  writing = false;
  await Promise.all(writers);
  // One for each division, so that every filter has a last one.
  const last = DIVISIONS.map((divisionCode) => aMine({ divisionCode }));
  for (const mine of last) await ask(hubs.url, UPSERT, { variables: { input: [mine] } });
  for (const { filter, follower } of subscribers) {
    const expected = await truth(hubs.url, filter);
    await follower.finish(expected.at(-1) ?? '');
    expect(follower.told).toEqual(expected);
  }
  const all = await truth(hubs.url, null);
  expect(acknowledged.filter((id) => !all.includes(id))).toEqual([]);
  await hubs.stop();
  await database.remove();
});

const programs = serverPrograms();

/** Skipped where PostgreSQL's programs are not installed: only a server of its own may be restarted. */
test.skipIf(programs === null)(
  'nothing is lost and nothing rolled back is told with late commits, restarts of hub and server, and a cut listener',
  { timeout: LONG > 0 ? 3_600_000 : 300_000 },
  async () => {
    const cluster = await createCluster(programs ?? '');
    const hubs = await Hubs.start({ DATABASE_URL: cluster.url });
    const subscribers = filters(LONG > 0 ? 20 : 6).map((filter) => ({
      filter,
      follower: new SteadySubscriber(hubs.url, filter),
    }));
    const most = LONG > 0 ? LONG : 1_500;
    let written = 0;
    const rolledBack = new Set<string>();
    const writers = Array.from({ length: LONG > 0 ? 50 : 12 }, async (_, writer) => {
      while (written < most) {
        await writeUntilCut(cluster.url, writer, () => (written < most ? ++written : null), rolledBack);
        await pause(100);
      }
    });
    const trouble = async (): Promise<void> => {
      await pause(1_000);
      await hubs.killAndStart();
      await onServer(
        cluster.url,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'minebound-listener'`,
      );
      await pause(1_000);
      await cluster.stop();
      await pause(500);
      await cluster.start();
      await pause(1_000);
      for (const { follower } of subscribers) if (random(2) === 0) follower.interrupt();
    };
    await Promise.all([...writers, trouble()]);
    await onServer(cluster.url, DIVISIONS.map((division) => insert(`last-${division}`, division)).join(';'));
    for (const { filter, follower } of subscribers) {
      const expected = await truth(hubs.url, filter);
      await follower.finish(expected.at(-1) ?? '');
      expect(follower.told).toEqual(expected);
      expect(follower.told.filter((id) => rolledBack.has(id))).toEqual([]);
    }
    expect(rolledBack.size).toBeGreaterThan(10);
    await hubs.stop();
    await cluster.remove();
  },
);

const insert = (id: string, division: string): string =>
  `insert into platform.event (type, subject_type, subject_id, division_code, actor, request_id, occurred_at)
   values ('test.happened', 'Test', '${id}', '${division}', 'test', 'test', now())`;

/** Transactions of one to five events, some slow and some given up, until the server goes away. */
async function writeUntilCut(
  url: string,
  writer: number,
  next: () => number | null,
  rolledBack: Set<string>,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    for (let number = next(); number !== null; number = next()) {
      const ids = Array.from({ length: 1 + random(5) }, (_, i) => `w${writer}-${number}-${i}`);
      await client.query('begin');
      for (const id of ids) {
        await client.query(insert(id, DIVISIONS[random(5)] ?? ''));
        if (random(10) === 0) await pause(random(50));
      }
      if (random(10) > 0) await client.query('commit');
      else {
        await client.query('rollback');
        for (const id of ids) rolledBack.add(id);
      }
    }
  } catch {
    // Whether the transaction was committed, the log will tell.
  } finally {
    await client.end().catch(() => {});
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
