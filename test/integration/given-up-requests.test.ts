import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { creditCode } from '../support/builders.js';
import { startTestHub, type TestHub } from '../support/hub.js';
import { box, Situation } from '../support/situation.js';

/** Locks that others hold are what a server has, and the embedded database, which does one thing after the other, has not. */
const NATIVE = Boolean(process.env['TEST_DATABASE_URL']);
const SECOND = { LIMIT_TIMEOUT_MS: '1000' };
/** More than the pool has connections. */
const MANY = 12;
const AREAS = '{ permittedAreas(first: 1) { nodes { id mine { code } } } }';
const MINES = '{ mines(first: 1) { nodes { id permittedAreas { id licence { id } } } } }';

let impatient: TestHub;
let patient: TestHub;
let gateway: TestHub;
let database: Database;

beforeAll(async () => {
  if (!NATIVE) return;
  impatient = await startTestHub(SECOND);
  const environment = { DATABASE_URL: impatient.databaseUrl as string };
  patient = await startTestHub(environment);
  const pairs = ['registry', 'boundaries', 'licences'].map(
    (name) => `${name}=${patient.url}/subgraphs/${name}/graphql`,
  );
  gateway = await startTestHub({ ...SECOND, MINEBOUND_SUBGRAPH_URLS: pairs.join(',') }, 'gateway');
  const settings = { databaseUrl: impatient.databaseUrl, databasePool: 3, dataDir: '', debugSql: false };
  database = await openDatabase(settings, createLogger('silent'));
  const situation = await Situation.open(database.knex);
  await situation.mine('PIT');
  await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
});
afterAll(async () => {
  await database?.close();
  await gateway?.stop();
  await patient?.stop();
  await impatient?.stop();
});

const waiting = (): Promise<string[]> =>
  database
    .knex('pg_stat_activity')
    .whereRaw(`datname = current_database() and wait_event_type = 'Lock'`)
    .pluck('query');

/** Holds `table` while `work` is done, and until no statement waits for it. */
async function whileLocked<T>(table: string, work: () => Promise<T>, mode = 'access exclusive'): Promise<T> {
  return database.knex.transaction(async (sql) => {
    await sql.raw(`lock table ${table} in ${mode} mode`);
    const done = await work();
    await expect.poll(() => waiting(), { timeout: 60_000 }).toEqual([]);
    return done;
  });
}

const codes = async (url: string, path: string, query: string) => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: unknown;
    errors?: { extensions: Record<string, unknown> }[];
  };
  return `${response.status} ${data == null ? '' : 'data'} ${errors.map(({ extensions }) => extensions['code'])}`;
};
const together = async (ask: () => Promise<string>) => [
  ...new Set(await Promise.all(Array.from({ length: MANY }, ask))),
];

describe.skipIf(!NATIVE)('what nobody waits for any more is given up in the database', () => {
  test('a query whose time is over, however many there are', async () => {
    const answers = await whileLocked('boundaries.permitted_area', () =>
      together(() => codes(impatient.url, '/graphql', AREAS)),
    );
    expect(answers).toEqual(['504  TIMEOUT']);
    expect(await codes(impatient.url, '/graphql', AREAS)).toBe('200 data ');
  });

  test('what a resolver or loader asks for one item after another', async () => {
    const answers = await whileLocked('boundaries.permitted_area', () =>
      together(() => codes(impatient.url, '/graphql', MINES)),
    );
    expect(answers).toEqual(['504  TIMEOUT']);
    const begun = await whileLocked('licences.licence', async () => {
      const answer = await codes(impatient.url, '/graphql', '{ licences(first: 1) { totalCount } }');
      return [answer, (await fetch(`${impatient.url}/readyz`)).status];
    });
    expect(begun).toEqual(['504  TIMEOUT', 200]);
  });

  test('one that a subgraph is asked itself', async () => {
    const path = '/subgraphs/boundaries/graphql';
    const answers = await whileLocked('boundaries.permitted_area', () =>
      together(() => codes(impatient.url, path, '{ permittedAreas(first: 1) { nodes { id } } }')),
    );
    expect(answers).toEqual(['504  TIMEOUT']);
  });

  test('one that a gateway has given up, in the process of the subgraph', async () => {
    const answers = await whileLocked('boundaries.permitted_area', () =>
      together(() => codes(gateway.url, '/graphql', AREAS)),
    );
    expect(answers).toEqual(['504  TIMEOUT']);
    expect(await codes(patient.url, '/graphql', AREAS)).toBe('200 data ');
  });

  test('one whose client is gone, over HTTP and from the subgraph', async () => {
    for (const path of ['/graphql', '/subgraphs/boundaries/graphql']) {
      await whileLocked('boundaries.permitted_area', async () => {
        const left = new AbortController();
        const asked = Array.from({ length: MANY }, () =>
          fetch(`${patient.url}${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query: '{ permittedAreas(first: 1) { nodes { id } } }' }),
            signal: left.signal,
          }),
        );
        await expect.poll(() => waiting().then(({ length }) => length), { timeout: 60_000 }).toBe(10);
        left.abort();
        await Promise.allSettled(asked);
      });
      expect(await codes(patient.url, '/graphql', AREAS)).toBe('200 data ');
    }
  });

  test('one whose WebSocket is closed', async () => {
    await whileLocked('boundaries.permitted_area', async () => {
      const client = createClient({
        url: `${patient.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      client.subscribe({ query: AREAS }, { next: () => {}, error: () => {}, complete: () => {} });
      await expect.poll(() => waiting().then(({ length }) => length), { timeout: 60_000 }).toBe(1);
      client.terminate();
    });
  });

  test('a change, which is undone as a whole', async () => {
    const divisions = await database.knex('registry.division').first('code');
    const mine = (code: string) =>
      `{ code: "${code}", name: "${code}", resource: COAL, method: UNDERGROUND, scale: SMALL, status: PRODUCING, divisionCode: "${divisions.code}", operatorName: "甲", operatorCreditCode: "${creditCode(4711)}" }`;
    const change = `mutation { upsertMines(input: [${mine('GIVEN-UP')}]) { created rejected { code message } } }`;
    // Mines may be read, but not written; the operator is, before it.
    const answer = await whileLocked(
      'registry.mine',
      () => codes(impatient.url, '/graphql', change),
      'share',
    );
    expect(answer).toBe('504  TIMEOUT');
    const written = () =>
      database
        .knex('registry.operator')
        .where({ credit_code: creditCode(4711) })
        .pluck('name');
    expect(await written()).toEqual([]);
    expect(await codes(impatient.url, '/graphql', change)).toBe('200 data ');
    expect(await written()).toEqual(['甲']);
  });
});
