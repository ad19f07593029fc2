import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import type { TolerancePolicy } from '../../src/subgraphs/enforcement/policies/tolerance-policy.js';
import { TolerancePolicyRepository } from '../../src/subgraphs/enforcement/policies/tolerance-policy.repository.js';
import type { TolerancePolicyChange } from '../../src/subgraphs/enforcement/policies/tolerance-policy.service.js';
import { createJudgementRunner } from '../../src/subgraphs/enforcement/services.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { LENIENT, PolicyBench, REASON } from '../support/policy-bench.js';
import { ALWAYS, RejudgementBench } from '../support/rejudgement-bench.js';
import { box } from '../support/situation.js';

// What holds while everything is judged by a policy that is to come into force.

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.open();
});
// A run that a test has left under way must not meet the clearing of the tables.
afterEach(() => bench.runner.stop());
afterAll(() => bench.close());
beforeEach(() => bench.reset());

async function lenientPolicyPending(count: number): Promise<TolerancePolicyChange> {
  await bench.crossings(count);
  await bench.enforcement.judgeAll(testContext(), { all: true });
  return bench.pending(LENIENT);
}

test('until the run is done everybody reads verdicts by the old policy; a process that takes it over completes it', async () => {
  const { version, run } = await lenientPolicyPending(110);
  expect(run).toMatchObject({ state: 'RUNNING', total: 110, judged: 0 });
  expect(await bench.enforcement.judgementRun(testContext(), run.id)).toMatchObject({
    state: 'RUNNING',
    judged: 50,
  });
  expect(await bench.verdicts()).toEqual([[1, 'CONFIRMED', 110]]);
  expect(await bench.policies.policy(null)).toMatchObject({ version: 1, state: 'IN_FORCE' });
  expect(await bench.policies.policy(version)).toMatchObject({ state: 'PENDING', adoptedAt: null });
  expect(await bench.knex('enforcement.violation').where({ verdict: 'CONFIRMED' })).toHaveLength(
    (await bench.knex('enforcement.violation')).length,
  );

  await bench.abandonRun();
  expect(await bench.newRunner().takeOver(testContext())).toMatchObject({
    id: run.id,
    state: 'DONE',
    judged: 110,
  });
  expect(await bench.verdicts()).toEqual([[version, 'PROBABLE', 110]]);
  expect(await bench.staged()).toBe(0);
});

test('cancelling the run leaves the old policy in force everywhere, and another may be tried', async () => {
  const { version, run } = await lenientPolicyPending(110);
  await expect(bench.policies.change(testContext(), { kConfirmed: 4 }, REASON)).rejects.toMatchObject({
    code: 'CONFLICT',
    details: { runId: run.id },
  });

  expect(await bench.enforcement.cancelJudgementRun(testContext(), run.id)).toMatchObject({
    state: 'CANCELLED',
  });

  expect(await bench.verdicts()).toEqual([[1, 'CONFIRMED', 110]]);
  expect(await bench.staged()).toBe(0);
  expect(await bench.policies.policy(version)).toMatchObject({ state: 'CANCELLED', adoptedAt: null });
  expect(await bench.policies.policy(null)).toMatchObject({ version: 1 });
  expect(await bench.knex('enforcement.judgement')).toHaveLength(110);
  const again = await bench.policies.change(testContext(), LENIENT, REASON);
  expect(again.version).toBe(version + 1);
});

test('what comes in while a policy is pending is judged by the one in force, and by the new one when it takes effect', async () => {
  const { version, run } = await lenientPolicyPending(60);

  const late = await bench.situation.observation({ mine: 'A', shape: box(0, 14_990, 10, 22), sigma: 5 });
  await bench.situation.judge([late]);
  expect(await bench.verdicts()).toEqual([[1, 'CONFIRMED', 61]]);
  // A boundary that is moved in the meantime makes what was staged for its observations worthless.
  const already = await bench.knex('enforcement.staged_judgement').pluck('observation_id');
  await bench.knex('boundaries.permitted_area').update({ superseded_at: '2026-05-30' });
  await bench.situation.area({
    mine: 'A',
    shape: box(0, 0, 1005, 15_000),
    sigma: 0,
    recordedAt: '2026-05-30',
  });
  await bench.situation.judge(already);
  expect(await bench.staged()).toBe(0);

  await bench.abandonRun();
  await bench.newRunner().takeOver(testContext());
  expect(await bench.enforcement.judgementRun(testContext(), run.id)).toMatchObject({ state: 'DONE' });
  expect(new Set((await bench.verdicts()).map(([policy]) => policy))).toEqual(new Set([version]));
  expect(await bench.enforcement.judgeAll(testContext(), { all: true })).toMatchObject({
    judged: 61,
    changed: 0,
  });
});

test('an area withdrawn while a policy that reaches farther is pending attracts nothing once it is in force', async () => {
  await bench.situation.mine('B');
  const area = await bench.situation.area({ mine: 'B', shape: box(30_000, 0, 500, 500) });
  // A part and one more.
  const far: string[] = [];
  while (far.length < 51)
    far.push(await bench.situation.observation({ shape: box(33_500, 25 * far.length, 20, 20) }));
  await bench.situation.judge(far);
  await bench.pending({ attributionRadiusMetres: 20_000 });
  expect(await bench.knex('enforcement.staged_judgement').distinct('mine_id')).toEqual([
    { mine_id: mineId('B') },
  ]);

  const at = '2026-06-10T00:00:00Z';
  const { observations } = await new RejudgementBench(bench.knex).inTransaction(at, async (tx, request) => {
    await tx.sql('boundaries.permitted_area').where({ id: area }).update({ superseded_at: at });
    return request({
      kind: 'AREA_WITHDRAWN',
      subjects: [{ id: area, version: 1 }],
      mineIds: [mineId('B')],
      areas: [{ id: area, version: 1 }],
      validity: ALWAYS,
      reason: null,
    });
  });
  expect(observations).toBe(51);

  await bench.abandonRun();
  await bench.newRunner().takeOver(testContext({ clock: fixedClock('2026-06-11T00:00:00Z') }));
  expect(
    await bench.knex('enforcement.judgement').whereNull('superseded_at').distinct('attribution', 'mine_id'),
  ).toEqual([{ attribution: 'NONE', mine_id: null }]);
});

test('a policy whose run cannot be completed never comes into force', async () => {
  await bench.crossings(2);
  const { transact, ...others } = bench.parts();
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
  const service = bench.policiesWith(failing);
  const { version, run } = await service.change(testContext(), LENIENT, REASON);
  expect(run).toMatchObject({ state: 'RUNNING', attempts: 1 });
  for (let attempt = 2; attempt < 6; attempt += 1) {
    await bench.abandonRun();
    expect(await failing.takeOver(testContext())).toMatchObject({ state: 'RUNNING', attempts: attempt });
  }
  await bench.abandonRun();
  await expect(failing.takeOver(testContext())).rejects.toThrow('the disk is full');
  expect(await bench.enforcement.judgementRun(testContext(), run.id)).toMatchObject({ state: 'FAILED' });
  expect(await bench.policies.policy(version)).toMatchObject({ state: 'FAILED' });
  expect(await bench.policies.policy(null)).toMatchObject({ version: 1 });
});

test('who wants to change the policy while another takes effect changes the new one', async () => {
  const repository = new TolerancePolicyRepository(bench.knex);
  const first = await repository.read(null);
  let locked: Promise<unknown> = Promise.resolve();
  await bench.knex.transaction(async (sql) => {
    const policies = () => sql('enforcement.tolerance_policy');
    await repository.insert(sql, { ...(first as TolerancePolicy), version: 2, state: 'PENDING' });
    await policies().where({ version: 1 }).update({ state: 'REPLACED', replaced_at: sql.fn.now() });
    await policies().where({ version: 2 }).update({ state: 'IN_FORCE', adopted_at: sql.fn.now() });
    locked = bench.knex.transaction((own) => repository.lockInForce(own));
    // Long enough that it waits for the row, where it can.
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  expect(await locked).toMatchObject({ version: 2 });
});
