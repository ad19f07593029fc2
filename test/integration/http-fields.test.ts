import {
  buildClientSchema,
  type GraphQLObjectType,
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aMine } from '../support/builders.js';
import { startTestHub, type TestHub } from '../support/hub.js';

// Lists read no more columns than the fields they are asked for need: each field has to say the same whether it is
// asked for alone or with all others.

let hub: TestHub;

const data = async (query: string, variables: Record<string, unknown> = {}) => {
  const { body } = await hub.ask(query, { variables });
  expect(body.errors).toBeUndefined();
  return JSON.parse(JSON.stringify(body.data));
};

beforeAll(async () => {
  hub = await startTestHub({ LIMIT_COST: '1000000' });
  await data('mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
    input: [aMine({ code: 'FIELDS-1' })],
  });
  const licence = { mineCode: 'FIELDS-1', kind: 'MINING_LICENCE', issuer: '自然资源局', seams: ['3', '5'] };
  const period = { validFrom: '2020-01-01', validTo: '2040-01-01', statedAreaSquareKilometres: 1.5 };
  await data('mutation ($input: [LicenceInput!]!) { upsertLicences(input: $input) { created } }', {
    input: [
      { ...licence, ...period, number: 'L-1', validTo: '2024-01-01' },
      { ...licence, ...period, number: 'L-2', supersedesNumber: 'L-1', suspendedFrom: '2021-01-01' },
    ],
  });
  const { mine } = await data('{ mine(code: "FIELDS-1") { id } }');
  const ring = [
    [120, 43.5],
    [120.01, 43.5],
    [120.01, 43.51],
    [120, 43.51],
    [120, 43.5],
  ];
  await data(
    `mutation ($mineId: ID!, $content: String!) {
      importPermittedAreas(mineId: $mineId, format: GEOJSON, content: $content, options: {
        kind: MINING_RIGHT, authority: "自然资源局", validFrom: "2020-01-01", validTo: "2040-01-01", sigmaMetres: 0.1,
        ceilingMetres: 400, floorMetres: 100, documentNumber: "D-1", statedAreaSquareMetres: 900000
      }) { recorded }
    }`,
    { mineId: mine.id, content: JSON.stringify({ type: 'Polygon', coordinates: [ring] }) },
  );
});
afterAll(() => hub.stop());

test.each([
  ['Mine', (fields: string) => `{ list: mines { nodes { ${fields} } } }`],
  ['Mine', (fields: string) => `{ list: mines { edges { node { ${fields} } } } }`],
  ['Licence', (fields: string) => `{ list: mine(code: "FIELDS-1") { licences { ${fields} } } }`],
  ['PermittedArea', (fields: string) => `{ list: mine(code: "FIELDS-1") { permittedAreas { ${fields} } } }`],
  [
    'PermittedArea',
    (fields: string) =>
      `{ list: mine(code: "FIELDS-1") { ...Areas } } fragment Areas on Mine { permittedAreas { ... on PermittedArea { ${fields} } } }`,
  ],
])('each field of %s says the same alone as among all', async (typeName, list) => {
  const introspection = await hub.ask(getIntrospectionQuery());
  const schema = buildClientSchema(introspection.body.data as never);
  const fields = Object.values((schema.getType(typeName) as GraphQLObjectType).getFields()).map(
    ({ name, type }) => {
      const named = getNamedType(type);
      const isEntity = !isLeafType(named) && 'getFields' in named && 'id' in named.getFields();
      if (isLeafType(named)) return name;
      if (isEntity) return `${name} { id }`;
      return named.name === 'Corner' ? `${name} { number x y ring }` : `${name} { __typename }`;
    },
  );
  expect(fields.length).toBeGreaterThan(10);
  const together = JSON.stringify(await data(list(fields.join(' '))));
  for (const field of fields) {
    const alone = await data(list(field));
    expect(JSON.parse(together)).toMatchObject(alone);
    // An absent property would be null, or missing from the answer.
    expect(JSON.stringify(alone)).toContain(`"${field.split(' ')[0]}":`);
  }
});
