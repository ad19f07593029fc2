import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Subgraph } from '../../src/graph/subgraph.js';
import { fixedClock } from '../../src/platform/clock.js';
import { createEnforcementSubgraph } from '../../src/subgraphs/enforcement/subgraph.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { ALWAYS, CORRECTED_AT, RejudgementBench } from '../support/rejudgement-bench.js';
import { subgraphParts } from '../support/service-parts.js';
import { box, Situation } from '../support/situation.js';

// What becomes of violations when facts they rest on change. Which observations are judged again is in
// rejudgement-reach.test.ts.

let database: TestDatabase;
let situation: Situation;
let bench: RejudgementBench;
let enforcement: Subgraph;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('A');
  bench = new RejudgementBench(database.knex);
  enforcement = await createEnforcementSubgraph(subgraphParts(database.knex));
});
afterAll(() => database.close());
beforeEach(async () => {
  await bench.clear();
  await situation.clear();
});

/** What the graph answers about an observation, with what was known then or is known now. */
async function verdict(observation: string, known: string | null): Promise<unknown> {
  const { data, errors } = await graphql({
    schema: enforcement.schema,
    source: `query ($observation: ID!, $known: DateTime) {
      judgement(observationId: $observation, asOf: { known: $known }) {
        plan { verdict } permittedAreas { versionId } findings { kind verdict }
      }
    }`,
    variableValues: { observation, known },
    contextValue: testContext({ clock: fixedClock('2026-06-20T00:00:00Z') }),
  });
  if (errors) throw errors[0]?.originalError ?? errors[0];
  return data?.['judgement'];
}

test('case 11: a boundary corrected retroactively so that the excess becomes permitted closes the violation with the reason; the old verdict still answers as of then', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const crossing = await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) });
  await situation.judge([crossing], fixedClock('2026-06-01T04:00:00Z'));
  const [violation] = await database.knex('enforcement.violation');
  expect(violation).toMatchObject({ state: 'DETECTED', kind: 'MINING_OUT_OF_BOUNDS' });

  const { diffId } = await bench.correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 600, 500) });

  const [closed] = await database.knex('enforcement.violation');
  expect(closed).toMatchObject({ id: violation.id, state: 'AUTO_CLOSED' });
  expect(closed.reason).toContain(`MINING_RIGHT ${id} version 2`);
  expect(closed.reason).toContain('Corner 3 was misread');
  expect(await bench.entries(diffId)).toMatchObject([
    {
      change: 'AUTO_CLOSED',
      violation_id: violation.id,
      kind: 'MINING_OUT_OF_BOUNDS',
      area_before_m2: violation.area_m2,
      area_after_m2: null,
      verdict_before: 'CONFIRMED',
      verdict_after: null,
      reason: closed.reason,
    },
  ]);
  expect(await verdict(crossing, '2026-06-09T23:59:59Z')).toEqual({
    plan: { verdict: 'CONFIRMED' },
    permittedAreas: [{ versionId: `${id}@1` }],
    findings: [{ kind: 'MINING_OUT_OF_BOUNDS', verdict: 'CONFIRMED' }],
  });
  const corrected = {
    plan: { verdict: 'WITHIN' },
    permittedAreas: [{ versionId: `${id}@2` }],
    findings: [],
  };
  for (const known of [CORRECTED_AT, null]) expect(await verdict(crossing, known)).toEqual(corrected);
  await expect(verdict(crossing, '2026-05-31T00:00:00Z')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a wrong boundary that comes back reopens what its correction closed', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const crossing = await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) });
  await situation.judge([crossing]);
  await bench.correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 600, 500) });
  const { diffId } = await bench.correct(
    { id, version: 2 },
    { mine: 'A', shape: box(0, 0, 500, 500) },
    {},
    '2026-06-11T00:00:00Z',
  );
  expect(await bench.entries(diffId)).toMatchObject([
    { change: 'REOPENED', area_before_m2: null, verdict_after: 'CONFIRMED' },
  ]);
  expect(await database.knex('enforcement.violation')).toMatchObject([{ state: 'REOPENED' }]);
});

test('a difference says what appeared, grew and shrank', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const [east, north, south] = await Promise.all([
    situation.observation({ mine: 'A', shape: box(450, 200, 100, 50) }),
    situation.observation({ mine: 'A', shape: box(200, 450, 50, 100) }),
    situation.observation({ mine: 'A', shape: box(200, 10, 50, 50) }),
  ]);
  await situation.judge([east, north, south]);
  const { diffId } = await bench.correct({ id, version: 1 }, { mine: 'A', shape: box(0, 40, 520, 440) });
  const found = await bench.entries(diffId);
  expect(found.map((entry) => [entry.change, Math.round(entry.area_after_m2 / 100)]).sort()).toEqual([
    ['APPEARED', 15],
    ['GREW', 35],
    ['SHRANK', 15],
  ]);
  const [diff] = await database.knex('enforcement.judgement_diff');
  expect(diff).toMatchObject({
    id: diffId,
    kind: 'AREA_CORRECTED',
    reason: 'Corner 3 was misread',
    observations: 3,
    judged: 3,
    changed: 3,
    completed_at: new Date(CORRECTED_AT),
  });
});

test('of two parts of one observation the one that becomes permitted is closed, and the difference tells how much that was', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  // 50 m beyond it in the west, 80 m in the east: two violations.
  await situation.judge([await situation.observation({ mine: 'A', shape: box(-50, 0, 630, 100) })]);
  expect(await database.knex('enforcement.violation')).toHaveLength(2);
  const steps = [
    { shape: box(-50, 0, 550, 500), grown: -5000, standing: 1 },
    { shape: box(0, 0, 500, 500), grown: 5000, standing: 2 },
    { shape: box(0, 0, 580, 500), grown: -8000, standing: 1 },
    { shape: box(0, 0, 500, 500), grown: 8000, standing: 2 },
  ];
  const closed: string[] = [];
  for (const [i, { shape, grown, standing }] of steps.entries()) {
    const at = `2026-06-1${i}T00:00:00Z`;
    const { diffId } = await bench.correct({ id, version: i + 1 }, { mine: 'A', shape }, {}, at);
    const told = await bench.entries(diffId);
    const more = told.map((entry) => (entry.area_after_m2 ?? 0) - (entry.area_before_m2 ?? 0));
    expect(Math.round(more.reduce((sum, each) => sum + each, 0) / 10) * 10).toBe(grown);
    const open = await database.knex('enforcement.violation').whereNot({ state: 'AUTO_CLOSED' });
    expect(open).toHaveLength(standing);
    closed.push(...told.filter((entry) => entry.change === 'AUTO_CLOSED').map((entry) => entry.violation_id));
  }
  expect(closed).toHaveLength(1);
});

test('an observation that is withdrawn takes its verdict along; what it alone supported is closed, and it may come back', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const [first, later] = [
    await situation.observation({
      mine: 'A',
      shape: box(450, 0, 100, 100),
      observedAt: '2026-03-01T04:00:00Z',
    }),
    await situation.observation({
      mine: 'A',
      shape: box(450, 0, 110, 100),
      observedAt: '2026-04-01T04:00:00Z',
    }),
  ];
  await situation.judge([first, later]);
  const [violation] = await database.knex('enforcement.violation');
  const withdraw = (id: string, at: string | null) =>
    bench.inTransaction(CORRECTED_AT, async (tx, request) => {
      await tx.sql('boundaries.observation').where({ id }).update({ withdrawn_at: at });
      return request({
        kind: 'OBSERVATION_WITHDRAWN',
        subjects: [{ id, version: 1 }],
        mineIds: [],
        observationIds: [id],
        validity: ALWAYS,
        reason: 'Seen by mistake',
      });
    });

  // The violation is named after its earliest finding; without it, after the next.
  const renamed = await withdraw(first, CORRECTED_AT);
  expect(await bench.judgements(first)).toMatchObject([{ superseded_at: new Date(CORRECTED_AT) }]);
  expect(await database.knex('enforcement.violation')).toMatchObject([
    { state: 'DETECTED', area_m2: violation.area_m2 },
  ]);
  expect(await bench.entries(renamed.diffId)).toEqual([]);
  expect(await database.knex('enforcement.violation_alias').pluck('old_id')).toEqual([violation.id]);

  const closed = await withdraw(later, CORRECTED_AT);
  expect(await bench.entries(closed.diffId)).toMatchObject([{ change: 'AUTO_CLOSED' }]);
  const [gone] = await database.knex('enforcement.violation');
  expect(gone).toMatchObject({ state: 'AUTO_CLOSED' });
  expect(gone.reason).toContain('Seen by mistake');
  expect(await database.knex('enforcement.finding').where({ current: true })).toEqual([]);

  const back = await withdraw(later, null);
  expect(await bench.entries(back.diffId)).toMatchObject([{ change: 'REOPENED' }]);
  expect((await bench.judgements(later)).map((judgement) => judgement.sequence)).toEqual([1, 2]);
});
