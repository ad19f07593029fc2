import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forwardedDownloads } from '../../src/gateway/download-forwarding.js';
import { subgraphBase, subgraphPath } from '../../src/gateway/subgraph-address.js';
import { signedOnly } from '../../src/gateway/upstream-signature.js';
import { AppError } from '../../src/platform/errors.js';
import type { Exchange } from '../../src/platform/http-exchange.js';
import { type HttpServer, openHttpServer, type Route } from '../../src/platform/http-server.js';
import { createLogger } from '../../src/platform/logging.js';
import { createMetrics } from '../../src/platform/metrics.js';

const SECRET = 'shared by the gateway and its subgraphs';

const serve = (...routes: Route[]): Promise<HttpServer> =>
  openHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes,
    largestBody: 1_000,
    hostNames: null,
    log: createLogger('silent'),
    metrics: createMetrics(),
  });

const asked: string[] = [];
/** Called when the client of the endless file is gone. */
let left: () => void = () => {};

/** Hands out what its path names: a file, one without end, one that breaks off; nothing else is there. */
const files: Route = {
  path: '/export/',
  handle: (exchange: Exchange) => {
    const { response, requestId, path, search } = exchange;
    asked.push(`${requestId} ${path}?${search}`);
    if (path.endsWith('/whole.txt')) {
      exchange.send(200, 'text/plain', '矿', { 'content-disposition': 'attachment; filename="whole.txt"' });
      return;
    }
    if (path.endsWith('/missing.txt')) throw new AppError('NOT_FOUND', 'No such file.', { field: 'mine' });
    if (path.endsWith('/silent.txt')) {
      response.once('close', () => left());
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
    if (path.endsWith('/broken.txt')) setTimeout(() => response.destroy(), 50);
    else response.once('close', () => left());
  },
};

let subgraph: HttpServer;
let proxy: Server;
let gateway: HttpServer;

const routeTo = (path: string, base: string, hmacSecret: string | null = SECRET, timeoutMs = 30_000): Route =>
  forwardedDownloads({ path, subgraph: 'boundaries', base, hmacSecret, timeoutMs });

beforeAll(async () => {
  subgraph = await serve(signedOnly(SECRET, files));
  proxy = createServer((_, response) => response.writeHead(503).end('<h1>db.internal is down</h1>'));
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  gateway = await serve(
    routeTo('/export/', subgraph.url),
    routeTo('/away/', 'http://127.0.0.1:9'),
    routeTo('/proxied/', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`),
  );
});
afterAll(async () => {
  await gateway.close(0);
  await subgraph.close(0);
  proxy.close();
});

const get = (target: string, init: RequestInit = {}) => fetch(`${gateway.url}${target}`, init);

const errorOf = async (response: Response) => {
  const { errors } = (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
  return [response.status, errors[0]?.extensions];
};

test('a file comes through the gateway as the subgraph sends it, under the request id of the client', async () => {
  const response = await get('/export/whole.txt?mine=煤&kind=MINING_RIGHT', {
    headers: { 'x-request-id': 'mine' },
  });
  expect([response.status, await response.text()]).toEqual([200, '矿']);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/plain',
    'content-disposition': 'attachment; filename="whole.txt"',
    'x-request-id': 'mine',
  });
  expect(asked.at(-1)).toBe('mine /export/whole.txt?mine=%E7%85%A4&kind=MINING_RIGHT');
  const head = await get('/export/whole.txt', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '3', '']);
  expect(await errorOf(await get('/export/missing.txt'))).toMatchObject([
    404,
    { code: 'NOT_FOUND', field: 'mine' },
  ]);
  expect((await get('/export/whole.txt', { method: 'POST' })).status).toBe(405);
});

test('a subgraph hands out nothing that its gateway has not signed', async () => {
  const before = asked.length;
  const direct = (headers: Record<string, string> = {}) =>
    fetch(`${subgraph.url}/export/whole.txt`, { headers });
  const stranger = await serve(routeTo('/export/', subgraph.url, 'another secret'));
  for (const response of [
    await direct(),
    await direct({ 'hmac-signature': 'bm9uc2Vuc2U=' }),
    await fetch(`${stranger.url}/export/whole.txt`),
  ]) {
    expect(await errorOf(response)).toMatchObject([401, { code: 'SIGNATURE_INVALID' }]);
  }
  expect(asked).toHaveLength(before);
  await stranger.close(0);
});

test('a subgraph that is away is named, and what a proxy says for it stays with us', async () => {
  for (const path of ['/away/whole.txt', '/proxied/whole.txt']) {
    const answer = JSON.stringify(await errorOf(await get(path)));
    expect(JSON.parse(answer)).toMatchObject([502, { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'boundaries' }]);
    expect(answer).not.toMatch(/127\.0\.0\.1|internal/);
  }
});

test('a file that breaks off at the subgraph breaks off at the client, and the other way round', async () => {
  await expect(get('/export/broken.txt').then((response) => response.text())).rejects.toThrow();
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  const client = new AbortController();
  const response = await get('/export/endless.txt', { signal: client.signal });
  expect(response.status).toBe(200);
  client.abort();
  await gone;
});

test('a subgraph that sends nothing for the time limit is given up and loses its connection', async () => {
  const impatient = await serve(routeTo('/export/', subgraph.url, SECRET, 300));
  const parted = () =>
    new Promise<void>((resolve) => {
      left = resolve;
    });
  for (const method of ['GET', 'HEAD']) {
    const unanswered = parted();
    const response = await fetch(`${impatient.url}/export/silent.txt`, { method });
    if (method === 'GET') expect(await errorOf(response)).toMatchObject([504, { code: 'TIMEOUT' }]);
    else expect(response.status).toBe(504);
    await unanswered;
  }
  const begun = parted();
  const response = await fetch(`${impatient.url}/export/endless.txt`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  await begun;
  await impatient.close(0);
});

test('a file is where the graph of its subgraph is', () => {
  expect(subgraphBase('boundaries', 'http://10.0.0.3:4003/graphql')).toBe('http://10.0.0.3:4003');
  expect(subgraphBase('boundaries', 'https://hub.example/areas/graphql')).toBe('https://hub.example/areas');
  expect(subgraphBase('boundaries', `http://10.0.0.1:4000${subgraphPath('boundaries')}`)).toBe(
    'http://10.0.0.1:4000',
  );
  expect(subgraphBase('boundaries', 'http://10.0.0.1:4000/gql')).toBe('http://10.0.0.1:4000');
});
