import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeSupergraph } from '../../src/gateway/compose.js';
import type { Subgraph } from '../../src/graph/subgraph.js';
import { fixedClock } from '../../src/platform/clock.js';
import type { RequestContext } from '../../src/platform/context.js';
import type { GraphDeps } from '../../src/subgraphs/deps.js';
import { createEnforcementSubgraph } from '../../src/subgraphs/enforcement/subgraph.js';
import { SUBGRAPHS } from '../../src/subgraphs/index.js';
import { mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { subgraphParts } from '../support/service-parts.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
let deps: GraphDeps;
let enforcement: Subgraph;
let right: string;
let observation: string;

/** Mine A digs 100 m beyond its right, half of that into B's, and 15 m too deep. */
beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  deps = { ...subgraphParts(database.knex), judge: situation.engine };
  enforcement = await createEnforcementSubgraph(deps);
  for (const code of ['A', 'B']) await situation.mine(code);
  right = await situation.area({ mine: 'A', shape: box(0, 0, 1000, 1000), floor: 900, ceiling: 1000 });
  await situation.area({ mine: 'B', shape: box(1050, 0, 1000, 1000) });
  observation = await situation.observation({
    mine: 'A',
    shape: box(900, 100, 200, 100),
    zMin: 885,
    zMax: 950,
    sigmaZ: 2,
  });
  await situation.judge([observation]);
});
afterAll(() => database.close());

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly originalError?: unknown }[];
}

const ask = async (
  text: string,
  variableValues: Record<string, unknown> = {},
  context: RequestContext = testContext(),
): Promise<Answer> =>
  (await execute({
    schema: enforcement.schema,
    document: parse(text),
    variableValues,
    contextValue: context,
  })) as Answer;

const JUDGEMENT = `fragment Whole on Judgement {
  id sequence observation { id } mine { id } policyVersion judgingSrid judgedAt known supersededAt engine digest
  plan { verdict withinAreaSquareMetres excessAreaSquareMetres footprintAreaSquareMetres sliverCount sliverAreaSquareMetres attribution }
  depth { verdict depthOverrunMetres }
  permittedAreas { versionId }
  findings { kind verdict areaSquareMetres areaMu overrunMetres depthOverrunMetres shareOfFootprint otherMine { id } observation { id }
    judgement { id } geometry overrunPoint }
}`;

test('what lies inside the elevation band, or reaches its edge, has no overrun', async () => {
  const seen = (zMin: number, zMax: number) =>
    situation.observation({ mine: 'A', shape: box(100, 100, 20, 20), zMin, zMax, sigmaZ: 2 });
  const ids = [await seen(950, 960), await seen(900, 1000)];
  await situation.judge(ids);
  for (const id of ids) {
    const { data } = await ask(
      'query ($id: ID!) { judgement(observationId: $id) { depth { verdict depthOverrunMetres } } }',
      { id },
    );
    expect(data).toEqual({ judgement: { depth: { verdict: 'WITHIN', depthOverrunMetres: null } } });
  }
});

test('a judgement shows its verdicts and all it was reached with', async () => {
  const answer = await ask(`query ($id: ID!) { judgement(observationId: $id) { ...Whole } } ${JUDGEMENT}`, {
    id: observation,
  });
  expect(answer.errors).toBeUndefined();
  const judgement = answer.data?.['judgement'] as Record<string, unknown>;
  expect(judgement).toMatchObject({
    sequence: 1,
    observation: { id: observation },
    mine: { id: mineId('A') },
    policyVersion: 1,
    judgingSrid: 4549,
    supersededAt: null,
    plan: { verdict: 'CONFIRMED', sliverCount: 0, sliverAreaSquareMetres: 0, attribution: 'GIVEN' },
    depth: { verdict: 'CONFIRMED', depthOverrunMetres: 15 },
  });
  expect(judgement['permittedAreas']).toContainEqual({ versionId: `${right}@1` });
  expect(judgement['engine']).toMatchObject({ postgis: expect.any(String), geos: expect.any(String) });
  const plan = judgement['plan'] as Record<string, number>;
  expect((plan['withinAreaSquareMetres'] ?? 0) + (plan['excessAreaSquareMetres'] ?? 0)).toBeCloseTo(
    plan['footprintAreaSquareMetres'] ?? 0,
    3,
  );
  const findings = judgement['findings'] as Record<string, unknown>[];
  expect(findings).toHaveLength(3);
  expect(findings.map((finding) => [finding['kind'], finding['otherMine']])).toEqual(
    expect.arrayContaining([
      ['ENCROACHMENT', { id: mineId('B') }],
      ['MINING_OUT_OF_BOUNDS', null],
      ['BEYOND_DEPTH', null],
    ]),
  );
  for (const finding of findings) {
    expect(finding['judgement']).toEqual({ id: judgement['id'] });
    expect(finding['geometry']).toMatchObject({ type: 'MultiPolygon' });
    expect(finding['areaMu']).toBeCloseTo((Number(finding['areaSquareMetres']) * 3) / 2000, 9);
  }
  expect(findings.find((finding) => finding['kind'] === 'ENCROACHMENT')?.['overrunPoint']).toMatchObject({
    type: 'Point',
  });
});

test('violations show mine, neighbour, geometry and findings, the geometry in one statement for all of them', async () => {
  const statements: string[] = [];
  const note = (query: { sql: string }) => statements.push(query.sql);
  database.knex.on('query', note);
  const answer = await ask(
    `{ violations(orderBy: AREA_DESC) { totalCount pageInfo { hasNextPage }
       nodes { id mine { id } otherMine { id } kind verdict state areaSquareMetres areaMu overrunMetres depthOverrunMetres
         growthSquareMetresPerDay geometry findings { kind observation { id } } } } }`,
  );
  database.knex.removeListener('query', note);
  expect(answer.errors).toBeUndefined();
  // The page, its count, the geometries, the findings.
  expect(statements).toHaveLength(4);
  expect(answer.data?.['violations']).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
  const violations =
    (answer.data?.['violations'] as { nodes: Record<string, unknown>[] } | undefined)?.nodes ?? [];
  expect(violations).toHaveLength(3);
  expect(violations.map((violation) => violation['kind'])).toEqual(
    expect.arrayContaining(['BEYOND_DEPTH', 'ENCROACHMENT', 'MINING_OUT_OF_BOUNDS']),
  );
  for (const violation of violations) {
    expect(violation).toMatchObject({ mine: { id: mineId('A') }, verdict: 'CONFIRMED', state: 'DETECTED' });
    expect(violation['geometry']).toMatchObject({ type: 'MultiPolygon' });
    expect(violation['findings']).toEqual([{ kind: violation['kind'], observation: { id: observation } }]);
  }
  const unasked: string[] = [];
  const noteAgain = (query: { sql: string }) => unasked.push(query.sql);
  database.knex.on('query', noteAgain);
  await ask('{ violations { nodes { id areaSquareMetres } } }');
  database.knex.removeListener('query', noteAgain);
  expect(unasked).toHaveLength(1);
  expect(unasked[0]).not.toMatch(/GeoJSON/i);
});

test('references resolve violations, judgements, the judgement of an observation and the violations of a mine', async () => {
  const one = await ask('{ violations(first: 1) { nodes { id } } }');
  const violation = (one.data?.['violations'] as { nodes: { id: string }[] } | undefined)?.nodes[0]?.id;
  const current = (
    await ask('query ($id: ID!) { judgement(observationId: $id) { id } }', { id: observation })
  ).data?.['judgement'] as { id: string };
  const answer = await ask(
    `query ($keys: [_Any!]!) { _entities(representations: $keys) {
       ... on Violation { id kind } ... on Judgement { id sequence } ... on Observation { judgement { id } }
       ... on Mine { violations(first: 1, orderBy: OVERRUN_DESC) { totalCount pageInfo { hasNextPage } nodes { kind } } } } }`,
    {
      keys: [
        { __typename: 'Violation', id: violation },
        { __typename: 'Judgement', id: current?.id },
        { __typename: 'Observation', id: observation },
        { __typename: 'Mine', id: mineId('A') },
        { __typename: 'Mine', id: mineId('B') },
        { __typename: 'Violation', id: mineId('A') },
      ],
    },
  );
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.['_entities']).toMatchObject([
    { id: violation },
    { id: current?.id, sequence: 1 },
    { judgement: current },
    { violations: { totalCount: 3, pageInfo: { hasNextPage: true }, nodes: [{}] } },
    { violations: { totalCount: 0, pageInfo: { hasNextPage: false }, nodes: [] } },
    null,
  ]);
});

test('a superseded judgement still answers for the time when it stood', async () => {
  const pit = await situation.observation({ mine: 'B', shape: box(3000, 0, 100, 100) });
  const first = fixedClock('2026-06-10T00:00:00Z');
  await situation.judge([pit], first);
  await situation.area({ mine: 'B', shape: box(2900, -100, 300, 300), recordedAt: '2026-06-15T00:00:00Z' });
  await situation.judge([pit], fixedClock('2026-06-20T00:00:00Z'));
  const verdictAt = async (known: string | null) => {
    const asOf = known === null ? null : { known };
    const answer = await ask(
      'query ($id: ID!, $asOf: AsOf) { judgement(observationId: $id, asOf: $asOf) { sequence plan { verdict } } }',
      { id: pit, asOf },
    );
    return answer.data?.['judgement'] ?? answer.errors?.[0]?.originalError;
  };
  expect(await verdictAt(null)).toEqual({ sequence: 2, plan: { verdict: 'WITHIN' } });
  expect(await verdictAt('2026-06-20T00:00:00Z')).toEqual({ sequence: 2, plan: { verdict: 'WITHIN' } });
  expect(await verdictAt('2026-06-19T23:59:59Z')).toMatchObject({ sequence: 1 });
  expect(await verdictAt('2026-06-19T23:59:59Z')).not.toMatchObject({ plan: { verdict: 'WITHIN' } });
  expect(await verdictAt('2026-06-09T00:00:00Z')).toMatchObject({ code: 'NOT_FOUND' });
});

test('a county officer gets no foreign judgement, and an unknown observation has none', async () => {
  const officer = testContext({ principal: countyOfficer('210381') });
  const query = 'query ($id: ID!) { judgement(observationId: $id) { id } }';
  const foreign = await ask(query, { id: observation }, officer);
  expect(foreign.errors?.[0]?.originalError).toMatchObject({ code: 'NOT_FOUND' });
  const unknown = await ask(query, { id: 'no such thing' });
  expect(unknown.errors?.[0]?.originalError).toMatchObject({ code: 'NOT_FOUND' });
  const known = await ask(
    'query ($id: ID!) { judgement(observationId: $id, asOf: { known: "2030-01-01T00:00:00Z" }) { id } }',
    { id: observation },
    officer,
  );
  expect(known.errors?.[0]?.originalError).toMatchObject({ code: 'NOT_FOUND' });
});

test('the mutation judges what it is given, statistics and the policy can be asked for', async () => {
  const judged = await ask(
    'mutation ($ids: [ID!]) { judge(observationIds: $ids) { id state total judged changed scope } }',
    { ids: [observation] },
  );
  expect(judged.data?.['judge']).toMatchObject({ state: 'DONE', total: 1, judged: 1, changed: 0 });
  const rest = await ask(
    `{ violationStatistics(groupBy: [KIND]) { keys { key value label } count areaSquareMetres areaMu greatestOverrunMetres }
       tolerancePolicy { version kProbable kConfirmed minAreaSquareMetres } missing: tolerancePolicy(version: 99) { version }
       judgementRuns(first: 1) { nodes { state requestedBy } } }`,
  );
  expect(rest.errors).toBeUndefined();
  expect(rest.data).toMatchObject({
    tolerancePolicy: { version: 1, kProbable: 1, kConfirmed: 2, minAreaSquareMetres: 10 },
    missing: null,
    judgementRuns: { nodes: [{ state: 'DONE' }] },
  });
  const rows = (rest.data?.['violationStatistics'] ?? []) as { areaMu: number; areaSquareMetres: number }[];
  expect(rows.length).toBeGreaterThan(2);
  for (const row of rows) expect(row.areaMu).toBeCloseTo((row.areaSquareMetres * 3) / 2000, 9);
});

test('the four subgraphs compose', async () => {
  const subgraphs = await Promise.all(Object.values(SUBGRAPHS).map((create) => create(deps)));
  const supergraph = composeSupergraph(subgraphs);
  expect(supergraph).toContain('type Judgement');
});
