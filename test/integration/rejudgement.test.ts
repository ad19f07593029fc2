import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Subgraph } from '../../src/graph/subgraph.js';
import { JudgementEngine } from '../../src/judgement/judgement-engine.js';
import { createJudging } from '../../src/judgement/judging.js';
import type { RejudgementCause, RejudgementRequest } from '../../src/judgement/rejudgement.js';
import { RejudgementDesk } from '../../src/judgement/rejudgement-desk.js';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact, type Transaction } from '../../src/platform/transact.js';
import {
  createEnforcementService,
  createEnforcementSubgraph,
  createJudgementRunner,
} from '../../src/subgraphs/enforcement/subgraph.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { testEvents, testWebhooks } from '../support/events.js';
import { type AreaFacts, box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
let enforcement: Subgraph;
const desk = new RejudgementDesk(new JudgementEngine());

const CORRECTED_AT = '2026-06-10T00:00:00Z';
const ALWAYS = { from: null, to: null };

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
  enforcement = await createEnforcementSubgraph({
    knex: database.knex,
    transact: createTransact(database.knex),
    ...createJudging(),
    events: testEvents(database.knex),
    webhooks: testWebhooks,
    extent: null,
  });
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
    const { diffId } = await correct({ id, version: i + 1 }, { mine: 'A', shape }, {}, at);
    const told = await entries(diffId);
    const more = told.map((entry) => (entry.area_after_m2 ?? 0) - (entry.area_before_m2 ?? 0));
    expect(Math.round(more.reduce((sum, each) => sum + each, 0) / 10) * 10).toBe(grown);
    const open = await database.knex('enforcement.violation').whereNot({ state: 'AUTO_CLOSED' });
    expect(open).toHaveLength(standing);
    closed.push(...told.filter((entry) => entry.change === 'AUTO_CLOSED').map((entry) => entry.violation_id));
  }
  expect(closed).toHaveLength(1);
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
  const { diffId, observations } = await correct(
    { id: changed, version: 1 },
    { mine: 'A', shape: box(0, 0, 520, 500), validFrom: '2026-01-01', validTo: '2027-01-01' },
    { validity: { from: '2026-01-01', to: '2027-01-01' } },
  );
  expect(observations).toBe(Object.keys(own).length);
  expect(await database.knex('enforcement.judgement_diff').where({ id: diffId }).first()).toMatchObject({
    judged: Object.keys(own).length,
  });
  for (const [name, id] of Object.entries(others)) expect(await judgements(id), name).toHaveLength(1);
  for (const id of [own.lapsed, own.attributed, own.intruding]) expect(await judgements(id)).toHaveLength(2);
});

test('the same cause again changes nothing and tells of nothing', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  await situation.judge([await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) })]);
  await correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 520, 500) });
  const before = await situation.everything();
  const { diffId } = await inTransaction(CORRECTED_AT, (_tx, request) =>
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
  expect(await entries(diffId)).toEqual([]);
  expect(await database.knex('enforcement.judgement_diff').where({ id: diffId }).first()).toMatchObject({
    judged: 1,
    changed: 0,
  });
});

test('a change that concerns no observation leaves no difference', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  expect(await correct({ id, version: 1 }, { mine: 'A', shape: box(0, 0, 520, 500) })).toEqual({
    diffId: null,
    runId: null,
    observations: 0,
  });
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
    inTransaction(CORRECTED_AT, async (tx, request) => {
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
  expect(await judgements(first)).toMatchObject([{ superseded_at: new Date(CORRECTED_AT) }]);
  expect(await database.knex('enforcement.violation')).toMatchObject([
    { state: 'DETECTED', area_m2: violation.area_m2 },
  ]);
  expect(await entries(renamed.diffId)).toEqual([]);
  expect(await database.knex('enforcement.violation_alias').pluck('old_id')).toEqual([violation.id]);

  const closed = await withdraw(later, CORRECTED_AT);
  expect(await entries(closed.diffId)).toMatchObject([{ change: 'AUTO_CLOSED' }]);
  const [gone] = await database.knex('enforcement.violation');
  expect(gone).toMatchObject({ state: 'AUTO_CLOSED' });
  expect(gone.reason).toContain('Seen by mistake');
  expect(await database.knex('enforcement.finding').where({ current: true })).toEqual([]);

  const back = await withdraw(later, null);
  expect(await entries(back.diffId)).toMatchObject([{ change: 'REOPENED' }]);
  expect((await judgements(later)).map((judgement) => judgement.sequence)).toEqual([1, 2]);
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
    inTransaction(CORRECTED_AT, async (tx, request) => {
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

  const { diffId, runId, observations } = await correct(
    { id, version: 1 },
    { mine: 'A', shape: box(0, 0, 600, 15_000) },
  );
  expect(observations).toBe(300);
  expect(await database.knex('enforcement.judgement').whereNotNull('superseded_at')).toEqual([]);
  const runner = createJudgementRunner({
    knex: database.knex,
    transact: createTransact(database.knex),
    ...createJudging(),
  });
  const clock = fixedClock(CORRECTED_AT);
  const service = createEnforcementService({
    knex: database.knex,
    transact: createTransact(database.knex),
    ...createJudging(),
  });
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
  expect(await database.knex('enforcement.judgement_diff').where({ id: diffId }).first()).toMatchObject({
    judged: 300,
    changed: 300,
    completed_at: new Date(CORRECTED_AT),
  });
  expect(await entries(diffId)).toHaveLength(300);
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

  const signal = (): { readonly given: Promise<void>; give: () => void } => {
    let give: () => void = () => {};
    const given = new Promise<void>((resolve) => {
      give = resolve;
    });
    return { given, give: () => give() };
  };

  test('and was judged first is found by the correction', async () => {
    const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    const judged = signal();
    const mayCommit = signal();
    const submitted = submit(judged.give, mayCommit.given);
    await judged.given;
    const correction = correct({ id, version: 1 }, corrected);
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
    const correction = inTransaction(CORRECTED_AT, async (tx, request) => {
      await tx
        .sql('boundaries.permitted_area')
        .where({ id, version: 1 })
        .update({ superseded_at: CORRECTED_AT });
      await new Situation(tx.sql).area({ ...corrected, id, version: 2, recordedAt: CORRECTED_AT });
      const areas = [1, 2].map((version) => ({ id, version }));
      const cause = {
        kind: 'AREA_CORRECTED',
        subjects: [],
        mineIds: [mineId('A')],
        areas,
        validity: ALWAYS,
      } as const;
      await request({ ...cause, reason: null });
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
