import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTransact } from '../../src/platform/transact.js';
import type { EnforcementService } from '../../src/subgraphs/enforcement/enforcement.service.js';
import type { JudgementRun } from '../../src/subgraphs/enforcement/runs/judgement-run.js';
import type { JudgementRunner } from '../../src/subgraphs/enforcement/runs/judgement-runner.service.js';
import { createEnforcementService, createJudgementRunner } from '../../src/subgraphs/enforcement/services.js';
import { mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { type JudgePart, judgePart, judgingParts } from '../support/part-judging.js';
import { box, Situation } from '../support/situation.js';

/** A tenth of what it is in a hub, and all counts below with it. */
const PART_SIZE = 50;

let database: TestDatabase;
let situation: Situation;
let runner: JudgementRunner;
let enforcement: EnforcementService;

const partsWith = (by: JudgePart) => ({
  knex: database.knex,
  transact: createTransact(database.knex),
  ...judgingParts(by),
  partSize: PART_SIZE,
});
const serviceWith = (by: JudgePart): EnforcementService => createEnforcementService(partsWith(by));

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
// A run that a test has left under way must not meet the clearing of the tables.
afterEach(() => runner.stop());
afterAll(() => database.close());
beforeEach(async () => {
  runner = createJudgementRunner(partsWith(judgePart));
  enforcement = createEnforcementService(partsWith(judgePart), runner);
  await situation.clear();
  await database.knex('enforcement.judgement_run').delete();
  await situation.area({ mine: 'A', shape: box(0, 0, 1000, 1000) });
  await situation.area({ mine: 'B', shape: box(3000, 0, 1000, 1000) });
});

/** Stores many small observations of a mine inside A at once, not judged yet. */
async function many(count: number, mine = 'A'): Promise<void> {
  await database.knex.raw(
    `insert into boundaries.observation (id, provider, mine_id, activity, method, observed_at, geom, sigma_m, area_m2, recorded_at,
       content_digest)
     select gen_random_uuid(), 'many', ?, 'EXTRACTION', 'UAV', '2026-05-01', ST_Multi(ST_Transform(ST_MakeEnvelope(
       500050 + n % 80 * 10, 4760050 + n / 80 * 10, 500055 + n % 80 * 10, 4760055 + n / 80 * 10, 4549), 4490)), 1, 25, '2026-05-02', ''
     from generate_series(1, ?) n`,
    [mineId(mine), count],
  );
}

async function ended(id: string): Promise<JudgementRun> {
  for (;;) {
    const run = await enforcement.judgementRun(testContext(), id);
    if (run?.state !== 'RUNNING') return run ?? expect.fail('the run is gone');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function judgedSoFar(id: string, count: number): Promise<void> {
  while ((await enforcement.judgementRun(testContext(), id))?.judged !== count) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const eventsOf = (id: string): Promise<string[]> =>
  database.knex('platform.event').where({ subject_id: id }).orderBy('seq').pluck('type');

test('a small scope has been judged when the answer comes, and judging it again changes nothing', async () => {
  const outside = await situation.observation({ mine: 'A', shape: box(900, 0, 200, 200) });
  const run = await enforcement.judge(testContext(), { observationIds: [outside] });
  expect(run).toMatchObject({ state: 'DONE', total: 1, judged: 1, changed: 1, error: null });
  expect(run.requestedBy).toBe(testContext().principal.id);
  expect(run.finishedAt).not.toBeNull();
  const judgement = await enforcement.judgement(testContext(), outside, null);
  expect(judgement).toMatchObject({ planVerdict: 'CONFIRMED', mineId: mineId('A') });
  const again = await enforcement.judge(testContext(), { all: true });
  expect(again).toMatchObject({ state: 'DONE', total: 1, judged: 1, changed: 0 });
  expect(await eventsOf(run.id)).toEqual(['judgement-run.started', 'judgement-run.done']);
});

test('the scope of a mine holds what was given to it and what touches what it is permitted', async () => {
  const given = await situation.observation({ mine: 'A', shape: box(100, 100, 50, 50) });
  const touching = await situation.observation({ shape: box(900, 500, 200, 50) });
  await situation.observation({ mine: 'B', shape: box(3100, 100, 50, 50) });
  const run = await enforcement.judge(testContext(), { mineIds: [mineId('A')] });
  expect(run).toMatchObject({ total: 2, judged: 2 });
  for (const id of [given, touching]) {
    expect((await enforcement.judgementOf(testContext(), id))?.mineId).toBe(mineId('A'));
  }
});

test('exactly one selector is taken, and what it names has to be there', async () => {
  const refused = [
    [{}, 'BAD_USER_INPUT'],
    [{ all: false }, 'BAD_USER_INPUT'],
    [{ all: true, mineIds: [mineId('A')] }, 'BAD_USER_INPUT'],
    [{ observationIds: [mineId('A')] }, 'NOT_FOUND'],
    [{ mineIds: ['not an id'] }, 'NOT_FOUND'],
    [{ observationIds: Array(10_001).fill(mineId('A')) }, 'BAD_USER_INPUT'],
  ] as const;
  for (const [selector, code] of refused) {
    await expect(enforcement.judge(testContext(), selector)).rejects.toMatchObject({ code });
  }
  expect(await database.knex('enforcement.judgement_run')).toEqual([]);
  expect(await enforcement.judge(testContext(), { observationIds: [] })).toMatchObject({
    state: 'DONE',
    total: 0,
  });
});

test('a large scope is answered at once and judged part by part in the background', async () => {
  await many(110);
  const run = await enforcement.judge(testContext(), { all: true });
  expect(run).toMatchObject({ state: 'RUNNING', total: 110, judged: 0 });
  expect(await ended(run.id)).toMatchObject({ state: 'DONE', judged: 110, changed: 110 });
  expect(await database.knex('enforcement.judgement').where({ plan_verdict: 'WITHIN' })).toHaveLength(110);
});

test('whoever waits for a large scope is told how far it is', async () => {
  await many(110);
  const steps: number[] = [];
  const run = await enforcement.judgeAll(testContext(), { all: true }, ({ judged }) => steps.push(judged));
  expect(run.state).toBe('DONE');
  expect(steps).toEqual([0, 50, 100, 110]);
});

test('a run that fails keeps the parts it had judged, and tells no SQL', async () => {
  await many(60);
  let parts = 0;
  const failing = serviceWith((...given) => {
    parts += 1;
    if (parts === 2) throw new Error('select secret from nowhere');
    return judgePart(...given);
  });
  await expect(failing.judgeAll(testContext(), { all: true })).rejects.toThrow('nowhere');
  const [run] = (await enforcement.judgementRuns(testContext(), { first: 1, after: null })).items;
  expect(run?.node).toMatchObject({ state: 'FAILED', total: 60, judged: 50 });
  expect(run?.node.error).toContain('request test');
  expect(run?.node.error).not.toContain('secret');
  expect(await database.knex('enforcement.judgement')).toHaveLength(50);
  expect(await eventsOf(run?.node.id ?? '')).toEqual(['judgement-run.started', 'judgement-run.failed']);
  const repeated = await enforcement.judgeAll(testContext(), { all: true });
  expect(repeated).toMatchObject({ judged: 60, changed: 10 });
});

test('a cancelled run keeps what it judged, and one that has ended cannot be cancelled', async () => {
  await many(160);
  const run = await enforcement.judge(testContext(), { all: true });
  const cancelled = await enforcement.cancelJudgementRun(testContext(), run.id);
  expect(cancelled).toMatchObject({ state: 'CANCELLED', finishedAt: testContext().clock.now() });
  expect(cancelled.judged).toBeLessThan(160);
  expect(await database.knex('enforcement.judgement')).toHaveLength(cancelled.judged);
  const whole = await enforcement.judgeAll(testContext(), { all: true });
  expect(whole).toMatchObject({ state: 'DONE', judged: 160, changed: 160 - cancelled.judged });
  await expect(enforcement.cancelJudgementRun(testContext(), whole.id)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await expect(enforcement.cancelJudgementRun(testContext(), mineId('A'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a run whose process died is taken over where it stood, and one that goes on is left alone', async () => {
  await many(110);
  const context = testContext();
  const transact = createTransact(database.knex);
  let parts = 0;
  const dying = createJudgementRunner({
    ...partsWith(judgePart),
    transact: (...work) => {
      parts += 1;
      // The transaction that opens the run, and that of its first part, are the last of this process.
      return parts > 2 ? new Promise<never>(() => {}) : transact(...work);
    },
  });
  const { id } = await dying.start(context, { all: true });
  await judgedSoFar(id, 50);
  const other = createJudgementRunner(partsWith(judgePart));
  expect(await other.takeOver(context)).toBeNull();
  await database.knex('enforcement.judgement_run').update({ carried_on_at: '2026-05-01' });
  expect(await other.takeOver(context)).toMatchObject({ id, state: 'DONE', judged: 110, changed: 110 });
  expect(await other.takeOver(context)).toBeNull();
  expect(await database.knex('enforcement.judgement_run_part')).toEqual([]);
  expect(await eventsOf(id)).toEqual(['judgement-run.started', 'judgement-run.done']);
});

test('a service that is stopped leaves its runs after the part that is under way to whoever comes next', async () => {
  await many(160);
  const run = await runner.start(testContext(), { all: true });
  await runner.stop();
  const left = await enforcement.judgementRun(testContext(), run.id);
  expect(left?.state).toBe('RUNNING');
  expect(left?.judged).toBeLessThan(160);
  expect(await database.knex('enforcement.judgement')).toHaveLength(left?.judged ?? -1);
  expect(database.knex.client.pool.numUsed()).toBe(0);
  const next = createJudgementRunner(partsWith(judgePart));
  expect(await next.takeOver(testContext())).toMatchObject({ id: run.id, state: 'DONE', judged: 160 });
});

test('a part ends where a mine does, so that no violation is seen half judged', async () => {
  await many(45);
  await many(40, 'B');
  const steps: number[] = [];
  await enforcement.judgeAll(testContext(), { all: true }, ({ judged }) => steps.push(judged));
  const first = mineId('A') < mineId('B') ? 45 : 40;
  expect(steps).toEqual([0, first, 85]);
});

test('runs come newest first, and an officer sees those that the officer asked for', async () => {
  const observation = await situation.observation({ mine: 'A', shape: box(0, 0, 10, 10) });
  const officer = testContext({ principal: countyOfficer('150421') });
  const theirs = await enforcement.judge(officer, { observationIds: [observation] });
  const ours = await enforcement.judge(testContext(), { all: true });
  const page = { first: 10, after: null };
  const all = await enforcement.judgementRuns(testContext(), page);
  expect(new Set(all.items.map((item) => item.node.id))).toEqual(new Set([ours.id, theirs.id]));
  const seen = await enforcement.judgementRuns(officer, page);
  expect(seen.items.map((item) => item.node.id)).toEqual([theirs.id]);
  expect(await seen.count()).toBe(1);
  expect(await enforcement.judgementRun(officer, ours.id)).toBeNull();
});

test('an officer judges the observations of the county, given or attributed, and no others', async () => {
  const satellite = await situation.observation({ shape: box(100, 100, 50, 50) });
  await situation.judge([satellite]);
  const unseen = await situation.observation({ shape: box(200, 200, 50, 50) });
  const stranger = testContext({ principal: countyOfficer('210381') });
  expect(await enforcement.judge(stranger, { all: true })).toMatchObject({ total: 0 });
  const officer = testContext({ principal: countyOfficer('150421') });
  expect(await enforcement.judge(officer, { all: true })).toMatchObject({ total: 1 });
  await expect(enforcement.judge(officer, { observationIds: [unseen] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
