import type { Point } from 'geojson';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import { createEnforcementService, createJudgementRunner } from '../../src/subgraphs/enforcement/services.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { aMine, mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { ALWAYS, CORRECTED_AT, RejudgementBench } from '../support/rejudgement-bench.js';
import { serviceParts } from '../support/service-parts.js';
import { signal } from '../support/signal.js';
import { box, Situation } from '../support/situation.js';

// Which observations are judged again when facts change: those that the change can touch, all of them, and once.

let database: TestDatabase;
let situation: Situation;
let bench: RejudgementBench;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
  bench = new RejudgementBench(database.knex);
});
afterAll(() => database.close());
beforeEach(async () => {
  await bench.clear();
  await situation.clear();
});

test('nothing is judged again but what the change can touch', async () => {
  const day = '2026-05-01T04:00:00Z';
  const changed = await situation.area({
    mine: 'A',
    shape: box(0, 0, 500, 500),
    validFrom: '2026-01-01',
    validTo: '2027-01-01',
  });
  await situation.area({ mine: 'B', shape: box(6000, 0, 500, 500) });
  const own = {
    inside: await situation.observation({ mine: 'A', shape: box(10, 10, 20, 20), observedAt: day }),
    farAway: await situation.observation({ mine: 'A', shape: box(9000, 9000, 20, 20), observedAt: day }),
    lapsed: await situation.observation({
      mine: 'A',
      shape: box(450, 300, 100, 20),
      observedAt: '2027-02-01T04:00:00Z',
    }),
    attributed: await situation.observation({ shape: box(450, 100, 100, 20), observedAt: day }),
    suspected: await situation.observation({ shape: box(1500, 100, 20, 20), observedAt: day }),
    intruding: await situation.observation({ mine: 'B', shape: box(510, 200, 30, 20), observedAt: day }),
  };
  const others = {
    anotherDay: await situation.observation({
      mine: 'A',
      shape: box(9000, 0, 20, 20),
      observedAt: '2025-12-31T04:00:00Z',
    }),
    dayAfter: await situation.observation({
      mine: 'A',
      shape: box(9000, 50, 20, 20),
      observedAt: '2027-01-01T04:00:00Z',
    }),
    anotherMine: await situation.observation({ mine: 'B', shape: box(6100, 0, 20, 20), observedAt: day }),
    nobody: await situation.observation({ shape: box(3200, 3200, 20, 20), observedAt: day }),
    attractedElsewhere: await situation.observation({ shape: box(6600, 100, 20, 20), observedAt: day }),
  };
  const all = [...Object.values(own), ...Object.values(others)];
  await situation.judge(all);
  const { diffId, observations } = await bench.correct(
    { id: changed, version: 1 },
    { mine: 'A', shape: box(0, 0, 520, 500), validFrom: '2026-01-01', validTo: '2027-01-01' },
    { validity: { from: '2026-01-01', to: '2027-01-01' } },
  );
  expect(observations).toBe(Object.keys(own).length);
  expect(await bench.difference(diffId)).toMatchObject({
    judged: Object.keys(own).length,
  });
  for (const [name, id] of Object.entries(others)) expect(await bench.judgements(id), name).toHaveLength(1);
  for (const id of [own.lapsed, own.attributed, own.intruding])
    expect(await bench.judgements(id)).toHaveLength(2);
});

test('an own area that had lapsed names a finding when it is recorded, whatever it permitted, and no more when it is withdrawn', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const day = { activity: 'STRIPPING', observedAt: '2026-05-01T04:00:00Z' } as const;
  const id = await situation.observation({ mine: 'A', shape: box(500, 100, 100, 100), ...day });
  await situation.judge([id]);
  const lapsed = { kind: 'STRIPPING_LAND', validFrom: '2024-01-01', validTo: '2025-01-01' } as const;
  const area = await situation.area({ mine: 'A', shape: box(500, 0, 200, 500), ...lapsed });
  const cause = {
    subjects: [{ id: area, version: 1 }],
    mineIds: [mineId('A')],
    areas: [{ id: area, version: 1 }],
    validity: { from: lapsed.validFrom, to: lapsed.validTo },
    reason: null,
  };
  const recorded = await bench.inTransaction(CORRECTED_AT, (_tx, request) =>
    request({ kind: 'AREA_ADDED', ...cause }),
  );
  expect(recorded.observations).toBe(1);
  expect((await situation.read(id)).findings).toMatchObject([{ kind: 'EXPIRED_RIGHT', reason: 'EXPIRED' }]);
  const withdrawnAt = '2026-06-11T00:00:00Z';
  await bench.inTransaction(withdrawnAt, async (tx, request) => {
    await tx.sql('boundaries.permitted_area').where({ id: area }).update({ superseded_at: withdrawnAt });
    return request({ kind: 'AREA_WITHDRAWN', ...cause });
  });
  expect((await situation.read(id)).findings).toMatchObject([{ kind: 'STRIPPING_OUT_OF_BOUNDS' }]);
});

test('a mine that moves to another zone has its observations judged again, and no others', async () => {
  const registry = createRegistryService(serviceParts(database.knex));
  const moveTo = async (location: Point | null) => {
    const { rejected } = await registry.upsertMines(testContext({ clock: fixedClock(CORRECTED_AT) }), [
      aMine({ code: 'A', location }),
    ]);
    expect(rejected).toEqual([]);
    const [diff] = await database.knex('enforcement.judgement_diff').delete().returning('*');
    return diff ?? null;
  };
  const at = (longitude: number): Point => ({ type: 'Point', coordinates: [longitude, 42.98] });
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const own = [
    await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) }),
    await situation.observation({ shape: box(600, 0, 100, 100) }),
  ];
  const neighbours = await situation.observation({ mine: 'B', shape: box(450, 0, 100, 100) });
  await situation.judge([...own, neighbours]);
  const zones = async (observation: string) =>
    (await bench.judgements(observation)).map((judgement) => judgement.judging_srid);

  expect(await moveTo(at(118.4))).toMatchObject({
    kind: 'MINE_MOVED',
    subjects: [{ id: mineId('A'), version: null }],
    mine_ids: [mineId('A')],
    judged: own.length,
    changed: own.length,
  });
  // Without a location the footprint tells the zone.
  expect(await moveTo(null)).toMatchObject({ judged: own.length });
  for (const id of own) expect(await zones(id)).toEqual([4549, 4548, 4549]);
  expect(await zones(neighbours)).toEqual([4549]);
  expect(await moveTo(at(120.1))).toBeNull();
  expect(await moveTo(at(120))).toBeNull();
  expect(await situation.judge([...own, neighbours])).toMatchObject({ changed: 0 });
});

test('the same cause again changes nothing and tells of nothing', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  await situation.judge([await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) })]);
  await bench.correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 520, 500) });
  const before = await situation.everything();
  const { diffId } = await bench.inTransaction(CORRECTED_AT, (_tx, request) =>
    request({
      kind: 'AREA_CORRECTED',
      subjects: [{ id, version: 2 }],
      mineIds: [mineId('A')],
      areas: [{ id, version: 2 }],
      validity: ALWAYS,
      reason: null,
    }),
  );
  expect(await situation.everything()).toEqual(before);
  expect(await bench.entries(diffId)).toEqual([]);
  expect(await bench.difference(diffId)).toMatchObject({
    judged: 1,
    changed: 0,
  });
});

test('a change that concerns no observation leaves no difference', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  expect(await bench.correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 520, 500) })).toEqual({
    diffId: null,
    runId: null,
    observations: 0,
  });
});

test('many are queued by the transaction of the change, and a change that is undone queues nothing', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 15_000) });
  await database.knex.raw(
    `insert into boundaries.observation (id, provider, mine_id, activity, method, observed_at, geom, sigma_m, area_m2, recorded_at, content_digest)
     select md5('many' || n)::uuid, 'many', ?, 'EXTRACTION', 'UAV', '2026-05-01', ST_Multi(ST_Transform(ST_MakeEnvelope(
       500490, 4760000 + n * 30, 500510, 4760020 + n * 30, 4549), 4490)), 1, 400, '2026-05-02', ''
     from generate_series(1, 300) n`,
    [mineId('A')],
  );
  await situation.judge(await database.knex('boundaries.observation').pluck('id'));
  await expect(
    bench.inTransaction(CORRECTED_AT, async (tx, request) => {
      await request({
        kind: 'AREA_CORRECTED',
        subjects: [],
        mineIds: [mineId('A')],
        validity: ALWAYS,
        reason: null,
      });
      await tx.sql.raw('select 1 / 0');
    }),
  ).rejects.toThrow('division by zero');
  expect(await database.knex('enforcement.judgement_run')).toEqual([]);

  const { diffId, runId, observations } = await bench.correct(
    { id, version: 1 },
    { mine: 'A', shape: box(0, 0, 600, 15_000) },
  );
  expect(observations).toBe(300);
  expect(await database.knex('enforcement.judgement').whereNotNull('superseded_at')).toEqual([]);
  const parts = serviceParts(database.knex);
  const runner = createJudgementRunner(parts);
  const clock = fixedClock(CORRECTED_AT);
  const service = createEnforcementService(parts);
  const run = await service.judgementRun(testContext(), runId ?? '');
  expect(run).toMatchObject({ state: 'RUNNING', total: 300, judged: 0 });
  await expect(service.cancelJudgementRun(testContext(), runId ?? '')).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(await runner.takeOver(testContext({ clock }))).toMatchObject({
    id: runId,
    state: 'DONE',
    changed: 300,
  });
  expect(await bench.difference(diffId)).toMatchObject({
    judged: 300,
    changed: 300,
    completed_at: new Date(CORRECTED_AT),
  });
  expect(await bench.entries(diffId)).toHaveLength(300);
});

describe('an observation that comes in while a boundary is corrected', () => {
  const corrected = { mine: 'A', shape: box(0, 0, 600, 500) };
  const later = testContext({ clock: fixedClock('2026-06-12T00:00:00Z') });

  /** Stores and judges a crossing observation in one transaction, and holds it open until `until`. */
  const submit = (judged: () => void, until: Promise<unknown>): Promise<string> =>
    createTransact(database.knex)(later, async (tx) => {
      const id = await new Situation(tx.sql).observation({ mine: 'A', shape: box(450, 0, 100, 100) });
      await situation.engine.judge(later, tx, [id]);
      judged();
      await until;
      return id;
    });

  test('and was judged first is found by the correction', async () => {
    const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    const judged = signal();
    const mayCommit = signal();
    const submitted = submit(judged.give, mayCommit.given);
    await judged.given;
    const correction = bench.correct({ id, version: 1 }, corrected);
    // Long enough for the correction to look for observations, were it not kept waiting.
    await new Promise((resolve) => setTimeout(resolve, 300));
    mayCommit.give();
    const observation = await submitted;
    expect((await correction).observations).toBe(1);
    expect(await situation.read(observation)).toMatchObject({ plan: 'WITHIN', areas: [{ id, version: 2 }] });
  });

  test('and is judged after it knows of the correction', async () => {
    const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    const closed = signal();
    const mayCommit = signal();
    const correction = bench.inTransaction(CORRECTED_AT, async (tx, request) => {
      await bench.writeNext(tx, { id, version: 1 }, corrected);
      await request({
        kind: 'AREA_CORRECTED',
        subjects: [],
        mineIds: [mineId('A')],
        areas: [1, 2].map((version) => ({ id, version })),
        validity: ALWAYS,
        reason: null,
      });
      closed.give();
      await mayCommit.given;
    });
    await closed.given;
    const submitted = submit(() => {}, Promise.resolve());
    await new Promise((resolve) => setTimeout(resolve, 300));
    mayCommit.give();
    await correction;
    expect(await situation.read(await submitted)).toMatchObject({
      plan: 'WITHIN',
      areas: [{ id, version: 2 }],
    });
  });
});
