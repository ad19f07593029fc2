import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aMine } from '../support/builders.js';
import { ask } from '../support/hub.js';
import { startHubProcess } from '../support/hub-process.js';
import { type Deployment, deployWhole } from '../support/topology.js';

/** A power supply company's own subgraph: it knows a mine by its code and nothing else of the hub. */
const POWER = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
  type Mine @key(fields: "code") { code: String! powerUse: PowerUse }
  type PowerUse { kilowattHours: Float! }
  type Query { meterCount: Int! }
`);
const METERS: Readonly<Record<string, number>> = { 'P-1': 1250.5, 'P-2': 40 };

const power = new ApolloServer({
  schema: buildSubgraphSchema([
    {
      typeDefs: POWER,
      resolvers: {
        Query: { meterCount: () => Object.keys(METERS).length },
        Mine: {
          powerUse: ({ code }: { code: string }) =>
            METERS[code] === undefined ? null : { kilowattHours: METERS[code] },
        },
      },
    },
  ]),
  stopOnTerminationSignals: false,
});

const QUESTION = `{
  mines(orderBy: CODE) { nodes { code status powerUse { kilowattHours } licences { number } } }
  meterCount
}`;
const ANSWER = {
  mines: {
    nodes: [
      { code: 'P-1', status: 'SUSPENDED', powerUse: { kilowattHours: 1250.5 }, licences: [] },
      { code: 'P-2', status: 'PRODUCING', powerUse: { kilowattHours: 40 }, licences: [] },
      { code: 'P-3', status: 'PRODUCING', powerUse: null, licences: [] },
    ],
  },
  meterCount: 2,
};

let hub: Deployment;
let powerUrl: string;
let scratch: string;
/** Our subgraphs' SDL as anybody gets it, by asking them. */
let contracts: { name: string; typeDefs: ReturnType<typeof parse>; url: string }[];

beforeAll(async () => {
  hub = await deployWhole();
  powerUrl = (await startStandaloneServer(power, { listen: { port: 0, host: '127.0.0.1' } })).url;
  scratch = await mkdtemp(join(tmpdir(), 'minebound-partner-'));
  const { body } = await ask(
    hub.url,
    'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }',
    {
      variables: {
        input: [aMine({ code: 'P-1', status: 'SUSPENDED' }), aMine({ code: 'P-2' }), aMine({ code: 'P-3' })],
      },
    },
  );
  expect(body.data).toEqual({ upsertMines: { created: 3 } });
  contracts = await Promise.all(
    Object.entries(hub.subgraphUrls).map(async ([name, url]) => {
      const answer = await ask(new URL(url).origin, '{ _service { sdl } }', { path: new URL(url).pathname });
      const { sdl } = (answer.body.data as unknown as { _service: { sdl: string } })._service;
      return { name, typeDefs: parse(sdl), url };
    }),
  );
});
afterAll(async () => {
  await hub?.stop();
  await power.stop();
  await rm(scratch, { recursive: true, force: true });
});

/** The partner's composition: its subgraph beside ours, at these addresses. */
function compose(urlOf: (name: string, url: string) => string): string {
  const { supergraphSdl, errors } = composeServices([
    ...contracts.map((contract) => ({ ...contract, url: urlOf(contract.name, contract.url) })),
    { name: 'power', typeDefs: POWER, url: urlOf('power', powerUrl) },
  ]);
  expect(errors ?? []).toEqual([]);
  return supergraphSdl ?? '';
}

test("a partner's own router joins power use to our mines over our subgraphs' HTTP endpoints", async () => {
  const router = createGatewayRuntime({ supergraph: compose((_, url) => url), logging: false });
  const response = await router.fetch('http://router/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUESTION }),
  });
  expect(await response.json()).toEqual({ data: ANSWER });
  await router.dispose();
});

test("our gateway serves the partner's supergraph when told where everybody is", async () => {
  const path = join(scratch, 'supergraph.graphql');
  await writeFile(
    path,
    compose((name) => `http://${name}.invalid/graphql`),
  );
  const urls = Object.entries({ ...hub.subgraphUrls, power: powerUrl }).map(
    ([name, url]) => `${name}=${url}`,
  );
  const gateway = await startHubProcess(
    { MINEBOUND_SUPERGRAPH: path, MINEBOUND_SUBGRAPH_URLS: urls.join(',') },
    'gateway',
  );
  try {
    expect((await ask(gateway.url, QUESTION)).body).toEqual({ data: ANSWER });
  } finally {
    await gateway.stop();
  }
});

test('a hub in one process asks only the partner over HTTP', async () => {
  const path = join(scratch, 'with-power.graphql');
  await writeFile(
    path,
    compose((name, url) => (name === 'power' ? url : `http://${name}.invalid/graphql`)),
  );
  const whole = await deployWhole({ MINEBOUND_SUPERGRAPH: path, MINEBOUND_SUBGRAPH_ENDPOINTS: 'false' });
  try {
    const { body } = await ask(whole.url, '{ meterCount mines { totalCount } }');
    expect(body).toEqual({ data: { meterCount: 2, mines: { totalCount: 0 } } });
    const off = await fetch(`${whole.url}/subgraphs/registry/graphql`, { method: 'POST' });
    expect(off.status).toBe(404);
  } finally {
    await whole.stop();
  }
});
