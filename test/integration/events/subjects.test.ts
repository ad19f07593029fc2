import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.js';
import { createCompiledExecutor } from '../../../src/gateway/compiled-executor.js';
import { composeSupergraph } from '../../../src/gateway/compose.js';
import { createGateway, type Gateway } from '../../../src/gateway/gateway.js';
import type { GraphQlResponse } from '../../../src/gateway/graphql-message.js';
import { feedWakes } from '../../../src/gateway/updates/update-wakes.js';
import type { Subgraph } from '../../../src/graph/subgraph.js';
import { createJudging } from '../../../src/judgement/judging.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { unchangingPrincipals } from '../../../src/platform/principal-source.js';
import { createTransact } from '../../../src/platform/transact.js';
import { SUBGRAPHS } from '../../../src/subgraphs/index.js';
import { aMine, mineId } from '../../support/builders.js';
import { testContext } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { testEvents } from '../../support/events.js';
import { registerMines } from '../../support/registered-mines.js';

const GONE = '4c0f1a52-58a5-8c60-9e1d-1d5b0a3f2c11';
const MINES = [aMine(), aMine()];

let database: TestDatabase;
let whole: Gateway;
/** The subgraph of the licences is away. */
let partial: Gateway;

beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  const events = testEvents(knex);
  const transact = createTransact(knex, events.committed);
  const config = readConfig({ MINEBOUND_SEED: 'none' });
  const deps = { knex, transact, ...createJudging(), events, webhooks: config.webhooks, extent: null };
  const subgraphs = await Promise.all(Object.values(SUBGRAPHS).map((create) => create(deps)));
  const gatewayOf = (here: readonly Subgraph[]) =>
    createGateway({
      supergraphSdl: composeSupergraph(subgraphs),
      local: new Map(here.map((each) => [each.name, createCompiledExecutor(each, createMetrics())])),
      urls: { licences: 'http://127.0.0.1:9/graphql' },
      hmacSecret: null,
      limits: config.limits,
      metrics: createMetrics(),
      updates: {
        heartbeatMs: 60_000,
        queue: 100,
        wakes: feedWakes(events.feed),
        principals: unchangingPrincipals,
      },
    });
  [whole, partial] = await Promise.all([
    gatewayOf(subgraphs),
    gatewayOf(subgraphs.filter(({ name }) => name !== 'licences')),
  ]);
  await registerMines(knex, MINES);
  await transact(testContext(), async (tx) =>
    tx.emit({ type: 'licence.withdrawn', subjectType: 'Licence', subjectId: GONE, divisionCode: '150421' }),
  );
});
afterAll(async () => {
  await Promise.all([whole.close(), partial.close()]);
  await database.close();
});

const plain = (response: unknown): GraphQlResponse => JSON.parse(JSON.stringify(response));

const request = (query: string, variables = {}) => ({ query, operationName: null, variables });

const ask = async (gateway: Gateway, query: string, variables = {}): Promise<GraphQlResponse> =>
  plain(await gateway.execute(request(query, variables), testContext(), false));

/** The first `count` updates of a type from the oldest on. */
async function told(gateway: Gateway, type: string, selection: string, count: number) {
  const query = `subscription { registryUpdates(after: "BEGIN", filter: { type: ["${type}"] }) { ${selection} } }`;
  const stream = await gateway.subscribe(request(query), testContext(), {
    readOnly: false,
    resumeAfter: null,
  });
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream.errors));
  const responses: GraphQlResponse[] = [];
  while (responses.length < count) responses.push(plain((await stream.next()).value));
  await stream.return(undefined);
  return responses;
}

const updates = (selection: string) =>
  `{ updates(after: "BEGIN", filter: { type: ["licence.withdrawn"] }) { nodes { ${selection} } } }`;

test('the subject of what is gone is null', async () => {
  const asked = [
    '{ ... on Licence { number } }',
    '{ __typename ... on Licence { id kind } ... on Mine { name } }',
  ];
  for (const subject of asked.map((fields) => `subject ${fields}`)) {
    const page = await ask(whole, updates(subject));
    expect(page).toEqual({ data: { updates: { nodes: [{ subject: null }] } } });
    const [update] = await told(whole, 'licence.withdrawn', subject, 1);
    expect(update).toEqual({ data: { registryUpdates: { subject: null } } });
  }
});

test('the type of a subject is told where it is asked for, and not otherwise', async () => {
  const of = (fields: string) =>
    told(whole, 'mine.created', `subject { ${fields} ... on Mine { name } }`, 1).then(
      ([first]) => first?.data,
    );
  const name = MINES[0]?.name;
  expect(await of('')).toEqual({ registryUpdates: { subject: { name } } });
  expect(await of('what: __typename')).toEqual({ registryUpdates: { subject: { what: 'Mine', name } } });
});

test('updates that a subgraph could add nothing to say so, every one', async () => {
  const selection = 'subjectId subject { ... on Mine { name licences { number } } }';
  const responses = await told(partial, 'mine.created', selection, MINES.length);
  for (const [i, { code }] of MINES.entries()) {
    expect(responses[i]).toMatchObject({
      data: { registryUpdates: { subjectId: mineId(code), subject: null } },
      errors: [
        {
          path: ['registryUpdates', 'subject'],
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'licences' },
        },
      ],
    });
  }
});

test('null where a value is required makes the nearest parent null that may be', async () => {
  const answers = [
    await ask(partial, '{ mines(first: 3) { nodes { name licences { number } } } }'),
    await ask(
      whole,
      'query ($n: Int) { mines(first: 3) { nodes { violations(first: $n) { totalCount } } } }',
      {
        n: -5,
      },
    ),
  ];
  expect(answers.map(({ data }) => data)).toEqual([null, null]);
  expect(answers.map(({ errors }) => errors?.[0]?.extensions['code'])).toEqual([
    'SUBGRAPH_UNAVAILABLE',
    'BAD_USER_INPUT',
  ]);
  // A mine that is asked for by its code may be missing; what else was asked for is there.
  const code = MINES[0]?.code;
  const { data } = await ask(
    partial,
    `{ mine(code: "${code}") { name licences { number } } mines { totalCount } }`,
  );
  expect(data).toEqual({ mine: null, mines: { totalCount: MINES.length } });
});
