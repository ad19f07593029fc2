import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import { createObservationWithdrawalService } from '../../src/subgraphs/boundaries/services.js';
import { createViolationLifeService } from '../../src/subgraphs/enforcement/services.js';
import type { ReviewDecision } from '../../src/vocabulary/violation-life.js';
import { at, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceParts } from '../support/service-parts.js';
import { box, polygon, Situation } from '../support/situation.js';
import { BECAUSE } from '../support/versions.js';

// Of violations that others have taken over, as of instants before, between and after.

let database: TestDatabase;
let situation: Situation;
let lives: ReturnType<typeof createViolationLifeService>;
let withdrawals: ReturnType<typeof createObservationWithdrawalService>;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('PIT');
  const parts = serviceParts(database.knex);
  lives = createViolationLifeService(parts);
  withdrawals = createObservationWithdrawalService(parts);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.knex.raw(
    `truncate enforcement.violation_transition, enforcement.past_violation_transition, enforcement.past_violation,
      enforcement.past_violation_finding`,
  );
  await situation.clear();
  await situation.area({ mine: 'PIT', shape: box(0, 0, 1000, 1000) });
});

const june = (day: number, hour = 0): string => new Date(Date.UTC(2026, 5, day, hour)).toISOString();

/** Sees `shape` on a day of March, and judges it on one of June. Returns the open violations from south to north. */
async function sees(observedOn: number, shape: ReturnType<typeof box>, judgedOn: number): Promise<string[]> {
  const observedAt = `2026-03-${String(observedOn).padStart(2, '0')}T04:00:00Z`;
  const id = await situation.observation({ mine: 'PIT', activity: 'STRIPPING', shape, observedAt });
  await situation.judge([id], fixedClock(june(judgedOn)));
  return database.knex('enforcement.violation').orderByRaw('ST_YMin(geom)').pluck('id');
}

/** Two bulges beyond the right at x = 1000, which hang together inside it. */
const twoBulges = polygon(
  [900, 100],
  [1050, 100],
  [1050, 200],
  [950, 200],
  [950, 300],
  [1060, 300],
  [1060, 400],
  [900, 400],
);

const decide = (id: string, day: number, decision: ReviewDecision, note: string) =>
  lives.review(at(june(day, 1)), id, { decision, note, seen: null });

const notes = async (id: string, known: string | null): Promise<(string | null)[]> =>
  (await lives.history(testContext(), id, 50, known === null ? null : new Date(known))).map(
    ({ note }) => note,
  );

test('each has the steps that were its own, whatever another has inherited since', async () => {
  const [one = '', two = ''] = await sees(10, twoBulges, 1);
  await decide(one, 2, 'START_REVIEW', 'of one');
  await decide(two, 2, 'START_REVIEW', 'of two');
  const [first = '', ...others] = await sees(9, box(990, 50, 80, 400), 4);
  expect(others).toEqual([]);
  await decide(first, 5, 'CONFIRM', 'of the first heir');
  const [last = ''] = await sees(8, box(990, 40, 90, 420), 7);
  expect(new Set([one, two, first, last]).size).toBe(4);

  expect([await notes(one, june(3)), await notes(two, june(3))]).toEqual([['of one'], ['of two']]);
  expect(await notes(one, june(2))).toEqual([]);
  expect(await notes(first, june(4, 12))).toEqual(['of one', 'of two']);
  expect(await notes(first, june(6))).toEqual(['of one', 'of two', 'of the first heir']);
  expect(await notes(last, june(8))).toEqual(['of one', 'of two', 'of the first heir']);
  expect(await notes(last, null)).toEqual(['of one', 'of two', 'of the first heir']);
});

test('one that comes back after another had taken it over inherits what was done meanwhile', async () => {
  const [young = ''] = await sees(10, box(990, 100, 60, 100), 1);
  await decide(young, 2, 'START_REVIEW', 'before');
  const [old = ''] = await sees(9, box(990, 50, 80, 400), 4);
  await decide(old, 5, 'CONFIRM', 'meanwhile');
  const { id: earlier } = await database.knex('boundaries.observation').orderBy('observed_at').first('id');
  await withdrawals.withdraw(at(june(6)), earlier, BECAUSE);
  expect(await database.knex('enforcement.violation').pluck('id')).toEqual([young]);

  expect([await notes(young, june(3)), await notes(old, june(3))]).toEqual([['before'], []]);
  expect([await notes(young, june(5, 12)), await notes(old, june(5, 12))]).toEqual([
    [],
    ['before', 'meanwhile'],
  ]);
  expect(await notes(young, june(7))).toEqual(['before', 'meanwhile']);
  expect(await notes(young, null)).toEqual(['before', 'meanwhile']);
});
