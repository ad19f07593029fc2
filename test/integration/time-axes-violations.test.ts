import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createViolationGrowthService,
  createViolationLifeService,
} from '../../src/subgraphs/enforcement/services.js';
import type { ReviewDecision } from '../../src/vocabulary/violation-life.js';
import { mineId } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceParts } from '../support/service-parts.js';
import {
  BECAUSE,
  importSquare,
  openVersions,
  seeSquare,
  squareOutline,
  type Versions,
} from '../support/versions.js';

let database: TestDatabase;
let versions: Versions;
beforeAll(async () => {
  database = await openTestDatabase();
  versions = await openVersions(database.knex, [
    'CORRECTED',
    'GROWING',
    'SERIES',
    'TAKEN-BACK',
    'MERGED',
    'SEAMS',
  ]);
});
afterAll(() => database.close());

const page = { first: 50, after: null };
const known = (instant: string) => ({ known: new Date(instant) });

const violationsOf = async (
  mine: string,
  asOf: Parameters<Versions['enforcement']['violations']>[5] = null,
) => {
  const filter = { mineIds: [mineId(mine)] };
  const found = await versions.enforcement.violations(testContext(), filter, null, 'ID', page, asOf);
  expect(await found.count()).toBe(found.items.length);
  return found.items.map(({ node }) => node);
};

test('case 11: the excess becomes permitted retroactively, and the old violation still answers as known then', async () => {
  const { areaChanges, enforcement } = versions;
  const area = await importSquare(versions, at('2026-03-01T00:00:00Z'), 'CORRECTED', 'D-1', { metres: 50 });
  const observation = await seeSquare(versions, at('2026-03-05T00:00:00Z'), 'CORRECTED', 'S-1');
  const [before] = await violationsOf('CORRECTED');
  expect(before).toMatchObject({ state: 'DETECTED', kind: 'MINING_OUT_OF_BOUNDS' });
  expect(before?.areaSquareMetres).toBeCloseTo(7500, 0);

  const outline = { format: 'WKT', content: squareOutline(200), encoding: 'UTF8' } as const;
  const outcome = await areaChanges.correct(at('2026-04-01T00:00:00Z'), area, { outline }, BECAUSE);
  expect(outcome.judgementDiffId).not.toBeNull();
  const [after] = await violationsOf('CORRECTED');
  expect(after).toMatchObject({ id: before?.id, state: 'AUTO_CLOSED' });
  const [then] = await violationsOf('CORRECTED', known('2026-03-20T00:00:00Z'));
  expect(then).toMatchObject({ ...before, known: new Date('2026-03-20T00:00:00Z') });
  expect(await violationsOf('CORRECTED', known('2026-03-04T00:00:00Z'))).toEqual([]);

  const geometry = then && (await enforcement.violationGeometry(testContext(), then));
  expect(geometry).toMatchObject({ type: 'MultiPolygon' });
  expect(await enforcement.findingsOfViolation(testContext(), then ?? { id: '' }, 10)).toHaveLength(1);
  const old = await enforcement.judgement(testContext(), observation, new Date('2026-03-20T00:00:00Z'));
  expect(old).toMatchObject({ planVerdict: 'CONFIRMED', areas: [{ id: area, version: 1 }] });
  expect(await enforcement.judgement(testContext(), observation, null)).toMatchObject({
    planVerdict: 'WITHIN',
    areas: [{ id: area, version: 2 }],
  });
});

test('a violation is as large as it was known to be, its findings are those of then, and its extent too', async () => {
  const { enforcement } = versions;
  await importSquare(versions, at('2026-03-01T00:00:00Z'), 'GROWING', 'D-1', { metres: 50, east: 3000 });
  await seeSquare(versions, at('2026-03-05T00:00:00Z'), 'GROWING', 'G-1', { east: 3000 });
  const later = { east: 3000, metres: 150, observedAt: new Date('2026-03-15T04:00:00Z') };
  await seeSquare(versions, at('2026-03-20T00:00:00Z'), 'GROWING', 'G-2', later);
  const [now] = await violationsOf('GROWING');
  const [then] = await violationsOf('GROWING', known('2026-03-10T00:00:00Z'));
  expect(now?.id).toBe(then?.id);
  expect([then?.areaSquareMetres, now?.areaSquareMetres].map((area) => Math.round(area ?? 0))).toEqual([
    7500, 20_000,
  ]);
  const counts = await Promise.all(
    [then, now].map(
      async (v) => (await enforcement.findingsOfViolation(testContext(), v ?? { id: '' }, 10)).length,
    ),
  );
  expect(counts).toEqual([1, 2]);
  const extents = await Promise.all(
    [then, now].map((v) => enforcement.violationGeometry(testContext(), v ?? { id: '' })),
  );
  expect(extents[0]).not.toEqual(extents[1]);
  // What had been seen by a day is a matter of the other axis.
  expect(await violationsOf('GROWING', { valid: new Date('2026-02-01T03:59:59Z') })).toEqual([]);
  expect(await violationsOf('GROWING', { valid: new Date('2026-02-01T04:00:00Z') })).toHaveLength(1);
  const officer = testContext({ principal: countyOfficer('210381') });
  expect(await enforcement.violation(officer, now?.id ?? '', known('2026-03-10T00:00:00Z'))).toBeNull();
});

test('series, growth and history are those that were known', async () => {
  const parts = serviceParts(database.knex);
  const growths = createViolationGrowthService(parts);
  const lives = createViolationLifeService(parts);
  const east = 15_000;
  const area = await importSquare(versions, at('2026-03-01T00:00:00Z'), 'SERIES', 'D-1', {
    metres: 50,
    east,
  });
  await seeSquare(versions, at('2026-03-05T00:00:00Z'), 'SERIES', 'T-1', { east });
  const later = { east, metres: 150, observedAt: new Date('2026-02-15T04:00:00Z') };
  await seeSquare(versions, at('2026-03-06T00:00:00Z'), 'SERIES', 'T-2', later);
  const [{ id } = { id: '' }] = await violationsOf('SERIES');
  const review = (instant: string, decision: ReviewDecision) =>
    lives.review(at(instant), id, { decision, note: '', seen: null });
  await review('2026-03-07T00:00:00Z', 'START_REVIEW');
  const then = new Date('2026-03-10T00:00:00Z');
  const told = async (known: Date | null) => {
    const series = await growths.series(testContext(), id, 10, known);
    const growth = await growths.growth(testContext(), id, { from: null, to: null }, known);
    const history = await lives.history(testContext(), id, 1, known);
    return { series, growth, steps: history.map(({ action }) => action) };
  };
  const before = await told(null);
  expect(before.series.map(({ observedOn }) => observedOn)).toEqual(['2026-02-01', '2026-02-15']);
  expect(before).toMatchObject({
    growth: { from: '2026-02-01', to: '2026-02-15', addedAreaSquareMetres: expect.closeTo(12_500, 0) },
    steps: ['START_REVIEW'],
  });

  await review('2026-03-20T00:00:00Z', 'CONFIRM');
  const outline = { format: 'WKT', content: squareOutline(120, east), encoding: 'UTF8' } as const;
  await versions.areaChanges.correct(at('2026-04-01T00:00:00Z'), area, { outline }, BECAUSE);
  const [heir] = (await violationsOf('SERIES')).filter(({ state }) => state !== 'AUTO_CLOSED');
  expect(heir?.lastObservedAt).toEqual(later.observedAt);
  expect(await told(then)).toEqual(before);
  expect(await told(new Date('2026-03-04T00:00:00Z'))).toEqual({ series: [], growth: null, steps: [] });
  expect((await told(null)).series).not.toEqual(before.series);
});

test('a withdrawn observation and its verdict stop counting, and stay readable as they were known', async () => {
  const { boundaries, enforcement, withdrawals } = versions;
  await importSquare(versions, at('2026-03-01T00:00:00Z'), 'TAKEN-BACK', 'D-1', { metres: 50, east: 6000 });
  const id = await seeSquare(versions, at('2026-03-05T00:00:00Z'), 'TAKEN-BACK', 'W-1', { east: 6000 });
  const outcome = await withdrawals.withdraw(at('2026-04-01T00:00:00Z'), id, BECAUSE);
  expect(outcome).toMatchObject({ observation: { id, withdrawal: BECAUSE } });
  expect(outcome.judgementDiffId).not.toBeNull();

  expect(await violationsOf('TAKEN-BACK')).toMatchObject([{ state: 'AUTO_CLOSED' }]);
  expect(await violationsOf('TAKEN-BACK', known('2026-03-20T00:00:00Z'))).toMatchObject([
    { state: 'DETECTED' },
  ]);
  await expect(enforcement.judgement(testContext(), id, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await enforcement.judgement(testContext(), id, new Date('2026-03-20T00:00:00Z'))).toMatchObject({
    planVerdict: 'CONFIRMED',
  });

  const list = async (filter: Parameters<typeof boundaries.observations>[1], asOf = {}) =>
    (
      await boundaries.observations(
        testContext(),
        { mineIds: [mineId('TAKEN-BACK')], ...filter },
        null,
        asOf,
        page,
      )
    ).items.map(({ node }) => node.id);
  expect(await list({})).toEqual([]);
  expect(await list({ withdrawn: true })).toEqual([id]);
  expect(await list({}, known('2026-03-20T00:00:00Z'))).toEqual([id]);
  expect(await list({}, known('2026-04-01T00:00:00Z'))).toEqual([]);
  expect(await boundaries.observation(testContext(), id)).toMatchObject({
    withdrawal: { reason: BECAUSE.reason },
  });
  expect((await boundaries.observationsOfMine(testContext(), mineId('TAKEN-BACK'), page)).items).toEqual([]);

  await expect(withdrawals.withdraw(testContext(), id, BECAUSE)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(seeSquare(versions, testContext(), 'TAKEN-BACK', 'W-1', { east: 6000 })).rejects.toThrow(
    'was withdrawn',
  );
});

test('a corrected observation is read with the footprint that it had', async () => {
  const { boundaries } = versions;
  const id = await seeSquare(versions, at('2026-03-05T00:00:00Z'), 'MERGED', 'O-1', {
    east: 9000,
    metres: 100,
  });
  await seeSquare(versions, at('2026-03-10T00:00:00Z'), 'MERGED', 'O-1', { east: 9000, metres: 120 });
  const then = await boundaries.observation(testContext(), id, known('2026-03-07T00:00:00Z'));
  const now = await boundaries.observation(testContext(), id);
  expect([then?.version, now?.version]).toEqual([1, 2]);
  expect([then, now].map((o) => Math.round(o?.areaSquareMetres ?? 0))).toEqual([10_000, 14_400]);
  const [first, second] = await Promise.all(
    [then, now].map((o) => o && boundaries.observationGeometry(testContext(), o)),
  );
  expect(first).toMatchObject({ type: 'MultiPolygon' });
  expect(first).not.toEqual(second);
});

test('an earlier sighting takes a violation over; as known before, the old id still names what it was', async () => {
  const { enforcement, withdrawals } = versions;
  await importSquare(versions, at('2026-03-01T00:00:00Z'), 'MERGED', 'D-1', { metres: 50, east: 12_000 });
  const seen = (ref: string, day: string, when: string) =>
    seeSquare(versions, at(when), 'MERGED', ref, { east: 12_000, observedAt: new Date(`${day}T04:00:00Z`) });
  await seen('M-2', '2026-02-10', '2026-03-05T00:00:00Z');
  const inPlace = { mineIds: [mineId('MERGED')], kind: ['MINING_OUT_OF_BOUNDS' as const] };
  const list = async (asOf: { known: Date } | null = null) =>
    (await enforcement.violations(testContext(), inPlace, null, 'FIRST_OBSERVED', page, asOf)).items
      .map(({ node }) => node)
      .filter((v) => v.areaSquareMetres < 8000);
  const [young] = await list();
  const lives = createViolationLifeService(serviceParts(database.knex));
  const review = { decision: 'START_REVIEW', note: '', seen: null } as const;
  await lives.review(at('2026-03-06T00:00:00Z'), young?.id ?? '', review);
  const first = await seen('M-1', '2026-02-05', '2026-03-10T00:00:00Z');
  const [heir] = await list();
  expect(heir?.id).not.toBe(young?.id);
  expect(await enforcement.violation(testContext(), young?.id ?? '')).toMatchObject({ id: heir?.id });
  const then = known('2026-03-07T00:00:00Z');
  expect(await enforcement.violation(testContext(), young?.id ?? '', then)).toMatchObject({ id: young?.id });
  expect((await list(then)).map((v) => v.id)).toEqual([young?.id]);
  expect(
    await enforcement.findingsOfViolation(testContext(), { id: young?.id ?? '', ...then }, 10),
  ).toHaveLength(1);
  // Whoever holds the id of now reads by it what it was called then.
  expect(await enforcement.violation(testContext(), heir?.id ?? '', then)).toMatchObject({
    id: young?.id,
    state: 'UNDER_REVIEW',
    known: then.known,
  });
  expect(
    await enforcement.violation(testContext(), heir?.id ?? '', known('2026-03-04T00:00:00Z')),
  ).toBeNull();
  // It began when its history did.
  expect(heir?.openedAt).toEqual(young?.openedAt);
  expect(heir?.updatedAt).toEqual(new Date('2026-03-10T00:00:00Z'));
  expect(await lives.history(testContext(), young?.id ?? '', 10, then.known)).toMatchObject([
    { violationId: young?.id, action: 'START_REVIEW' },
  ]);
  const growths = createViolationGrowthService(serviceParts(database.knex));
  expect(await growths.series(testContext(), young?.id ?? '', 10, then.known)).toMatchObject([
    { observedOn: '2026-02-10' },
  ]);

  // The earlier sighting is taken back and comes again: the id goes, comes back and goes, and history keeps all of it.
  await withdrawals.withdraw(at('2026-03-15T00:00:00Z'), first, BECAUSE);
  const back = await list();
  expect(back.filter((v) => v.state !== 'AUTO_CLOSED').map((v) => v.id)).toEqual([young?.id]);
  await seen('M-0', '2026-02-05', '2026-03-20T00:00:00Z');
  expect((await list(known('2026-03-12T00:00:00Z'))).map((v) => v.id)).toEqual([heir?.id]);
  expect(
    (await list(known('2026-03-17T00:00:00Z'))).filter((v) => v.state !== 'AUTO_CLOSED').map((v) => v.id),
  ).toEqual([young?.id]);
});

test('no two versions of one violation are known at one instant', async () => {
  const { rows } = await database.knex.raw(
    `select a.id from enforcement.violation_version a join enforcement.violation_version b on a.id = b.id
       and a.recorded_at < b.recorded_at and (a.superseded_at is null or a.superseded_at > b.recorded_at)
     union all
     select a.finding_id from enforcement.violation_finding_version a join enforcement.violation_finding_version b
       on a.finding_id = b.finding_id and a.recorded_at < b.recorded_at
       and (a.superseded_at is null or a.superseded_at > b.recorded_at)`,
  );
  expect(rows).toEqual([]);
  expect(Number((await database.knex('enforcement.past_violation').count())[0]?.['count'])).toBeGreaterThan(
    3,
  );
});
