import { afterAll, beforeAll, expect, test } from 'vitest';
import { ViolationGrowthRepository } from '../../src/subgraphs/enforcement/violations/violation-growth.repository.js';
import { ViolationGrowthService } from '../../src/subgraphs/enforcement/violations/violation-growth.service.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
let growths: ViolationGrowthService;
let violation: string;

/**
 * A pit strips beyond its eastern edge: on 10 March 20 m × 50 m; on 20 March, seen twice, 30 m × 50 m in the evening;
 * on 9 April 40 m × 50 m but no longer its southernmost 10 m.
 */
beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('PIT');
  await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
  const seen = (observedAt: string, y: number, east: number, height: number) =>
    situation.observation({ mine: 'PIT', shape: box(450, y, 50 + east, height), observedAt });
  await situation.judge([
    await seen('2026-03-10T04:00:00Z', 100, 20, 50),
    await seen('2026-03-20T04:00:00Z', 100, 25, 50),
    // In Shanghai it is still the 20th.
    await seen('2026-03-20T15:59:00Z', 100, 30, 50),
    await seen('2026-04-09T04:00:00Z', 110, 40, 50),
  ]);
  growths = new ViolationGrowthService(new ViolationGrowthRepository(database.knex));
  const ids = await database.knex('enforcement.violation').pluck('id');
  expect(ids).toHaveLength(1);
  violation = ids[0];
});
afterAll(() => database.close());

test('the series has one row a day of observation, told by the last observation of the day', async () => {
  const series = await growths.series(testContext(), violation, 500);
  expect(series.map((day) => [day.observedOn, day.observations])).toEqual([
    ['2026-03-10', 1],
    ['2026-03-20', 2],
    ['2026-04-09', 1],
  ]);
  const areas = [20 * 50, 30 * 50, 40 * 50];
  for (const [i, day] of series.entries()) expect(day.areaSquareMetres).toBeCloseTo(areas[i] ?? 0, -1);
  expect(series[0]?.growthSquareMetresPerDay).toBeNull();
  const first = series[0]?.areaSquareMetres ?? 0;
  const second = series[1]?.areaSquareMetres ?? 0;
  const days = 10 + (11 * 60 + 59) / 1440;
  expect(series[1]?.growthSquareMetresPerDay).toBeCloseTo((second - first) / days, 6);
  expect(series[1]?.overrunMetres).toBeCloseTo(30, 0);
  expect((await growths.series(testContext(), violation, 1)).map((day) => day.observedOn)).toEqual([
    '2026-04-09',
  ]);
});

test('growth between two days is what was added, where, and how fast', async () => {
  const growth = await growths.growth(testContext(), violation, { from: '2026-03-10', to: '2026-03-31' });
  expect(growth?.before?.areaSquareMetres).toBeCloseTo(1000, -1);
  expect(growth?.after?.observedAt).toEqual(new Date('2026-03-20T15:59:00Z'));
  expect(growth?.addedAreaSquareMetres).toBeCloseTo(500, 0);
  expect(growth?.removedAreaSquareMetres).toBe(0);
  expect(growth?.addedGeometry).toMatchObject({ type: 'MultiPolygon' });
});

test('what was added less what is gone is the difference of the areas', async () => {
  const growth = await growths.growth(testContext(), violation, { from: null, to: null });
  expect(growth).toMatchObject({ from: '2026-03-10', to: '2026-04-09' });
  expect(growth?.removedAreaSquareMetres).toBeCloseTo(20 * 10, 0);
  const difference = (growth?.after?.areaSquareMetres ?? 0) - (growth?.before?.areaSquareMetres ?? 0);
  expect((growth?.addedAreaSquareMetres ?? 0) - (growth?.removedAreaSquareMetres ?? 0)).toBeCloseTo(
    difference,
    3,
  );
});

test('before it was first seen there was nothing: all of it is added', async () => {
  const growth = await growths.growth(testContext(), violation, { from: '2026-01-01', to: '2026-03-10' });
  expect(growth?.before).toBeNull();
  expect(growth?.addedAreaSquareMetres).toBeCloseTo(growth?.after?.areaSquareMetres ?? 0, 3);
});

test('days in the wrong order, an end before it was first seen and a beginning after it was last seen are refused; nobody reads growth elsewhere', async () => {
  for (const [from, to, field, told] of [
    ['2026-04-01', '2026-03-01', 'from', '2026-04-01 is after 2026-03-01'],
    [null, '2020-01-01', 'to', 'first seen on 2026-03-10'],
    ['2019-01-01', '2020-01-01', 'to', 'first seen on 2026-03-10'],
    ['2027-01-01', null, 'from', 'last seen on 2026-04-09'],
    ['2027-01-01', '2027-02-01', 'from', 'last seen on 2026-04-09'],
  ] as const) {
    await expect(growths.growth(testContext(), violation, { from, to })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(told),
      details: { field },
    });
  }
  const stranger = testContext({ principal: countyOfficer('210381') });
  expect(await growths.growth(stranger, violation, { from: null, to: null })).toBeNull();
  expect(await growths.series(stranger, violation, 500)).toEqual([]);
});

test('two sightings within one day in Shanghai tell no rate, and one after midnight does', async () => {
  const seen = (observedAt: string, east: number) =>
    situation.observation({ mine: 'PIT', shape: box(450, 300, 50 + east, 50), observedAt });
  const rates = async () =>
    database.knex('enforcement.violation').whereNot({ id: violation }).pluck('growth_m2_per_day');
  await situation.judge([await seen('2026-05-01T13:00:00Z', 20), await seen('2026-05-01T14:00:00Z', 30)]);
  expect(await rates()).toEqual([null]);
  // Two hours after midnight there: a day, as far as growth goes.
  await situation.judge([await seen('2026-05-01T18:00:00Z', 40)]);
  expect(await rates()).toEqual([expect.closeTo(1000, -1)]);
});
