import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import { idFromKey } from '../../src/platform/ids.js';
import { createEnforcementService } from '../../src/subgraphs/enforcement/services.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { ALWAYS, CORRECTED_AT, RejudgementBench } from '../support/rejudgement-bench.js';
import { serviceParts } from '../support/service-parts.js';
import { box, Situation } from '../support/situation.js';

// Whose a violation is, what it is called, and what becomes of it when it is called otherwise.

let database: TestDatabase;
let situation: Situation;
let bench: RejudgementBench;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  bench = new RejudgementBench(database.knex);
  await situation.mine('ONE');
  await situation.mine('OTHER');
});
afterAll(() => database.close());
beforeEach(async () => {
  await situation.clear();
  await bench.clear();
  await database.knex.raw('truncate enforcement.violation_transition, platform.event');
});

const violations = () => database.knex('enforcement.violation').orderBy(['opened_at', 'first_observed_at']);

test('what turns out to be of another mine is another violation: the one is closed, the other detected', async () => {
  await situation.area({ mine: 'ONE', shape: box(0, 0, 500, 500) });
  await situation.area({ mine: 'OTHER', shape: box(0, 2000, 500, 500) });
  const seen = await situation.observation({ mine: 'ONE', shape: box(800, 0, 100, 100) });
  await situation.judge([seen], fixedClock('2026-06-01T04:00:00Z'));
  const { diffId } = await bench.inTransaction(CORRECTED_AT, async (tx, request) => {
    await tx
      .sql('boundaries.observation')
      .where({ id: seen })
      .update({ mine_id: mineId('OTHER'), version: 2 });
    return request({
      kind: 'OBSERVATION_CORRECTED',
      subjects: [{ id: seen, version: 2 }],
      mineIds: [],
      observationIds: [seen],
      validity: { from: null, to: null },
      reason: null,
    });
  });
  const [before, after] = await violations();
  expect(before).toMatchObject({ mine_id: mineId('ONE'), state: 'AUTO_CLOSED' });
  expect(after).toMatchObject({ mine_id: mineId('OTHER'), state: 'DETECTED' });
  const entries = await bench.entries(diffId);
  expect(entries.map((entry) => [entry.change, entry.violation_id]).sort()).toEqual([
    ['APPEARED', after.id],
    ['AUTO_CLOSED', before.id],
  ]);
  const events = await database.knex('platform.event').where({ subject_type: 'Violation' }).orderBy('seq');
  expect(events.map(({ type, mine_id }) => [type, mine_id])).toEqual([
    ['violation.detected', mineId('ONE')],
    ['violation.detected', mineId('OTHER')],
    ['violation.auto-closed', mineId('ONE')],
  ]);
});

test('one that a judgement had closed is open when another has taken it over and its finding is back', async () => {
  const right = await situation.area({ mine: 'ONE', shape: box(0, 0, 400, 500) });
  const dig = async (day: string, reach: number): Promise<void> => {
    const shape = box(350, 100, reach - 350, 100);
    await situation.judge([
      await situation.observation({ mine: 'ONE', shape, observedAt: `${day}T04:00:00Z` }),
    ]);
  };
  await dig('2026-05-02', 460);
  await bench.correct({ id: right, version: 1 }, { mine: 'ONE', shape: box(0, 0, 500, 500) });
  await dig('2026-05-01', 560);
  expect((await violations()).map(({ state }) => state).sort()).toEqual(['AUTO_CLOSED', 'DETECTED']);
  await bench.correct(
    { id: right, version: 2 },
    { mine: 'ONE', shape: box(0, 0, 400, 500) },
    {},
    '2026-06-11T00:00:00Z',
  );
  const [violation, ...others] = await violations();
  expect(others).toEqual([]);
  expect(violation.state).toBe('REOPENED');
  const history = await database.knex('enforcement.violation_transition').orderBy('at');
  expect(history).toMatchObject([
    { violation_id: violation.id, action: 'AUTO_CLOSE', to_state: 'AUTO_CLOSED' },
    { violation_id: violation.id, action: 'AUTO_REOPEN', to_state: 'REOPENED' },
  ]);
});

test('one that is stored under the name of before the mine was part of it is found, and answers to both', async () => {
  await situation.area({ mine: 'ONE', shape: box(0, 0, 500, 500) });
  const first = await situation.observation({ mine: 'ONE', shape: box(450, 0, 100, 100) });
  await situation.judge([first]);
  const former = idFromKey('violation', first, 'MINING_OUT_OF_BOUNDS', '', '0');
  await database.knex.transaction(async (sql) => {
    await sql.raw('set local session_replication_role = replica');
    await sql('enforcement.violation').update({ id: former, state: 'UNDER_REVIEW' });
    await sql('enforcement.violation_finding').update({ violation_id: former });
  });
  const observedAt = '2026-05-20T04:00:00Z';
  await situation.judge([
    await situation.observation({ mine: 'ONE', shape: box(450, 0, 150, 100), observedAt }),
  ]);
  const [violation, ...others] = await violations();
  expect(others).toEqual([]);
  expect(violation).toMatchObject({
    id: idFromKey('violation', first, 'MINING_OUT_OF_BOUNDS', mineId('ONE'), '', '0'),
    state: 'UNDER_REVIEW',
    area_m2: expect.closeTo(10_000, -2),
  });
  expect(await database.knex('enforcement.violation_alias')).toMatchObject([
    { old_id: former, new_id: violation.id },
  ]);
});

test('an id answers through every name that its violation has had since, and for itself when it comes back', async () => {
  await situation.area({ mine: 'ONE', shape: box(0, 0, 500, 500) });
  const enforcement = createEnforcementService(serviceParts(database.knex));
  const dig = async (day: string): Promise<{ seen: string; name: string }> => {
    const observedAt = `${day}T04:00:00Z`;
    const seen = await situation.observation({ mine: 'ONE', shape: box(450, 0, 100, 100), observedAt });
    await situation.judge([seen]);
    const [violation, ...others] = await violations();
    expect(others).toEqual([]);
    return { seen, name: violation.id };
  };
  const { name: a } = await dig('2026-05-03');
  const { name: b } = await dig('2026-05-02');
  const { seen: earliest, name: c } = await dig('2026-05-01');
  expect(new Set([a, b, c]).size).toBe(3);
  const answers = () =>
    Promise.all([a, b, c].map(async (id) => (await enforcement.violation(testContext(), id))?.id ?? null));
  const aliases = async () =>
    Object.fromEntries(
      (await database.knex('enforcement.violation_alias')).map((alias) => [alias.old_id, alias.new_id]),
    );
  expect(await answers()).toEqual([c, c, c]);
  expect(await aliases()).toEqual({ [a]: c, [b]: c });

  await bench.inTransaction(CORRECTED_AT, async (tx, request) => {
    await tx.sql('boundaries.observation').where({ id: earliest }).update({ withdrawn_at: CORRECTED_AT });
    return request({
      kind: 'OBSERVATION_WITHDRAWN',
      subjects: [{ id: earliest, version: 1 }],
      mineIds: [],
      observationIds: [earliest],
      validity: ALWAYS,
      reason: 'Wrong date',
    });
  });
  expect(await answers()).toEqual([b, b, b]);
  expect(await aliases()).toEqual({ [a]: b, [c]: b });
});

test('an area that only shares an edge with what was closed is not named as what closed it', async () => {
  const right = await situation.area({ mine: 'ONE', shape: box(0, 0, 500, 500) });
  const beside = await situation.area({ mine: 'ONE', shape: box(600, 0, 500, 500) });
  await situation.judge([await situation.observation({ mine: 'ONE', shape: box(450, 0, 150, 100) })]);
  await bench.inTransaction(CORRECTED_AT, async (tx, request) => {
    await bench.writeNext(tx, { id: right, version: 1 }, { mine: 'ONE', shape: box(0, 0, 600, 500) });
    await bench.writeNext(tx, { id: beside, version: 1 }, { mine: 'ONE', shape: box(600, 0, 400, 500) });
    return request({
      kind: 'AREA_CORRECTED',
      subjects: [],
      mineIds: [mineId('ONE')],
      areas: [right, beside].flatMap((id) => [1, 2].map((version) => ({ id, version }))),
      validity: { from: null, to: null },
      reason: null,
    });
  });
  const [closed] = await violations();
  expect(closed.reason).toContain(right);
  expect(closed.reason).not.toContain(beside);
});
