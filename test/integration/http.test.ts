import { get } from 'node:http';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestHub } from '../support/hub.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({
    LIMIT_DEPTH: '6',
    LIMIT_ALIASES: '3',
    LIMIT_COST: '2000',
    LIMIT_BODY_BYTES: '20000',
  });
});
afterAll(() => hub.stop());

const firstError = async (query: string, variables: Record<string, unknown> = {}) => {
  const { status, body } = await hub.ask(query, { variables });
  const { message, extensions } = body.errors?.[0] ?? { message: '', extensions: {} };
  return { status, message, ...extensions };
};

test('a failure a caller can mend carries its code, its place, and the request id to quote', async () => {
  const answer = await hub.ask('{ mines(first: 501) { totalCount } }', {
    headers: { 'x-request-id': 'ticket-7' },
  });
  expect(answer.headers.get('x-request-id')).toBe('ticket-7');
  expect(answer.body.errors).toEqual([
    {
      message: 'first must be between 0 and 500, not 501; ask for further pages with after.',
      path: ['mines'],
      extensions: { code: 'BAD_USER_INPUT', field: 'first', requestId: 'ticket-7' },
    },
  ]);
});

test('a subgraph on its own path says the same of the same failure', async () => {
  const query = '{ mines(first: 501) { totalCount } }';
  const headers = { 'x-request-id': 'ticket-8' };
  const { body: direct } = await hub.ask(query, { path: '/subgraphs/registry/graphql', headers });
  const { body: federated } = await hub.ask(query, { headers });
  expect(direct.errors?.[0]?.extensions).toEqual(federated.errors?.[0]?.extensions);
  expect(direct.errors?.[0]?.message).toBe(federated.errors?.[0]?.message);
});

test('what the parser, the validator and the type of a variable refuse has codes of its own', async () => {
  expect(await firstError('{ mines(')).toMatchObject({ status: 400, code: 'GRAPHQL_PARSE_FAILED' });
  expect(await firstError('{ mine { nothing } }')).toMatchObject({
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
  });
  expect(await firstError('query ($n: Int) { mines(first: $n) { totalCount } }', { n: 'ten' })).toMatchObject(
    { status: 400, code: 'BAD_USER_INPUT' },
  );
  expect(await firstError('query A { __typename } query B { __typename }')).toMatchObject({
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: expect.stringContaining('operationName'),
  });
});

test('a request id that could forge a log line is replaced', async () => {
  const { headers } = await hub.ask('{ __typename }', { headers: { 'x-request-id': 'a b"c' } });
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a query that nests too deep is refused, also when fragments hide its depth', async () => {
  const deep = '{ mines { nodes { operator { mines { nodes { operator { name } } } } } } }';
  expect(await firstError(deep)).toMatchObject({ status: 400, code: 'QUERY_TOO_DEEP', depth: 7, limit: 6 });
  const hidden = `{ mines { nodes { ...Owner } } }
    fragment Owner on Mine { operator { ...Mines } }
    fragment Mines on Operator { mines { nodes { operator { name } } } }`;
  expect(await firstError(hidden)).toMatchObject({ code: 'QUERY_TOO_DEEP', depth: 7 });
});

test('a query with too many aliases is refused, also when fragments multiply them', async () => {
  const alias = (n: number) => `a${n}: __typename`;
  expect(await firstError(`{ ${[1, 2, 3, 4].map(alias).join(' ')} }`)).toMatchObject({
    code: 'QUERY_TOO_MANY_ALIASES',
    aliases: 4,
  });
  const twice = `query { ...Two ...Two } fragment Two on Query { ${alias(1)} ${alias(2)} }`;
  expect(await firstError(twice)).toMatchObject({ code: 'QUERY_TOO_MANY_ALIASES', aliases: 4 });
});

test('a nest of fragments that doubles at every level is refused at once', async () => {
  const levels = Array.from(
    { length: 40 },
    (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
  );
  const bomb = `{ ...F0 } ${levels.join(' ')} fragment F40 on Query { a: __typename }`;
  // Walking it would take 2^40 steps: the test would never end.
  expect(await firstError(bomb)).toMatchObject({ code: 'QUERY_TOO_MANY_ALIASES', aliases: 2 ** 40 });
});

test('a query that reads too much in one page is refused, with what it is reckoned to cost', async () => {
  const page = (first: number) =>
    `{ mines(first: ${first}) { totalCount nodes { code name status scale } } }`;
  expect(await firstError(page(500))).toMatchObject({
    status: 400,
    code: 'QUERY_TOO_COSTLY',
    cost: 3 + 500 * 4,
    limit: 2000,
  });
  expect((await hub.ask(page(400))).body.errors).toBeUndefined();
});

test('pages inside pages multiply, whether a literal, a variable or its default sets their size', async () => {
  const nested = (first: string) =>
    `{ mines(first: ${first}) { nodes { operator { mines(first: 50) { nodes { code } } } } } }`;
  expect((await hub.ask(nested('10'))).body.errors).toBeUndefined();
  expect(await firstError(nested('60'))).toMatchObject({ status: 400, code: 'QUERY_TOO_COSTLY' });
  const query = `query ($n: Int = 60) ${nested('$n')}`;
  expect(await firstError(query)).toMatchObject({ code: 'QUERY_TOO_COSTLY' });
  expect((await hub.ask(query, { variables: { n: 10 } })).body.errors).toBeUndefined();
  expect(await firstError(query, { n: 60 })).toMatchObject({ code: 'QUERY_TOO_COSTLY' });
});

test('introspection passes every limit', async () => {
  const { body } = await hub.ask(getIntrospectionQuery());
  expect(body.errors).toBeUndefined();
  expect(JSON.stringify(body.data)).toContain('"MineConnection"');
});

test('a query may ask of the graph and of its data at once, in any order and through fragments', async () => {
  const { data } = (await hub.ask('{ mines { totalCount } }')).body;
  const root = { queryType: { name: 'Query' } };
  const ask = async (query: string) => (await hub.ask(query)).body;
  const schema = '__schema { queryType { name } }';
  expect(await ask(`{ ${schema} mines { totalCount } }`)).toEqual({ data: { ...data, __schema: root } });
  expect(await ask(`{ mines { totalCount } ...S t: __typename } fragment S on Query { ${schema} }`)).toEqual({
    data: { ...data, t: 'Query', __schema: root },
  });
  expect(await ask(`query A { ...S } fragment S on Query { ${schema} }`)).toEqual({
    data: { __schema: root },
  });
  const unless =
    'query ($no: Boolean = false) { ... @include(if: $no) { __type(name: "Mine") { name } } mines { totalCount } }';
  expect(await ask(unless)).toEqual({ data });
});

test.each([
  ['{ mines @skip(if: true) { totalCount } }', {}],
  ['{ mines @include(if: false) { totalCount } }', {}],
  ['{ ... @skip(if: true) { mines { totalCount } } }', {}],
  ['{ ...Q } fragment Q on Query { mines @skip(if: true) { totalCount } }', {}],
  ['query ($no: Boolean = false) { mines @include(if: $no) { totalCount } }', {}],
  ['mutation { upsertMines(input: []) @skip(if: true) { created } }', {}],
  ['{ __typename mines @skip(if: true) { totalCount } }', { __typename: 'Query' }],
  ['{ mines @skip(if: true) { totalCount } __type(name: "Mine") { name } }', { __type: { name: 'Mine' } }],
  ['{ mines(first: 1) { totalCount @skip(if: true) } }', { mines: {} }],
  ['{ mines(first: 1) { nodes { code @skip(if: true) } } }', { mines: { nodes: expect.any(Array) } }],
])('what is left out of %s is all that is missing from the answer', async (query, data) => {
  const { body } = await hub.ask(query);
  expect(body).toEqual({ data });
});

test('a body beyond the limit is refused with 413, whether or not it says its length', async () => {
  const body = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(30_000) } });
  const post = (payload: BodyInit) =>
    fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: payload,
      duplex: 'half',
    } as RequestInit);
  for (const payload of [body, new Blob([body]).stream()]) {
    const response = await post(payload);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_TOO_LARGE' } }] });
  }
});

test('a browser gets GraphiQL, which may load nothing from elsewhere; a program gets data', async () => {
  const page = await fetch(`${hub.url}/graphql`, { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self'/);
  const html = await page.text();
  expect(html).toContain('query SmallOpenPits');
  expect(html.match(/<(script|link)[^>]+(src|href)="https?:/g)).toBeNull();
  const data = await fetch(`${hub.url}/graphql?query={__typename}`, { headers: { accept: '*/*' } });
  expect(await data.json()).toEqual({ data: { __typename: 'Query' } });
});

test('a name that was made to point to loopback is not answered: its page would be the local administrator', async () => {
  const status = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = `${hub.url}/graphql?query={__typename}`;
      get(url, { headers: { host } }, (response) => resolve(response.resume().statusCode)).once(
        'error',
        reject,
      );
    });
  expect(await status('evil.example')).toBe(403);
  expect(await status('localhost.evil.example:4000')).toBe(403);
  expect(await status('localhost:4000')).toBe(200);
  expect(await status('[::1]:4000')).toBe(200);
});

test('a mutation by GET is refused with 405', async () => {
  const query = encodeURIComponent('mutation { upsertMines(input: []) { created } }');
  const response = await fetch(`${hub.url}/graphql?query=${query}`);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('the administrative divisions are there from the start, each with the one above it', async () => {
  const { body } = await hub.ask('{ division(code: "150421") { name parent { name level } } }');
  expect(body.data).toEqual({
    division: { name: '阿鲁科尔沁旗', parent: { name: '赤峰市', level: 'CITY' } },
  });
});

test('readiness names each check, metrics count requests by route and operations by subgraph', async () => {
  const ready = await fetch(`${hub.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    {
      status: 'ready',
      checks: { database: { ok: true }, migrations: { ok: true }, supergraph: { ok: true } },
    },
  ]);
  const metrics = await (await fetch(`${hub.url}/metrics`)).text();
  expect(metrics).toMatch(
    /minebound_http_request_seconds_count\{method="POST",route="\/graphql",status="200"\} \d/,
  );
  expect(metrics).toMatch(/minebound_subgraph_operations_total\{subgraph="registry",outcome="ok"\} \d/);
  expect(metrics).toContain('minebound_process_cpu_seconds_total');
});

test('a path that is not ours is 404, in the same shape as every error', async () => {
  const response = await fetch(`${hub.url}/nowhere`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});
