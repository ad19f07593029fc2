import { readdirSync, readFileSync } from 'node:fs';
import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.js';
import { createGateway, type Gateway } from '../../../src/gateway/gateway.js';
import { PreparedOperations } from '../../../src/gateway/prepared-operations.js';
import { createMetrics } from '../../../src/platform/metrics.js';

const { limits } = readConfig({});
let gateway: Gateway;
let operations: PreparedOperations;

beforeAll(async () => {
  gateway = await createGateway({
    supergraphSdl: readFileSync('schema/supergraph.graphql', 'utf8'),
    local: new Map(),
    urls: {},
    hmacSecret: null,
    metrics: createMetrics(),
    limits,
  });
  operations = new PreparedOperations(gateway.schema, limits);
});
afterAll(() => gateway?.close());

/** Errors: `QUERY_TOO_COSTLY`, by the limit that a hub has unless told otherwise. */
function cost(query: string, variables: Record<string, unknown> = {}): number {
  const prepared = operations.document(query);
  expect(prepared.errors).toEqual([]);
  return operations.checkCost(prepared, operations.operation(prepared, null), variables);
}
const refused = expect.objectContaining({ code: 'QUERY_TOO_COSTLY' });
const failure = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const neighbours = (mines: number, args: string, aliases = 1) => {
  const each = `neighbours${args} { distanceMetres mine { code } }`;
  const all = Array.from({ length: aliases }, (_, i) => `n${i}: ${each}`);
  return `{ mines(first: ${mines}) { nodes { ${all.join(' ')} } } }`;
};

test('neighbours count by the circle that they lie in', () => {
  expect(failure(() => cost(neighbours(120, '(withinMetres: 50000)', 8)))).toEqual(refused);
  expect(failure(() => cost(neighbours(25, '(withinMetres: 5e4)')))).toEqual(refused);
  expect(cost(neighbours(1, '(withinMetres: 50000)'))).toBeGreaterThan(2_000);
  expect(cost(neighbours(500, ''))).toBe(cost(neighbours(500, '(withinMetres: 1000)')));
  const given = `query ($m: Float = 50000) ${neighbours(120, '(withinMetres: $m)')}`;
  expect(failure(() => cost(given))).toEqual(refused);
  expect(cost(given, { m: 1000 })).toBe(cost(neighbours(120, '(withinMetres: 1e3)')));
  expect(failure(() => cost(given, { m: 50_000 }))).toEqual(refused);
});

test('what is nearer is never reckoned to cost more', () => {
  const costs = [-1, 0, 1_000, 5_000, 20_000, 50_000, 1e9].map((m) =>
    cost(neighbours(1, `(withinMetres: ${m})`)),
  );
  expect(costs.slice(1)).toEqual(costs.slice(1).sort((a, b) => a - b));
  expect(costs.at(-1)).toBe(costs.at(-2));
});

test('counting the log is much more than a field, however it is named', () => {
  const counts = Array.from({ length: 25 }, (_, i) => `a${i}: updates(first: 0) { totalCount }`);
  expect(failure(() => cost(`{ ${counts.join(' ')} }`))).toEqual(refused);
  expect(cost('{ updates(first: 0) { totalCount } }')).toBeLessThan(limits.cost);
});

test('corners, versions and outlines count by what there is of them', () => {
  const areas = (fields: string) => `{ permittedAreas(first: 500) { nodes { ${fields} } } }`;
  expect(failure(() => cost(areas('corners { x y }')))).toEqual(refused);
  expect(cost(areas('geometry'))).toBe(cost(areas('id')) + 500 * 9);
});

/** Of the documents, and what GraphiQL opens with. */
const examples = (): readonly [string, string][] => {
  const files = ['README.md', 'README.zh-CN.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
  const blocks = files
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/```graphql\n([\s\S]*?)```|'query=(\{[\s\S]*?)'/g)].map(
        ([, block, parameter]): [string, string] => [path, block ?? parameter ?? ''],
      ),
    );
  const opened = /DEFAULT_QUERY = `([\s\S]*?)`;/.exec(readFileSync('src/gateway/graphiql.ts', 'utf8'));
  return [...blocks, ['src/gateway/graphiql.ts', opened?.[1] ?? '']];
};

test.each(examples())('the examples of %s are answered', (_path, text) => {
  const prepared = operations.document(text);
  for (const operation of prepared.operations) {
    if (operation.operation === OperationTypeNode.MUTATION) continue;
    expect(operations.checkCost(prepared, operation, {})).toBeLessThan(limits.cost / 2);
  }
});
