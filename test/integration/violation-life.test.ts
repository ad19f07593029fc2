import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import {
  createEnforcementService,
  createViolationLifeService,
} from '../../src/subgraphs/enforcement/services.js';
import type { ViolationLifeService } from '../../src/subgraphs/enforcement/violations/violation-life.service.js';
import type { ReviewDecision } from '../../src/vocabulary/violation-life.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
let life: ViolationLifeService;
let violation: string;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('PIT');
  life = createViolationLifeService({
    knex: database.knex,
    transact: createTransact(database.knex),
  });
});
afterAll(() => database.close());

/** A pit that digs 100 m out of its right. */
beforeEach(async () => {
  await situation.clear();
  await database.knex.raw(
    'truncate enforcement.violation_transition, enforcement.past_violation, platform.event',
  );
  await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
  await situation.judge([
    await situation.observation({ mine: 'PIT', shape: box(450, 100, 150, 50), ref: 'dig' }),
  ]);
  violation = await database
    .knex('enforcement.violation')
    .first('id')
    .then((row) => row.id as string);
});

const review = (decision: ReviewDecision, note = 'seen on site', at = '2026-06-01T04:00:00Z') =>
  life.review(testContext({ clock: fixedClock(at) }), violation, { decision, note, seen: null });

test('people take a violation from detection to its close, and the file says who, when and why', async () => {
  await review('START_REVIEW', '', '2026-06-01T01:00:00Z');
  await review('CONFIRM', 'the drone is right', '2026-06-02T01:00:00Z');
  await review('START_RECTIFYING', 'ordered to backfill', '2026-06-03T01:00:00Z');
  const closed = await review('CLOSE', 'backfilled, checked on foot', '2026-07-03T01:00:00Z');
  expect(closed.state).toBe('CLOSED');
  expect(closed.updatedAt).toEqual(new Date('2026-07-03T01:00:00Z'));
  const step = { violationId: violation, by: 'local-administrator' };
  expect(await life.history(testContext(), violation, 500)).toEqual([
    {
      ...step,
      action: 'START_REVIEW',
      from: 'DETECTED',
      to: 'UNDER_REVIEW',
      note: null,
      at: new Date('2026-06-01T01:00:00Z'),
    },
    {
      ...step,
      action: 'CONFIRM',
      from: 'UNDER_REVIEW',
      to: 'CONFIRMED',
      note: 'the drone is right',
      at: new Date('2026-06-02T01:00:00Z'),
    },
    {
      ...step,
      action: 'START_RECTIFYING',
      from: 'CONFIRMED',
      to: 'RECTIFYING',
      note: 'ordered to backfill',
      at: new Date('2026-06-03T01:00:00Z'),
    },
    {
      ...step,
      action: 'CLOSE',
      from: 'RECTIFYING',
      to: 'CLOSED',
      note: 'backfilled, checked on foot',
      at: new Date('2026-07-03T01:00:00Z'),
    },
  ]);
  expect(await life.history(testContext(), violation, 1)).toMatchObject([{ action: 'CLOSE' }]);
});

test('each decision is told once, with what it led from and to', async () => {
  await review('START_REVIEW');
  const events = await database.knex('platform.event').where({ type: 'violation.reviewed' });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    subject_type: 'Violation',
    subject_id: violation,
    division_code: '150421',
    actor: 'local-administrator',
    data: { decision: 'START_REVIEW', from: 'DETECTED', to: 'UNDER_REVIEW', note: 'seen on site' },
  });
});

test('of two reviewers at once the second is told what the first made of it', async () => {
  await review('START_REVIEW');
  const answers = await Promise.allSettled([review('CONFIRM'), review('DISMISS')]);
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused).toHaveLength(1);
  const state = (await database.knex('enforcement.violation').first('state')).state;
  expect(refused[0]?.reason).toMatchObject({ code: 'CONFLICT', details: { state } });
  expect(await life.history(testContext(), violation, 500)).toHaveLength(2);
});

test('a decision taken with an older state in view is refused, also where it would be possible', async () => {
  await review('START_REVIEW');
  const stale = { decision: 'CONFIRM', note: '', seen: 'DETECTED' } as const;
  await expect(life.review(testContext(), violation, stale)).rejects.toMatchObject({
    code: 'CONFLICT',
    details: { state: 'UNDER_REVIEW' },
  });
  await expect(
    life.review(testContext(), violation, { ...stale, seen: 'UNDER_REVIEW' }),
  ).resolves.toMatchObject({ state: 'CONFIRMED' });
});

test('nothing is decided about what one may not see, or what is not there', async () => {
  const stranger = testContext({ principal: countyOfficer('210381') });
  const decision = { decision: 'START_REVIEW', note: '', seen: null } as const;
  await expect(life.review(stranger, violation, decision)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(life.review(testContext(), 'nothing', decision)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await review('START_REVIEW');
  expect(await life.history(stranger, violation, 500)).toEqual([]);
});

test('a judgement that finds nothing any longer closes it, one that does reopens it, both in its history', async () => {
  await review('START_REVIEW');
  const wider = await situation.area({ mine: 'PIT', shape: box(500, 0, 500, 500) });
  const [dig] = await database.knex('boundaries.observation').pluck('id');
  await situation.judge([dig], fixedClock('2026-06-05T00:00:00Z'));
  await database.knex('boundaries.permitted_area').where({ id: wider }).delete();
  await situation.judge([dig], fixedClock('2026-06-06T00:00:00Z'));
  expect(await life.history(testContext(), violation, 500)).toMatchObject([
    { action: 'START_REVIEW' },
    {
      action: 'AUTO_CLOSE',
      from: 'UNDER_REVIEW',
      to: 'AUTO_CLOSED',
      note: 'No current finding supports it any longer',
    },
    { action: 'AUTO_REOPEN', from: 'AUTO_CLOSED', to: 'REOPENED', at: new Date('2026-06-06T00:00:00Z') },
  ]);
});

test('what people dismissed a judgement leaves alone', async () => {
  await review('START_REVIEW');
  await review('DISMISS', 'a haul road that was approved');
  const wider = await situation.area({ mine: 'PIT', shape: box(500, 0, 500, 500) });
  const [dig] = await database.knex('boundaries.observation').pluck('id');
  await situation.judge([dig]);
  expect((await database.knex('enforcement.violation').first('state')).state).toBe('DISMISSED');
  await database.knex('boundaries.permitted_area').where({ id: wider }).delete();
  await situation.judge([dig]);
  expect((await database.knex('enforcement.violation').first('state')).state).toBe('DISMISSED');
});

test('a violation that an earlier sighting takes over hands on its history', async () => {
  await review('START_REVIEW');
  await review('CONFIRM');
  const earlier = await situation.observation({
    mine: 'PIT',
    shape: box(450, 100, 100, 50),
    observedAt: '2026-04-01T04:00:00Z',
  });
  await situation.judge([earlier]);
  const enforcement = createEnforcementService({
    knex: database.knex,
    transact: createTransact(database.knex),
    judge: situation.engine,
  });
  const heir = await enforcement.violation(testContext(), violation);
  expect(heir?.id).not.toBe(violation);
  expect(heir?.state).toBe('CONFIRMED');
  expect(await life.history(testContext(), heir?.id ?? '', 500)).toMatchObject([
    { action: 'START_REVIEW' },
    { action: 'CONFIRM' },
  ]);
  // Decided by its old id, as a reviewer would whose page is an hour old.
  expect((await review('START_RECTIFYING')).id).toBe(heir?.id);
});
