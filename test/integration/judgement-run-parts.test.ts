import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createTransact } from '../../src/platform/transact.js';
import type { JudgementRunner } from '../../src/subgraphs/enforcement/runs/judgement-runner.service.js';
import { createJudgementRunner } from '../../src/subgraphs/enforcement/services.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { type JudgePart, judgePart, judgingParts } from '../support/part-judging.js';
import { box, Situation } from '../support/situation.js';

const PART_SIZE = 10;
const MINES = ['A', 'B', 'C', 'D'];

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of MINES) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(async () => {
  await situation.clear();
  await database.knex('enforcement.judgement_run').delete();
  for (const [i, mine] of MINES.entries())
    await situation.area({ mine, shape: box(i * 3000, 0, 1000, 1000) });
});

/** Observations across the east edge of each mine's area, not judged yet; two of five name the mine. */
async function crossings(count: number): Promise<void> {
  for (const [i, mine] of MINES.entries()) {
    await database.knex.raw(
      `insert into boundaries.observation (id, provider, mine_id, activity, method, observed_at, geom, sigma_m, area_m2, recorded_at,
         content_digest)
       select md5(? || n)::uuid, 'many', case when n % 5 < 2 then ?::uuid end, 'EXTRACTION', 'UAV', '2026-05-01',
              ST_Multi(ST_Transform(ST_MakeEnvelope(500950 + ?::int, 4760000 + n * 20, 501050 + ?::int, 4760010 + n * 20, 4549), 4490)),
              1, 1000, '2026-05-02', ''
       from generate_series(1, ?::int) n`,
      [mine, mineId(mine), i * 3000, i * 3000, count],
    );
  }
}

const runnerWith = (by: JudgePart, partsAtOnce: number): JudgementRunner =>
  createJudgementRunner({
    knex: database.knex,
    transact: createTransact(database.knex),
    ...judgingParts(by),
    partSize: PART_SIZE,
    partsAtOnce,
  });

const stored = async () => ({
  verdicts: await database
    .knex('enforcement.judgement')
    .orderBy('observation_id')
    .select('observation_id', 'sequence', 'plan_verdict', 'mine_id', 'digest'),
  violations: await database
    .knex('enforcement.violation')
    .orderBy('id')
    .select('id', 'mine_id', 'kind', 'verdict', 'area_m2'),
});

test('parts judged side by side come to the same verdicts and violations as one after another, each once', async () => {
  await crossings(15);
  await runnerWith(judgePart, 1).complete(testContext(), { all: true }, null);
  const inTurn = await stored();
  expect(inTurn.verdicts).toHaveLength(60);
  expect(inTurn.violations).toHaveLength(60);

  await situation.clear();
  for (const [i, mine] of MINES.entries())
    await situation.area({ mine, shape: box(i * 3000, 0, 1000, 1000) });
  await crossings(15);
  const asked: string[] = [];
  const counting: JudgePart = (context, tx, ids, since) => {
    asked.push(...ids);
    return judgePart(context, tx, ids, since);
  };
  const progress: number[] = [];
  const run = await runnerWith(counting, 3).complete(testContext(), { all: true }, ({ judged }) =>
    progress.push(judged),
  );
  expect(run).toMatchObject({ state: 'DONE', total: 60, judged: 60, changed: 60 });
  expect(new Set(asked).size).toBe(60);
  expect(asked).toHaveLength(60);
  expect(Math.max(...progress)).toBe(60);
  expect(progress.length).toBeGreaterThan(4);
  // Digests name the areas, which were made anew.
  const withoutDigest = (rows: { digest: string }[]) => rows.map(({ digest: _, ...row }) => row);
  const sideBySide = await stored();
  expect(withoutDigest(sideBySide.verdicts)).toEqual(withoutDigest(inTurn.verdicts));
  expect(sideBySide.violations).toEqual(inTurn.violations);
});

test('a run whose part fails keeps what was judged and nothing of what was under way beside it', async () => {
  await crossings(15);
  let parts = 0;
  const failing: JudgePart = async (...given) => {
    parts += 1;
    const judged = await judgePart(...given);
    if (parts >= 3) throw new Error('the disk is full');
    return judged;
  };
  const runner = runnerWith(failing, 2);
  await expect(runner.complete(testContext(), { all: true }, null)).rejects.toThrow('the disk is full');
  const run = await database.knex('enforcement.judgement_run').first();
  expect(run).toMatchObject({ state: 'FAILED', total: 60 });
  expect(await database.knex('enforcement.judgement')).toHaveLength(run.judged);
  expect(await database.knex('enforcement.judgement_run_part')).toEqual([]);
  const again = await runnerWith(judgePart, 2).complete(testContext(), { all: true }, null);
  expect(again).toMatchObject({ state: 'DONE', judged: 60, changed: 60 - run.judged });
});

describe.skipIf(inject('databaseTemplate').kind === 'embedded')(
  'parts at the same moment (transactions of the embedded database take turns)',
  () => {
    /** Judges no part before `count` of them are under way. */
    function together(count: number, meanwhile: () => Promise<unknown> = async () => {}): JudgePart {
      let begun = 0;
      let go: (value: unknown) => void = () => {};
      const all = new Promise((resolve) => {
        go = resolve;
      });
      return async (...given) => {
        begun += 1;
        if (begun === count) go(meanwhile());
        await all;
        return judgePart(...given);
      };
    }

    test('as many parts as asked for are under way at once', async () => {
      await crossings(15);
      const run = await runnerWith(together(3), 3).complete(testContext(), { all: true }, null);
      expect(run).toMatchObject({ state: 'DONE', judged: 60, changed: 60 });
    });

    test('two runs at once over the same observations both end, and every verdict is told once', async () => {
      await crossings(15);
      const before = await database.knex('platform.event').where({ type: 'judgement.recorded' });
      const runs = await Promise.all(
        [2, 2].map((partsAtOnce) =>
          runnerWith(judgePart, partsAtOnce).complete(testContext(), { all: true }, null),
        ),
      );
      expect(runs.map(({ state, judged }) => [state, judged])).toEqual([
        ['DONE', 60],
        ['DONE', 60],
      ]);
      expect(runs.reduce((sum, { changed }) => sum + changed, 0)).toBe(60);
      expect(await database.knex('enforcement.judgement')).toHaveLength(60);
      const after = await database.knex('platform.event').where({ type: 'judgement.recorded' });
      expect(after.length - before.length).toBe(60);
    });

    test('what is under way when a run is cancelled is undone', async () => {
      await crossings(15);
      const canceller = runnerWith(judgePart, 1);
      let id = '';
      const runner = runnerWith(
        together(2, async () => {
          const run = await database.knex('enforcement.judgement_run').first();
          id = run.id;
          // Returns once the parts have given way, and they wait for this: it only has to have begun.
          const cancelled = canceller.cancel(testContext(), { ...run, diffId: null });
          cancelled.catch(() => {});
          while ((await database.knex('enforcement.judgement_run').first()).state !== 'CANCELLED');
        }),
        2,
      );
      const run = await runner.complete(testContext(), { all: true }, null);
      expect(run).toMatchObject({ id, state: 'CANCELLED', judged: 0 });
      expect(await database.knex('enforcement.judgement')).toEqual([]);
      expect(await database.knex('enforcement.violation')).toEqual([]);
      while ((await database.knex('enforcement.judgement_run_part')).length > 0);
    });
  },
);
