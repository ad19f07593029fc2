import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import type { EnforcementService } from '../../src/subgraphs/enforcement/enforcement.service.js';
import type {
  TolerancePolicyChange,
  TolerancePolicyService,
} from '../../src/subgraphs/enforcement/policies/tolerance-policy.service.js';
import type { JudgementRunner } from '../../src/subgraphs/enforcement/runs/judgement-runner.service.js';
import {
  createEnforcementService,
  createJudgementRunner,
  createTolerancePolicyService,
} from '../../src/subgraphs/enforcement/services.js';
import { mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { ALWAYS, RejudgementBench } from '../support/rejudgement-bench.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
let runner: JudgementRunner;
let policies: TolerancePolicyService;
let enforcement: EnforcementService;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('A');
});
// A run that a test has left under way must not meet the clearing of the tables.
afterEach(() => runner.stop());
afterAll(() => database.close());
beforeEach(async () => {
  await database.knex.raw(
    'truncate enforcement.staged_judgement, enforcement.judgement_diff, enforcement.judgement_run cascade',
  );
  await situation.clear();
  await database.knex('enforcement.tolerance_policy').where('version', '>', 1).delete();
  await database
    .knex('enforcement.tolerance_policy')
    .update({ state: 'IN_FORCE', adopted_at: '2026-01-01', replaced_at: null });
  runner = newRunner();
  policies = createTolerancePolicyService(parts(), runner);
  enforcement = createEnforcementService(parts(), runner);
  await situation.area({ mine: 'A', shape: box(0, 0, 1000, 15_000), sigma: 0 });
});

const parts = () => ({
  knex: database.knex,
  transact: createTransact(database.knex),
  judge: situation.engine,
  // A tenth of what it is in a hub, and all counts below with it.
  partSize: 50,
});
const newRunner = () => createJudgementRunner(parts());

/** A runner whose process dies after that many transactions. */
function dyingAfter(transactions: number): JudgementRunner {
  const { transact, ...others } = parts();
  let begun = 0;
  return createJudgementRunner({
    ...others,
    transact: (...work) => {
      begun += 1;
      return begun > transactions ? new Promise<never>(() => {}) : transact(...work);
    },
  });
}

/** Stores and judges footprints that reach 12 m out of bounds, σ = 5 m: CONFIRMED while k is 2, PROBABLE when it is 3. */
async function crossings(count: number): Promise<void> {
  await database.knex.raw(
    `insert into boundaries.observation (id, provider, mine_id, activity, method, observed_at, geom, sigma_m, area_m2, recorded_at, content_digest)
     select md5('crossing' || n)::uuid, 'many', ?, 'EXTRACTION', 'UAV', '2026-05-01', ST_Multi(ST_Transform(ST_MakeEnvelope(
       501000 - 1, 4760000 + n * 12, 501012, 4760000 + n * 12 + 10, 4549), 4490)), 5, 130, '2026-05-02', ''
     from generate_series(1, ?) n`,
    [mineId('A'), count],
  );
}

const verdicts = async () =>
  (
    await database
      .knex('enforcement.judgement')
      .whereNull('superseded_at')
      .groupBy('policy_version', 'plan_verdict')
      .orderBy('policy_version')
      .select('policy_version', 'plan_verdict')
      .count('* as count')
  ).map((row) => [row['policy_version'], row['plan_verdict'], Number(row['count'])]);

const staged = async () =>
  Number((await database.knex('enforcement.staged_judgement').count('* as count').first())?.['count']);

const LENIENT = { kConfirmed: 3 };
const REASON = 'Inspectors found that 2 sigma accuses too many';

/** A policy by which the first part of so many verdicts is staged, where the process that carried it on has died. */
async function lenientPolicyPending(count: number): Promise<TolerancePolicyChange> {
  await crossings(count);
  await enforcement.judgeAll(testContext(), { all: true });
  // The policy with its run, and one part.
  const service = createTolerancePolicyService(parts(), dyingAfter(1));
  const change = await service.change(testContext(), LENIENT, REASON);
  while ((await staged()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  return change;
}

/** As if nobody had carried the run on for long: another process may take it over. */
const abandonRun = () => database.knex('enforcement.judgement_run').update({ carried_on_at: '2026-05-01' });

test('a new policy takes effect for every verdict, as if each had been judged by it', async () => {
  await crossings(3);
  await enforcement.judge(testContext(), { all: true });
  expect(await verdicts()).toEqual([[1, 'CONFIRMED', 3]]);

  const { version, run } = await policies.change(testContext(), LENIENT, REASON);

  expect(run).toMatchObject({ state: 'DONE', total: 3, judged: 3, changed: 3, policyVersion: version });
  expect(await verdicts()).toEqual([[version, 'PROBABLE', 3]]);
  expect(await database.knex('enforcement.violation').pluck('verdict')).toEqual(Array(3).fill('PROBABLE'));
  expect(await policies.policy(null)).toMatchObject({
    version,
    state: 'IN_FORCE',
    kConfirmed: 3,
    kProbable: 1,
    reason: REASON,
    adoptedAt: testContext().clock.now(),
  });
  expect(await policies.policy(1)).toMatchObject({
    state: 'REPLACED',
    replacedAt: testContext().clock.now(),
  });
  const [diff] = await database.knex('enforcement.judgement_diff');
  expect(diff).toMatchObject({ kind: 'POLICY_CHANGED', reason: REASON, judged: 3 });
  expect(await database.knex('enforcement.judgement_diff_entry')).toMatchObject(
    Array(3).fill({ change: 'VERDICT_CHANGED', verdict_before: 'CONFIRMED', verdict_after: 'PROBABLE' }),
  );
  // Equal digests: what was staged is what judging itself finds.
  expect(await enforcement.judge(testContext(), { all: true })).toMatchObject({ judged: 3, changed: 0 });
});

test('until the run is done everybody reads verdicts by the old policy; a process that takes it over completes it', async () => {
  const { version, run } = await lenientPolicyPending(110);
  expect(run).toMatchObject({ state: 'RUNNING', total: 110, judged: 0 });
  expect(await enforcement.judgementRun(testContext(), run.id)).toMatchObject({
    state: 'RUNNING',
    judged: 50,
  });
  expect(await verdicts()).toEqual([[1, 'CONFIRMED', 110]]);
  expect(await policies.policy(null)).toMatchObject({ version: 1, state: 'IN_FORCE' });
  expect(await policies.policy(version)).toMatchObject({ state: 'PENDING', adoptedAt: null });
  expect(await database.knex('enforcement.violation').where({ verdict: 'CONFIRMED' })).toHaveLength(
    (await database.knex('enforcement.violation')).length,
  );

  await abandonRun();
  expect(await newRunner().takeOver(testContext())).toMatchObject({
    id: run.id,
    state: 'DONE',
    judged: 110,
  });
  expect(await verdicts()).toEqual([[version, 'PROBABLE', 110]]);
  expect(await staged()).toBe(0);
});

test('cancelling the run leaves the old policy in force everywhere, and another may be tried', async () => {
  const { version, run } = await lenientPolicyPending(110);
  await expect(policies.change(testContext(), { kConfirmed: 4 }, REASON)).rejects.toMatchObject({
    code: 'CONFLICT',
    details: { runId: run.id },
  });

  expect(await enforcement.cancelJudgementRun(testContext(), run.id)).toMatchObject({ state: 'CANCELLED' });

  expect(await verdicts()).toEqual([[1, 'CONFIRMED', 110]]);
  expect(await staged()).toBe(0);
  expect(await policies.policy(version)).toMatchObject({ state: 'CANCELLED', adoptedAt: null });
  expect(await policies.policy(null)).toMatchObject({ version: 1 });
  expect(await database.knex('enforcement.judgement')).toHaveLength(110);
  const again = await policies.change(testContext(), LENIENT, REASON);
  expect(again.version).toBe(version + 1);
});

test('what comes in while a policy is pending is judged by the one in force, and by the new one when it takes effect', async () => {
  const { version, run } = await lenientPolicyPending(60);

  const late = await situation.observation({ mine: 'A', shape: box(0, 14_990, 10, 22), sigma: 5 });
  await situation.judge([late]);
  expect(await verdicts()).toEqual([[1, 'CONFIRMED', 61]]);
  // A boundary that is moved in the meantime makes what was staged for its observations worthless.
  const already = await database.knex('enforcement.staged_judgement').pluck('observation_id');
  await database.knex('boundaries.permitted_area').update({ superseded_at: '2026-05-30' });
  await situation.area({ mine: 'A', shape: box(0, 0, 1005, 15_000), sigma: 0, recordedAt: '2026-05-30' });
  await situation.judge(already);
  expect(await staged()).toBe(0);

  await abandonRun();
  await newRunner().takeOver(testContext());
  expect(await enforcement.judgementRun(testContext(), run.id)).toMatchObject({ state: 'DONE' });
  expect(new Set((await verdicts()).map(([policy]) => policy))).toEqual(new Set([version]));
  expect(await enforcement.judgeAll(testContext(), { all: true })).toMatchObject({ judged: 61, changed: 0 });
});

test('an area withdrawn while a policy that reaches farther is pending attracts nothing once it is in force', async () => {
  await situation.mine('B');
  const area = await situation.area({ mine: 'B', shape: box(30_000, 0, 500, 500) });
  // A part and one more.
  const far: string[] = [];
  while (far.length < 51)
    far.push(await situation.observation({ shape: box(33_500, 25 * far.length, 20, 20) }));
  await situation.judge(far);
  const service = createTolerancePolicyService(parts(), dyingAfter(1));
  await service.change(testContext(), { attributionRadiusMetres: 20_000 }, REASON);
  while ((await staged()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await database.knex('enforcement.staged_judgement').distinct('mine_id')).toEqual([
    { mine_id: mineId('B') },
  ]);

  const at = '2026-06-10T00:00:00Z';
  const { observations } = await new RejudgementBench(database.knex).inTransaction(
    at,
    async (tx, request) => {
      await tx.sql('boundaries.permitted_area').where({ id: area }).update({ superseded_at: at });
      return request({
        kind: 'AREA_WITHDRAWN',
        subjects: [{ id: area, version: 1 }],
        mineIds: [mineId('B')],
        areas: [{ id: area, version: 1 }],
        validity: ALWAYS,
        reason: null,
      });
    },
  );
  expect(observations).toBe(51);

  await abandonRun();
  await newRunner().takeOver(testContext({ clock: fixedClock('2026-06-11T00:00:00Z') }));
  expect(
    await database
      .knex('enforcement.judgement')
      .whereNull('superseded_at')
      .distinct('attribution', 'mine_id'),
  ).toEqual([{ attribution: 'NONE', mine_id: null }]);
});

test('a policy by which nothing is different changes no verdict, though every judgement names it', async () => {
  await crossings(3);
  await enforcement.judge(testContext(), { all: true });
  const { version, run } = await policies.change(testContext(), { attributionRadiusMetres: 2000.5 }, REASON);
  expect(run).toMatchObject({ state: 'DONE', judged: 3, changed: 0 });
  expect(await verdicts()).toEqual([[version, 'CONFIRMED', 3]]);
  const [diff] = await database.knex('enforcement.judgement_diff');
  expect(diff).toMatchObject({ observations: 3, judged: 3, changed: 0 });
  expect(await database.knex('enforcement.judgement_diff_entry')).toEqual([]);
  // A fourth is small enough to become a sliver.
  await situation.judge([await situation.observation({ mine: 'A', shape: box(990, 500, 16, 3), sigma: 1 })]);
  const stricter = await policies.change(testContext(), { minAreaSquareMetres: 50 }, REASON);
  expect(stricter.run).toMatchObject({ judged: 4, changed: 1 });
});

test('violations that a stricter least area takes away are closed with the policy as the reason', async () => {
  await crossings(1);
  await enforcement.judge(testContext(), { all: true });
  const { version } = await policies.change(testContext(), { minAreaSquareMetres: 1000 }, REASON);
  const [closed] = await database.knex('enforcement.violation');
  expect(closed).toMatchObject({ state: 'AUTO_CLOSED' });
  expect(closed.reason).toContain(`version ${version}`);
  expect(closed.reason).toContain(REASON);
});

test('numbers that make no sense, a reason that says nothing, and people of one county are refused', async () => {
  const refused = [
    [{ kProbable: 0 }, 'input.kProbable'],
    [{ kProbable: 1e-300 }, 'input.kProbable'],
    [{ kProbable: Number.NaN }, 'input.kProbable'],
    [{ kConfirmed: 0.5 }, 'input.kConfirmed'],
    [{ kConfirmed: 21 }, 'input.kConfirmed'],
    [{ minAreaSquareMetres: -1 }, 'input.minAreaSquareMetres'],
    [{ attributionRadiusMetres: 60_000 }, 'input.attributionRadiusMetres'],
    [{ kConfirmed: 2 }, 'input'],
    [{}, 'input'],
  ] as const;
  for (const [input, field] of refused) {
    await expect(policies.change(testContext(), input, REASON)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field },
    });
  }
  await expect(policies.change(testContext(), LENIENT, '  ')).rejects.toMatchObject({
    details: { field: 'reason' },
  });
  const officer = testContext({ principal: countyOfficer('150421') });
  await expect(policies.change(officer, LENIENT, REASON)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await policies.policies({ first: 10, after: null })).items).toHaveLength(1);
});

test('a policy whose run cannot be completed never comes into force', async () => {
  await crossings(2);
  const { transact, ...others } = parts();
  const failing = createJudgementRunner({
    ...others,
    transact,
    adoption: {
      unstaged: async () => [],
      stage: async () => {},
      adopt: () => Promise.reject(new Error('the disk is full')),
      discard: async () => {},
    },
  });
  const service = createTolerancePolicyService(parts(), failing);
  const { version, run } = await service.change(testContext(), LENIENT, REASON);
  expect(run).toMatchObject({ state: 'RUNNING', attempts: 1 });
  for (let attempt = 2; attempt < 6; attempt += 1) {
    await abandonRun();
    expect(await failing.takeOver(testContext())).toMatchObject({ state: 'RUNNING', attempts: attempt });
  }
  await abandonRun();
  await expect(failing.takeOver(testContext())).rejects.toThrow('the disk is full');
  expect(await enforcement.judgementRun(testContext(), run.id)).toMatchObject({ state: 'FAILED' });
  expect(await policies.policy(version)).toMatchObject({ state: 'FAILED' });
  expect(await policies.policy(null)).toMatchObject({ version: 1 });
});
