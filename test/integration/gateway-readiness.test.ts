import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUBGRAPH_NAMES } from '../../src/subgraphs/index.js';
import { startTestHub, type TestHub } from '../support/hub.js';

const NEVER_ASKED = { answered: null, at: null };
const INSTANT = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);

/** Takes requests and answers none, as a process does that was stopped. */
const stopped: Server = createServer(() => {});
let hub: TestHub;
let gateway: TestHub;
let impatient: TestHub;

beforeAll(async () => {
  await new Promise<void>((resolve) => stopped.listen(0, '127.0.0.1', resolve));
  hub = await startTestHub();
  const urls = {
    registry: `${hub.url}/subgraphs/registry/graphql`,
    licences: 'http://127.0.0.1:9/graphql',
    enforcement: 'http://127.0.0.1:9/graphql',
    boundaries: `http://127.0.0.1:${(stopped.address() as AddressInfo).port}/graphql`,
  };
  const pairs = Object.entries(urls).map(([name, url]) => `${name}=${url}`);
  const environment = { MINEBOUND_SUBGRAPH_URLS: pairs.join(',') };
  gateway = await startTestHub(environment, 'gateway');
  impatient = await startTestHub({ ...environment, LIMIT_TIMEOUT_MS: '300' }, 'gateway');
});
afterAll(async () => {
  await impatient?.stop();
  await gateway?.stop();
  await hub?.stop();
  stopped.closeAllConnections();
  stopped.close();
});

const readiness = async (url: string): Promise<unknown> => {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
};

test('a gateway is ready whatever its subgraphs do, and says which of them answered when last asked', async () => {
  const ready = { status: 'ready', checks: { supergraph: { ok: true } } };
  const before = Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, NEVER_ASKED]));
  expect(await readiness(gateway.url)).toEqual([200, { ...ready, subgraphs: before }]);

  const codes = async (asked: TestHub, query: string) =>
    (await asked.ask(query)).body.errors?.map(({ extensions }) => extensions['code']);
  expect(await codes(gateway, '{ mines(first: 1) { totalCount } }')).toBeUndefined();
  expect(await codes(gateway, '{ licences(first: 1) { totalCount } }')).toEqual(['SUBGRAPH_UNAVAILABLE']);
  const [registry, licences] = [true, false].map((answered) => ({ answered, at: INSTANT }));
  expect(await readiness(gateway.url)).toEqual([
    200,
    { ...ready, subgraphs: { ...before, registry, licences } },
  ]);

  expect(await codes(impatient, '{ permittedAreas(first: 1) { totalCount } }')).toEqual(['TIMEOUT']);
  const boundaries = { answered: false, at: INSTANT };
  await expect
    .poll(() => readiness(impatient.url), { timeout: 60_000 })
    .toEqual([200, { ...ready, subgraphs: { ...before, boundaries } }]);
});

test('it learns from files as from queries', async () => {
  const pack = await fetch(`${gateway.url}/evidence/11111111-1111-8111-8111-111111111111.zip`);
  expect(pack.status).toBe(502);
  expect(await readiness(gateway.url)).toHaveProperty('1.subgraphs.enforcement', {
    answered: false,
    at: INSTANT,
  });
});

test('a hub in one process says nothing of the subgraphs that it holds', async () => {
  expect(await readiness(hub.url)).toMatchObject([200, { status: 'ready' }]);
  expect((await readiness(hub.url)) as [number, object]).not.toHaveProperty('1.subgraphs');
});
