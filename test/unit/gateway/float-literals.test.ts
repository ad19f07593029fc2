import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { valueFromASTUntyped, visit } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.js';
import { createGateway, type Gateway } from '../../../src/gateway/gateway.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { testContext } from '../../support/context.js';

let gateway: Gateway;
/** The number in the argument that the subgraph was asked with, of a list the first. */
const asked: unknown[] = [];

beforeAll(async () => {
  gateway = await createGateway({
    supergraphSdl: readFileSync('schema/supergraph.graphql', 'utf8'),
    local: new Map([
      [
        'enforcement',
        ({ document, variables }) => {
          const values: Record<string, unknown> = {};
          visit(document, {
            VariableDefinition: ({ variable, defaultValue }) => {
              if (defaultValue) values[variable.name.value] = valueFromASTUntyped(defaultValue);
            },
            Argument: ({ value }) => {
              const [[given] = []] = Object.values(
                valueFromASTUntyped(value, { ...values, ...variables }) as object,
              ).map((one: unknown) => (Array.isArray(one) ? one : [one]));
              // Nothing tells zeros apart.
              asked.push(typeof given === 'number' ? given + 0 : given);
            },
          });
          return { data: { violations: { totalCount: 1 } } };
        },
      ],
    ]),
    urls: {},
    hmacSecret: null,
    metrics: createMetrics(),
    limits: readConfig({}).limits,
  });
});
afterAll(() => gateway?.close());

/** What reaches the subgraph of a value that stands in the document. */
async function reaches(query: string, variables: Record<string, unknown> = {}): Promise<unknown[]> {
  asked.length = 0;
  const answer = await gateway.execute({ query, operationName: null, variables }, testContext(), true);
  expect(answer).toEqual({ data: { violations: { totalCount: 1 } } });
  return [...asked];
}

const COUNT = '{ totalCount }';
const inObject = (text: string) => `{ violations(filter: { minAreaSquareMetres: ${text} }) ${COUNT} }`;
const inDefault = (text: string) =>
  `query ($area: Float = ${text}) { violations(filter: { minAreaSquareMetres: $area }) ${COUNT} }`;
const inObjectDefault = (text: string) =>
  `query ($filter: ViolationFilter = { minAreaSquareMetres: ${text} }) { violations(filter: $filter) ${COUNT} }`;
const inList = (text: string) => `{ violations(within: { bbox: [${text}, 2, 3, 4] }) ${COUNT} }`;

const SPELLINGS = [
  '1e9',
  '2E9',
  '123e9',
  '-1e9',
  '1.0e9',
  '1.5E90',
  '1e-9',
  '1e+9',
  '0e9',
  '1e99',
  '9e9',
  '1.0',
];

/** Every form of the grammar: sign, digits, fraction, exponent with and without sign and leading zeros. */
const floats = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.nat(9).map(String), fc.bigInt(1n, 10n ** 18n).map(String)),
    fc.option(fc.stringMatching(/^[0-9]{1,12}$/)),
    fc.option(
      fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.stringMatching(/^[0-9]{1,2}$/)),
    ),
  )
  .filter(([, , fraction, exponent]) => fraction !== null || exponent !== null)
  .map(([sign, digits, fraction, exponent]) =>
    [sign, digits, fraction === null ? '' : `.${fraction}`, ...(exponent ?? [])].join(''),
  );

async function checkSpelling(text: string): Promise<void> {
  const value = Number(text) + 0;
  expect(
    await reaches(`query ($area: Float) { violations(filter: { minAreaSquareMetres: $area }) ${COUNT} }`, {
      area: value,
    }),
  ).toEqual([value]);
  expect([text, await reaches(inObject(text))]).toEqual([text, [value]]);
  expect([text, await reaches(inDefault(text))]).toEqual([text, [value]]);
  expect([text, await reaches(inObjectDefault(text))]).toEqual([text, [value]]);
  expect([text, await reaches(inList(text))]).toEqual([text, [value]]);
}

test.each(SPELLINGS)('the literal %s is the number that it is as the value of a variable', checkSpelling);

test('a literal of any spelling is the number that it is as the value of a variable', () =>
  fc.assert(fc.asyncProperty(floats, checkSpelling), { numRuns: 100 }));
