import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompiledExecutor } from '../../src/gateway/compiled-executor.js';
import { composeSupergraph } from '../../src/gateway/compose.js';
import { createGateway, type Gateway } from '../../src/gateway/gateway.js';
import { openSubgraphEndpoint } from '../../src/gateway/subgraph-endpoint.js';
import type { Subgraph } from '../../src/graph/subgraph.js';
import { AppError } from '../../src/platform/errors.js';
import { type HttpServer, openHttpServer } from '../../src/platform/http-server.js';
import { createLogger } from '../../src/platform/logging.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { testContext } from '../support/context.js';

const SECRET = 'a secret of the gateway and its subgraphs';
const limits = { depth: 15, aliases: 30, cost: 50_000, bodyBytes: 100_000, timeoutMs: 30_000 };
const log = createLogger('silent');

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
  type Query { whole: Int refused: Int broken: Int absent: Int! endless: Int asked: String }
`);
const asked: string[] = [];
const resolvers = {
  Query: {
    whole: () => 1,
    refused: () => {
      throw new AppError('INTAKE_REJECTED', 'Corner 3 repeats corner 1.', { line: 4, ring: 1, vertex: 3 });
    },
    broken: () => {
      throw new Error('relation "secrets" does not exist: select password from secrets');
    },
    absent: () => null,
    endless: () => new Promise(() => {}),
    asked: (_parent: unknown, _args: unknown, context: { requestId: string }) => {
      asked.push(context.requestId);
      return context.requestId;
    },
  },
};
const subgraph: Subgraph = {
  name: 'faulty',
  typeDefs,
  sdl: '',
  schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
  stop: () => Promise.resolve(),
};

/** A gateway over the subgraph in this process, or over HTTP at `url`. */
const gatewayTo = (
  url: string | null,
  hmacSecret: string | null = null,
  timeoutMs = limits.timeoutMs,
): Promise<Gateway> =>
  createGateway({
    supergraphSdl: composeSupergraph([subgraph]),
    local:
      url === null ? new Map([['faulty', createCompiledExecutor(subgraph, createMetrics())]]) : new Map(),
    urls: url === null ? {} : { faulty: url },
    hmacSecret,
    limits: { ...limits, timeoutMs },
    metrics: createMetrics(),
  });

const serveSubgraph = async (hmacSecret: string | null): Promise<HttpServer> => {
  const metrics = createMetrics();
  const endpoint = await openSubgraphEndpoint({
    subgraph,
    path: '/graphql',
    limits,
    hmacSecret,
    log,
    metrics,
  });
  return openHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: [endpoint],
    largestBody: 100_000,
    hostNames: null,
    log,
    metrics,
  });
};

const ask = (gateway: Gateway, query: string) =>
  gateway.execute({ query, operationName: null, variables: {} }, testContext(), false);
const errorOf = async (gateway: Gateway, query: string) =>
  JSON.parse(JSON.stringify((await ask(gateway, query)).errors?.[0]));

let remote: HttpServer;
let signed: HttpServer;
let silent: Server;
let garbled: Server;
let inProcess: Gateway;
let overHttp: Gateway;

beforeAll(async () => {
  [remote, signed] = await Promise.all([serveSubgraph(null), serveSubgraph(SECRET)]);
  [inProcess, overHttp] = await Promise.all([gatewayTo(null), gatewayTo(`${remote.url}/graphql`)]);
  silent = createServer(() => {});
  garbled = createServer((_, response) =>
    response.writeHead(500).end('<h1>Proxy of db.internal failed</h1>'),
  );
  for (const server of [silent, garbled]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(async () => {
  await Promise.all([inProcess.close(), overHttp.close()]);
  silent.closeAllConnections();
  silent.close();
  garbled.close();
  await Promise.all([remote.close(0), signed.close(0)]);
});

describe.each([
  ['in process', () => inProcess, () => null],
  ['over HTTP', () => overHttp, () => `${remote.url}/graphql`],
])('a subgraph %s', (_, gateway, url) => {
  test('has its refusals reach the client with code and place', async () => {
    expect(await errorOf(gateway(), '{ whole refused }')).toMatchObject({
      message: 'Corner 3 repeats corner 1.',
      path: ['refused'],
      extensions: { code: 'INTAKE_REJECTED', line: 4, ring: 1, vertex: 3, requestId: 'test' },
    });
  });

  test('keeps what it did not expect to itself', async () => {
    const answer = JSON.stringify(await ask(gateway(), '{ whole broken }'));
    expect(JSON.parse(answer)).toEqual({
      data: { whole: 1, broken: null },
      errors: [
        {
          message: 'Something failed on our side. Quote request id test.',
          path: ['broken'],
          extensions: { code: 'INTERNAL', requestId: 'test' },
        },
      ],
    });
    expect(answer).not.toMatch(/secrets|select|stack|\.ts/);
  });

  test('that answers null where it promised a value has failed on our side', async () => {
    expect(await errorOf(gateway(), '{ absent }')).toMatchObject({ extensions: { code: 'INTERNAL' } });
  });

  test('is asked under the request id of the client', async () => {
    expect(await ask(gateway(), '{ asked }')).toEqual({ data: { asked: 'test' } });
    expect(asked.at(-1)).toBe('test');
  });

  test('that does not end is given up after the time limit', async () => {
    const impatient = await gatewayTo(url(), null, 300);
    expect(await errorOf(impatient, '{ endless }')).toMatchObject({ extensions: { code: 'TIMEOUT' } });
    await impatient.close();
  });
});

test('a subgraph that is not there is named, without its address', async () => {
  const gateway = await gatewayTo('http://127.0.0.1:9/graphql');
  const error = await errorOf(gateway, '{ whole }');
  expect(error).toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'faulty' } });
  expect(JSON.stringify(error)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
  await gateway.close();
});

test('a subgraph behind a proxy that answers for it has failed, and what the proxy says stays with us', async () => {
  const gateway = await gatewayTo(`http://127.0.0.1:${(garbled.address() as AddressInfo).port}/graphql`);
  const error = await errorOf(gateway, '{ whole }');
  expect(error).toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'faulty' } });
  expect(JSON.stringify(error)).not.toMatch(/db\.internal|127\.0\.0\.1/);
  await gateway.close();
});

test('a subgraph that never answers loses its connection when the time limit passes', async () => {
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/graphql`;
  const gateway = await gatewayTo(url, null, 300);
  const left = new Promise<void>((resolve) =>
    silent.once('connection', (socket) => socket.once('close', resolve)),
  );
  expect(await errorOf(gateway, '{ whole }')).toMatchObject({ extensions: { code: 'TIMEOUT' } });
  await left;
  await gateway.close();
});

test('with a shared secret a subgraph answers its gateway and refuses everybody else', async () => {
  const url = `${signed.url}/graphql`;
  const trusted = await gatewayTo(url, SECRET);
  expect(await ask(trusted, '{ whole }')).toEqual({ data: { whole: 1 } });
  await trusted.close();
  for (const extensions of [undefined, { 'hmac-signature': 'bm9uc2Vuc2U=' }]) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ whole }', extensions }),
    });
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'SIGNATURE_INVALID' } }] },
    ]);
  }
  const stranger = await gatewayTo(url, 'another secret of the same length, or so');
  expect(await errorOf(stranger, '{ whole }')).toMatchObject({ extensions: { code: 'SIGNATURE_INVALID' } });
  await stranger.close();
});
