import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import { createViolationLifeService } from '../../src/subgraphs/enforcement/services.js';
import type { ReviewDecision } from '../../src/vocabulary/violation-life.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { ALWAYS, CORRECTED_AT, RejudgementBench } from '../support/rejudgement-bench.js';
import { box, type Shape, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
let bench: RejudgementBench;
let right: string;
/** The violation of `march` and `late march`, once people have dismissed or closed it. */
let settled: string;

const DISMISSAL = ['START_REVIEW', 'DISMISS'] as const;
const CLOSING = ['START_REVIEW', 'CONFIRM', 'START_RECTIFYING', 'CLOSE'] as const;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  bench = new RejudgementBench(database.knex);
  await situation.mine('PIT');
});
afterAll(() => database.close());

/** A pit that digs 50 and then 60 m out of its right, and 150 m after what that made had been settled. */
beforeEach(async () => {
  await situation.clear();
  await database.knex.raw(
    'truncate enforcement.violation_transition, enforcement.past_violation, enforcement.past_violation_finding, boundaries.past_observation, platform.event',
  );
  right = await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
});

const dig = async (ref: string, day: string, reach: number, x = 450): Promise<string> => {
  const id = await situation.observation({
    ref,
    mine: 'PIT',
    shape: box(x, 100, 500 - x + reach, 100),
    observedAt: `${day}T04:00:00Z`,
  });
  await situation.judge([id]);
  return id;
};

/** Settles what was dug in March, digs on in May, and says what the observations are. */
async function settle(decisions: readonly ReviewDecision[]): Promise<{ march: string; may: string }> {
  const march = await dig('march', '2026-03-10', 50);
  await dig('late march', '2026-03-20', 60);
  [settled] = await database.knex('enforcement.violation').pluck('id');
  await decide(decisions);
  return { march, may: await dig('may', '2026-05-10', 150) };
}

async function decide(decisions: readonly ReviewDecision[]): Promise<void> {
  const life = createViolationLifeService({ knex: database.knex, transact: createTransact(database.knex) });
  for (const decision of decisions) {
    await life.review(testContext({ clock: fixedClock('2026-05-01T00:00:00Z') }), settled, {
      decision,
      note: 'seen on site',
      seen: null,
    });
  }
}

interface Told {
  readonly state: string;
  readonly from: string;
  readonly to: string;
  readonly area: number;
}

const violations = async (): Promise<Told[]> =>
  (await database.knex('enforcement.violation').orderBy(['first_observed_at', 'state'])).map((row) => ({
    state: row.state,
    from: row.first_observed_at.toISOString().slice(5, 10),
    to: row.last_observed_at.toISOString().slice(5, 10),
    area: Math.round(row.area_m2 / 100) * 100,
  }));

const withdraw = (id: string) =>
  bench.inTransaction(CORRECTED_AT, async (tx, request) => {
    await tx.sql('boundaries.observation').where({ id }).update({ withdrawn_at: CORRECTED_AT });
    return request({
      kind: 'OBSERVATION_WITHDRAWN',
      subjects: [{ id, version: 1 }],
      mineIds: [],
      observationIds: [id],
      validity: ALWAYS,
      reason: 'Wrong date',
    });
  });

describe.each([
  ['DISMISSED', DISMISSAL],
  ['CLOSED', CLOSING],
] as const)('a violation that is %s', (state, decisions) => {
  test('takes nothing seen later: that is a violation of its own', async () => {
    await settle(decisions);
    expect(await violations()).toEqual([
      { state, from: '03-10', to: '03-20', area: 6000 },
      { state: 'DETECTED', from: '05-10', to: '05-10', area: 15_000 },
    ]);
  });

  test('takes nothing seen earlier that turns up late, and swallows no open one with it', async () => {
    await settle(decisions);
    await dig('february', '2026-02-10', 40);
    expect(await violations()).toEqual([
      { state: 'DETECTED', from: '02-10', to: '05-10', area: 15_000 },
      { state, from: '03-10', to: '03-20', area: 6000 },
    ]);
    expect(await database.knex('enforcement.violation').where({ id: settled }).pluck('state')).toEqual([
      state,
    ]);
  });

  test('keeps what it has when its first observation is withdrawn, and takes nothing for it', async () => {
    const { march } = await settle(decisions);
    const { diffId } = await withdraw(march);
    expect(await violations()).toEqual([
      { state, from: '03-20', to: '03-20', area: 6000 },
      { state: 'DETECTED', from: '05-10', to: '05-10', area: 15_000 },
    ]);
    expect(await bench.entries(diffId)).toEqual([]);
    // Named after its earliest finding now; the old name goes on answering.
    expect(await database.knex('enforcement.violation_alias').pluck('old_id')).toEqual([settled]);
  });

  test('keeps its findings when they are judged again, however the right has changed', async () => {
    await settle(decisions);
    await bench.correct({ id: right, version: 1 }, { mine: 'PIT', shape: box(0, 0, 490, 500) });
    expect(await violations()).toEqual([
      { state, from: '03-10', to: '03-20', area: 7000 },
      { state: 'DETECTED', from: '05-10', to: '05-10', area: 16_000 },
    ]);
  });

  test('lets go of a finding that comes to lie elsewhere: what is there is open, whatever is judged again', async () => {
    const { march, may } = await settle(decisions);
    await moveNorth(march);
    await situation.judge([march]);
    const expected = [
      { state: 'DETECTED', from: '03-10', to: '03-10', area: 5000 },
      { state, from: '03-20', to: '03-20', area: 6000 },
      { state: 'DETECTED', from: '05-10', to: '05-10', area: 15_000 },
    ];
    expect(await violations()).toEqual(expected);
    const names = await database.knex('enforcement.violation').orderBy('id').pluck('id');
    expect(names).not.toContain(settled);
    // The old name goes on answering for what was settled under it, and for nothing else.
    const { new_id } = await database.knex('enforcement.violation_alias').where({ old_id: settled }).first();
    expect(await database.knex('enforcement.violation').where({ id: new_id }).pluck('state')).toEqual([
      state,
    ]);
    await bench.correct({ id: right, version: 1 }, { mine: 'PIT', shape: box(0, 0, 499, 500) });
    await situation.judge([may, march]);
    expect((await violations()).map((told) => told.state)).toEqual(expected.map((told) => told.state));
    expect(await database.knex('enforcement.violation').orderBy('id').pluck('id')).toEqual(names);
  });

  test('stays as it is when all of its findings have gone elsewhere', async () => {
    const march = await dig('march', '2026-03-10', 50);
    [settled] = await database.knex('enforcement.violation').pluck('id');
    await decide(decisions);
    await moveNorth(march);
    const again = await situation.judge([march]);
    const told = (await violations()).map((violation) => [violation.state, violation.area]);
    expect(told.sort()).toEqual(
      [
        [state, 5000],
        ['DETECTED', 5000],
      ].sort(),
    );
    expect(await situation.judge([march])).toMatchObject({ changed: 0, violationIds: again.violationIds });
    expect(again.violationIds).not.toContain(settled);
  });
});

const moveNorth = (id: string): Promise<void> =>
  database.knex.raw(
    `update boundaries.observation set geom = ST_Translate(geom, 0, 0.0018), version = version + 1 where id = ?`,
    [id],
  );

test('what is left of an observation stays open when the part that was dismissed is permitted', async () => {
  const both = await situation.observation({
    mine: 'PIT',
    shape: [
      [
        [400, 400],
        [600, 400],
        [600, 450],
        [450, 450],
        [450, 700],
        [400, 700],
      ],
    ],
  });
  await situation.judge([both]);
  const [north, east] = await database.knex('enforcement.violation').orderBy('area_m2', 'desc').pluck('id');
  settled = north;
  await decide(DISMISSAL);
  const { diffId } = await bench.correct(
    { id: right, version: 1 },
    { mine: 'PIT', shape: box(0, 0, 500, 800) },
  );
  const told = await database.knex('enforcement.violation').orderBy('area_m2', 'desc');
  expect(told).toMatchObject([
    { id: north, state: 'DISMISSED' },
    { state: 'DETECTED', area_m2: expect.closeTo(5000, -2) },
  ]);
  expect(await bench.entries(diffId)).toEqual([]);
  expect(await database.knex('enforcement.violation_alias')).toMatchObject([
    { old_id: east, new_id: told[1].id },
  ]);
});

test('a part that meets the part of an open violation in a point stays with the dismissed one', async () => {
  await situation.area({ mine: 'PIT', shape: box(500, 500, 500, 500) });
  const seen = async (observedAt: string, shape: Shape) => {
    const id = await situation.observation({ mine: 'PIT', shape, observedAt });
    await situation.judge([id]);
  };
  await seen('2026-02-10T04:00:00Z', box(550, 400, 50, 50));
  [settled] = await database.knex('enforcement.violation').pluck('id');
  // South-east of the corner, where it was seen before, and north-west of it.
  await seen('2026-03-10T04:00:00Z', box(400, 400, 200, 200));
  await decide(DISMISSAL);
  await seen('2026-06-10T04:00:00Z', box(580, 420, 40, 20));
  const { rows } = await database.knex.raw(
    `select v.state, count(*)::int as findings
     from enforcement.violation v join enforcement.violation_finding vf on vf.violation_id = v.id
     group by v.id order by v.first_observed_at, v.last_observed_at`,
  );
  expect(rows).toEqual([
    { state: 'DISMISSED', findings: 2 },
    { state: 'DETECTED', findings: 1 },
    { state: 'DETECTED', findings: 1 },
  ]);
});

test('the same is said of them in whatever order what came after is judged', async () => {
  await settle(DISMISSAL);
  const ids = [
    await situation.observation({
      ref: 'a',
      mine: 'PIT',
      shape: box(450, 100, 90, 100),
      observedAt: '2026-02-10T04:00:00Z',
    }),
    await situation.observation({
      ref: 'b',
      mine: 'PIT',
      shape: box(450, 100, 95, 100),
      observedAt: '2026-03-15T04:00:00Z',
    }),
    await situation.observation({
      ref: 'c',
      mine: 'PIT',
      shape: box(450, 100, 99, 100),
      observedAt: '2026-06-15T04:00:00Z',
    }),
  ];
  for (const id of [...ids].reverse()) await situation.judge([id]);
  const oneByOne = await violations();
  expect(oneByOne).toEqual([
    { state: 'DETECTED', from: '02-10', to: '06-15', area: 4900 },
    { state: 'DISMISSED', from: '03-10', to: '03-20', area: 6000 },
  ]);
  await situation.judge(ids);
  expect(await violations()).toEqual(oneByOne);
});
