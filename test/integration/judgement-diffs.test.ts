import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subgraph } from '../../src/graph/subgraph.js';
import { fixedClock } from '../../src/platform/clock.js';
import type { RequestContext } from '../../src/platform/context.js';
import { createEnforcementSubgraph } from '../../src/subgraphs/enforcement/subgraph.js';
import { mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { CORRECTED_AT, RejudgementBench } from '../support/rejudgement-bench.js';
import { subgraphParts } from '../support/service-parts.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let enforcement: Subgraph;
let area: string;

const LATER = testContext({ clock: fixedClock('2026-06-11T00:00:00Z') });

/** The right of A was recorded 50 m too far; corrected, one activity is out of bounds and one farther than before. */
beforeAll(async () => {
  database = await openTestDatabase();
  const situation = await Situation.open(database.knex);
  enforcement = await createEnforcementSubgraph(subgraphParts(database.knex));
  await situation.mine('A');
  area = await situation.area({ mine: 'A', shape: box(0, 0, 550, 500) });
  await situation.judge([
    await situation.observation({ mine: 'A', shape: box(500, 0, 40, 40) }),
    await situation.observation({ mine: 'A', shape: box(500, 200, 100, 40) }),
  ]);
  await new RejudgementBench(database.knex).correct(
    { id: area, version: 1 },
    { mine: 'A', shape: box(0, 0, 500, 500) },
    { validity: { from: '2020-01-01', to: '2030-01-01' }, reason: 'Typed 550 for 500' },
  );
});
afterAll(() => database.close());

const ask = async (
  text: string,
  variableValues: Record<string, unknown> = {},
  context: RequestContext = testContext(),
): Promise<Record<string, unknown>> => {
  const { data, errors } = await execute({
    schema: enforcement.schema,
    document: parse(text),
    variableValues,
    contextValue: context,
  });
  if (errors) throw errors[0]?.originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
};

const DIFFS = `query ($mine: ID, $violation: ID, $cause: [RejudgementKind!]) {
  judgementDiffs(mineId: $mine, violationId: $violation, cause: $cause) { totalCount nodes {
    id cause subjects { id version } reason requestedBy requestedAt validFrom validTo observations judged changed completedAt
    changes { change count }
    entries { change violationId violation { id state areaSquareMetres } mine { id } kind areaBefore areaAfter verdictBefore verdictAfter reason }
  } }
}`;

type Diffs = {
  judgementDiffs: { totalCount: number; nodes: { id: string; entries: Record<string, unknown>[] }[] };
};

test('the differences of a mine tell what changed, why, and what became of each violation', async () => {
  const { judgementDiffs } = (await ask(DIFFS, { mine: mineId('A') })) as Diffs;
  expect(judgementDiffs).toMatchObject({
    totalCount: 1,
    nodes: [
      {
        cause: 'AREA_CORRECTED',
        subjects: [{ id: area, version: 2 }],
        reason: 'Typed 550 for 500',
        requestedBy: 'local-administrator',
        requestedAt: new Date(CORRECTED_AT).toISOString(),
        completedAt: new Date(CORRECTED_AT).toISOString(),
        validFrom: '2020-01-01',
        validTo: '2030-01-01',
        observations: 2,
        judged: 2,
        changed: 2,
        changes: [
          { change: 'APPEARED', count: 1 },
          { change: 'GREW', count: 1 },
        ],
      },
    ],
  });
  const [diff] = judgementDiffs.nodes;
  const appeared = diff?.entries.find((entry) => entry['change'] === 'APPEARED');
  expect(appeared).toMatchObject({
    kind: 'MINING_OUT_OF_BOUNDS',
    areaBefore: null,
    areaAfter: expect.closeTo(1600, -1),
    verdictBefore: null,
    verdictAfter: 'CONFIRMED',
    mine: { id: mineId('A') },
    violation: { state: 'DETECTED' },
  });
  const grew = diff?.entries.find((entry) => entry['change'] === 'GREW');
  expect(grew).toMatchObject({ areaBefore: expect.closeTo(2000, -1), areaAfter: expect.closeTo(4000, -1) });
  const ofViolation = (await ask(DIFFS, { violation: grew?.['violationId'] })) as Diffs;
  expect(ofViolation.judgementDiffs.nodes.map((node) => node.id)).toEqual([diff?.id]);
  for (const filter of [{ cause: ['POLICY_CHANGED'] }, { mine: mineId('B') }, { violation: 'nothing' }]) {
    expect(await ask(DIFFS, filter)).toMatchObject({ judgementDiffs: { totalCount: 0, nodes: [] } });
  }
});

test('an officer sees the differences of the county and no others', async () => {
  const there = testContext({ principal: countyOfficer('150421') });
  const elsewhere = testContext({ principal: countyOfficer('210381') });
  const { judgementDiffs } = (await ask(DIFFS, {}, there)) as Diffs;
  expect(judgementDiffs.nodes[0]?.entries).toHaveLength(2);
  expect(judgementDiffs.nodes[0]).toMatchObject({
    subjects: [{ id: area, version: 2 }],
    reason: 'Typed 550 for 500',
    requestedBy: 'local-administrator',
    observations: null,
    judged: null,
    changed: null,
  });
  expect(await ask(DIFFS, {}, elsewhere)).toMatchObject({ judgementDiffs: { totalCount: 0 } });
  const one = 'query ($id: ID!) { judgementDiff(id: $id) { id } }';
  const id = judgementDiffs.nodes[0]?.id;
  expect(await ask(one, { id }, there)).toEqual({ judgementDiff: { id } });
  expect(await ask(one, { id }, elsewhere)).toEqual({ judgementDiff: null });
});

test('the entries of a difference come in pages, and by what happened', async () => {
  const page = `query ($after: ID, $change: [ViolationChange!]) {
    judgementDiffs { nodes { entries(first: 1, after: $after, change: $change) { violationId change } } }
  }`;
  const entriesOf = (answer: unknown) => (answer as Diffs).judgementDiffs.nodes[0]?.entries ?? [];
  const [first] = entriesOf(await ask(page));
  const [second, ...more] = entriesOf(await ask(page, { after: first?.['violationId'] }));
  expect(more).toEqual([]);
  expect(new Set([first?.['change'], second?.['change']])).toEqual(new Set(['APPEARED', 'GREW']));
  expect(entriesOf(await ask(page, { change: ['GREW'] }))).toMatchObject([{ change: 'GREW' }]);
});

test('a policy is changed by a mutation with a reason, and its run and difference are there to read', async () => {
  const change = `mutation ($input: TolerancePolicyInput!, $reason: String!) {
    changeTolerancePolicy(input: $input, reason: $reason) {
      policy { version state kConfirmed minAreaSquareMetres } run { state total judged policyVersion judgementDiff { cause reason subjects { id version } } }
    }
  }`;
  const answer = await ask(
    change,
    { input: { minAreaSquareMetres: 2000 }, reason: 'Small ones are for the county' },
    LATER,
  );
  expect(answer).toEqual({
    changeTolerancePolicy: {
      policy: { version: 2, state: 'IN_FORCE', kConfirmed: 2, minAreaSquareMetres: 2000 },
      run: {
        state: 'DONE',
        total: 2,
        judged: 2,
        policyVersion: 2,
        judgementDiff: {
          cause: 'POLICY_CHANGED',
          reason: 'Small ones are for the county',
          subjects: [{ id: 'tolerance-policy', version: 2 }],
        },
      },
    },
  });
  const runs = '{ judgementRuns { nodes { policyVersion judgementDiff { cause } } } }';
  expect(await ask(runs, {}, testContext({ principal: countyOfficer('150421') }))).toEqual({
    judgementRuns: { nodes: [] },
  });
  const policies =
    '{ tolerancePolicy { version } tolerancePolicies { totalCount nodes { version state reason } } }';
  expect(await ask(policies)).toEqual({
    tolerancePolicy: { version: 2 },
    tolerancePolicies: {
      totalCount: 2,
      nodes: [
        { version: 2, state: 'IN_FORCE', reason: 'Small ones are for the county' },
        { version: 1, state: 'REPLACED', reason: 'The numbers the hub starts with' },
      ],
    },
  });
  const { judgementDiffs } = (await ask(DIFFS, { cause: ['POLICY_CHANGED'] })) as Diffs;
  expect(judgementDiffs.nodes[0]?.entries).toMatchObject([
    { change: 'AUTO_CLOSED', areaAfter: null, violation: { state: 'AUTO_CLOSED' } },
  ]);
  await expect(ask(change, { input: { kConfirmed: -1 }, reason: 'x' }, LATER)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
});
