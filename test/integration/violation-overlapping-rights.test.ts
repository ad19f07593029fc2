import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ViolationGrowthRepository } from '../../src/subgraphs/enforcement/violations/violation-growth.repository.js';
import { ViolationGrowthService } from '../../src/subgraphs/enforcement/violations/violation-growth.service.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';

// Depth is judged by each right: where two overlap, two findings lie over the same ground.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('PIT');
});
afterAll(() => database.close());
beforeEach(async () => {
  await situation.clear();
  await situation.area({ mine: 'PIT', shape: box(0, 11_000, 600, 1_000), floor: 100, ceiling: 300 });
  await situation.area({ mine: 'PIT', shape: box(400, 11_000, 600, 1_000), floor: 120, ceiling: 300 });
});

const seen = (day: number, shape = box(450, 11_100, 100, 100)) =>
  situation.observation({
    mine: 'PIT',
    ref: `day ${day}`,
    shape,
    observedAt: `2026-03-0${day}T04:00:00Z`,
    zMin: 50,
    zMax: 200,
    sigmaZ: 1,
  });

/** Square metres that PostGIS measures of what is stored. */
async function violations() {
  return database
    .knex('enforcement.violation')
    .select('id', 'area_m2', 'first_area_m2', 'growth_m2_per_day')
    .select(database.knex.raw('ST_Area(geom::geography) as ground_m2'));
}

test('ground that two rights overlap on is one violation and counted once, day by day', async () => {
  await situation.judge([await seen(1), await seen(2), await seen(3)]);
  const [violation, ...others] = await violations();
  expect(others).toEqual([]);
  expect(violation.area_m2).toBeCloseTo(violation.ground_m2, 4);
  expect(violation.first_area_m2).toBeCloseTo(violation.ground_m2, 4);
  expect(violation.growth_m2_per_day).toBeCloseTo(0, 6);
  const growths = new ViolationGrowthService(new ViolationGrowthRepository(database.knex));
  const series = await growths.series(testContext(), violation.id, 500);
  expect(series.map((day) => day.areaSquareMetres)).toEqual(
    [1, 2, 3].map(() => expect.closeTo(violation.ground_m2, 4)),
  );
  const volumes = await database.knex('enforcement.finding').max('volume_m3 as most').first();
  expect(series.map((day) => day.volumeCubicMetres)).toEqual([1, 2, 3].map(() => volumes?.['most']));
  const growth = await growths.growth(testContext(), violation.id, { from: null, to: null });
  expect(growth?.before?.areaSquareMetres).toBeCloseTo(violation.ground_m2, 4);
  expect(growth?.after?.areaSquareMetres).toBeCloseTo(violation.ground_m2, 4);
  expect(growth).toMatchObject({ addedAreaSquareMetres: 0, removedAreaSquareMetres: 0 });
});

test('findings that overlap only in part add what each has alone to the ground', async () => {
  await situation.judge([await seen(1, box(300, 11_100, 400, 100))]);
  const [violation, ...others] = await violations();
  expect(others).toEqual([]);
  expect(violation.area_m2).toBeCloseTo(violation.ground_m2, 3);
  expect(Math.abs(violation.area_m2 / 40_000 - 1)).toBeLessThan(1e-3);
});

test('in whatever order and batches, and judged again, the violation is the same', async () => {
  const ids = [await seen(1), await seen(2, box(300, 11_100, 400, 100)), await seen(3)];
  await situation.judge(ids);
  const told = await violations();
  await situation.judge(ids);
  expect(await violations()).toEqual(told);
  await database.knex.raw(
    'truncate enforcement.violation_alias, enforcement.violation_finding, enforcement.violation, enforcement.finding, enforcement.judgement',
  );
  for (const id of [...ids].reverse()) await situation.judge([id]);
  expect(await violations()).toEqual(told);
});
