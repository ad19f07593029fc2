import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { JudgementEngine } from '../../src/judgement/judgement-engine.js';
import type { RejudgementCause, RejudgementRequest } from '../../src/judgement/rejudgement.js';
import { RejudgementDesk } from '../../src/judgement/rejudgement-desk.js';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact, type Transaction } from '../../src/platform/transact.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { type AreaFacts, box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
const desk = new RejudgementDesk(new JudgementEngine());

const CORRECTED_AT = '2026-06-10T00:00:00Z';
const ALWAYS = { from: null, to: null };

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.knex.raw('truncate enforcement.judgement_diff, enforcement.judgement_run cascade');
  await situation.clear();
});

/** Writes the next version of an area and asks for what it touches to be judged again, in one transaction. */
function correct(
  area: { readonly id: string; readonly version: number },
  next: AreaFacts,
  cause: Partial<RejudgementCause> = {},
  at = CORRECTED_AT,
): Promise<RejudgementRequest> {
  return inTransaction(at, async (tx, request) => {
    await tx.sql('boundaries.permitted_area').where(area).update({ superseded_at: at });
    const version = area.version + 1;
    await new Situation(tx.sql).area({ ...next, id: area.id, version, recordedAt: at });
    return request({
      kind: 'AREA_CORRECTED',
      subjects: [{ id: area.id, version }],
      mineIds: [mineId(next.mine)],
      areas: [area, { id: area.id, version }],
      validity: ALWAYS,
      reason: 'Corner 3 was misread',
      ...cause,
    });
  });
}

function inTransaction<T>(
  at: string,
  work: (tx: Transaction, request: (cause: RejudgementCause) => Promise<RejudgementRequest>) => Promise<T>,
): Promise<T> {
  const context = testContext({ clock: fixedClock(at) });
  return createTransact(database.knex)(context, (tx) =>
    work(tx, (cause) => desk.request(context, tx, cause)),
  );
}

const entries = (diffId: string | null) =>
  database.knex('enforcement.judgement_diff_entry').where({ diff_id: diffId }).orderBy('violation_id');

const judgements = (observation: string) =>
  database.knex('enforcement.judgement').where({ observation_id: observation }).orderBy('sequence');

test('case 11: a boundary corrected retroactively so that the excess becomes permitted closes the violation with the reason; the old verdict still answers as of then', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const crossing = await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) });
  await situation.judge([crossing], fixedClock('2026-06-01T04:00:00Z'));
  const [violation] = await database.knex('enforcement.violation');
  expect(violation).toMatchObject({ state: 'DETECTED', kind: 'MINING_OUT_OF_BOUNDS' });

  const { diffId } = await correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 600, 500) });

  const [closed] = await database.knex('enforcement.violation');
  expect(closed).toMatchObject({ id: violation.id, state: 'AUTO_CLOSED' });
  expect(closed.reason).toContain(`MINING_RIGHT ${id} version 2`);
  expect(closed.reason).toContain('Corner 3 was misread');
  expect(await entries(diffId)).toMatchObject([
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
  const [before, after] = await judgements(crossing);
  expect(before).toMatchObject({ plan_verdict: 'CONFIRMED', superseded_at: new Date(CORRECTED_AT) });
  expect(after).toMatchObject({ plan_verdict: 'WITHIN', areas: [{ id, version: 2 }] });
});

test('a wrong boundary that comes back reopens what its correction closed', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const crossing = await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) });
  await situation.judge([crossing]);
  await correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 600, 500) });
  const { diffId } = await correct(
    { id, version: 2 },
    { mine: 'A', shape: box(0, 0, 500, 500) },
    {},
    '2026-06-11T00:00:00Z',
  );
  expect(await entries(diffId)).toMatchObject([
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
  const { diffId } = await correct({ id, version: 1 }, { mine: 'A', shape: box(0, 40, 520, 440) });
  const found = await entries(diffId);
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
