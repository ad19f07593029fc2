import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { countyOfficer, testContext } from '../support/context.js';
import { LENIENT, PolicyBench, REASON } from '../support/policy-bench.js';
import { box } from '../support/situation.js';

// What a new tolerance policy changes, and which are refused. While one is pending: tolerance-policy-pending.test.ts.

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.open();
});
// A run that a test has left under way must not meet the clearing of the tables.
afterEach(() => bench.runner.stop());
afterAll(() => bench.close());
beforeEach(() => bench.reset());

test('a new policy takes effect for every verdict, as if each had been judged by it', async () => {
  await bench.crossings(3);
  await bench.enforcement.judge(testContext(), { all: true });
  expect(await bench.verdicts()).toEqual([[1, 'CONFIRMED', 3]]);

  const { version, run } = await bench.policies.change(testContext(), LENIENT, REASON);

  expect(run).toMatchObject({ state: 'DONE', total: 3, judged: 3, changed: 3, policyVersion: version });
  expect(await bench.verdicts()).toEqual([[version, 'PROBABLE', 3]]);
  expect(await bench.knex('enforcement.violation').pluck('verdict')).toEqual(Array(3).fill('PROBABLE'));
  expect(await bench.policies.policy(null)).toMatchObject({
    version,
    state: 'IN_FORCE',
    kConfirmed: 3,
    kProbable: 1,
    reason: REASON,
    adoptedAt: testContext().clock.now(),
  });
  expect(await bench.policies.policy(1)).toMatchObject({
    state: 'REPLACED',
    replacedAt: testContext().clock.now(),
  });
  const [diff] = await bench.knex('enforcement.judgement_diff');
  expect(diff).toMatchObject({ kind: 'POLICY_CHANGED', reason: REASON, judged: 3 });
  expect(await bench.knex('enforcement.judgement_diff_entry')).toMatchObject(
    Array(3).fill({ change: 'VERDICT_CHANGED', verdict_before: 'CONFIRMED', verdict_after: 'PROBABLE' }),
  );
  // Equal digests: what was staged is what judging itself finds.
  expect(await bench.enforcement.judge(testContext(), { all: true })).toMatchObject({
    judged: 3,
    changed: 0,
  });
});

test('a policy by which nothing is different changes no verdict, though every judgement names it', async () => {
  await bench.crossings(3);
  await bench.enforcement.judge(testContext(), { all: true });
  const { version, run } = await bench.policies.change(
    testContext(),
    { attributionRadiusMetres: 2000.5 },
    REASON,
  );
  expect(run).toMatchObject({ state: 'DONE', judged: 3, changed: 0 });
  expect(await bench.verdicts()).toEqual([[version, 'CONFIRMED', 3]]);
  const [diff] = await bench.knex('enforcement.judgement_diff');
  expect(diff).toMatchObject({ observations: 3, judged: 3, changed: 0 });
  expect(await bench.knex('enforcement.judgement_diff_entry')).toEqual([]);
  // A fourth is small enough to become a sliver.
  await bench.situation.judge([
    await bench.situation.observation({ mine: 'A', shape: box(990, 500, 16, 3), sigma: 1 }),
  ]);
  const stricter = await bench.policies.change(testContext(), { minAreaSquareMetres: 50 }, REASON);
  expect(stricter.run).toMatchObject({ judged: 4, changed: 1 });
});

test('violations that a stricter least area takes away are closed with the policy as the reason', async () => {
  await bench.crossings(1);
  await bench.enforcement.judge(testContext(), { all: true });
  const { version } = await bench.policies.change(testContext(), { minAreaSquareMetres: 1000 }, REASON);
  const [closed] = await bench.knex('enforcement.violation');
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
    await expect(bench.policies.change(testContext(), input, REASON)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field },
    });
  }
  await expect(bench.policies.change(testContext(), LENIENT, '  ')).rejects.toMatchObject({
    details: { field: 'reason' },
  });
  const officer = testContext({ principal: countyOfficer('150421') });
  await expect(bench.policies.change(officer, LENIENT, REASON)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await bench.policies.policies({ first: 10, after: null })).items).toHaveLength(1);
});
