import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, type ObservationFacts, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;

/** A right of a kilometre square whose band is 900 to 1200 m. */
beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('PIT');
  await situation.area({ mine: 'PIT', shape: box(0, 0, 1000, 1000), floor: 900, ceiling: 1200 });
});
afterAll(() => database.close());

/** Cubic metres over square metres of each finding. */
async function thicknesses(facts: Omit<ObservationFacts, 'mine'>): Promise<(number | null)[]> {
  const { findings } = await situation.verdict({ mine: 'PIT', sigmaZ: 1, ...facts });
  return findings.map(({ area, volume }) =>
    volume === null ? null : Math.round((volume / area) * 1e6) / 1e6,
  );
}

test.each([
  ['below the floor', 880, 950, [20]],
  ['above the ceiling', 1150, 1230, [30]],
  ['at both ends', 880, 1230, [50]],
  ['wholly below', 800, 850, [50]],
  ['wholly above', 1300, 1310, [10]],
  ['below, with only the lower end known', 880, null, [20]],
  ['above, with only the upper end known', null, 1230, [30]],
])('what lies out of the band counts for the volume: %s', async (_where, zMin, zMax, expected) => {
  expect(await thicknesses({ shape: box(100, 100, 50, 50), zMin, zMax })).toEqual(expected);
});

test('what lies out of the plan counts with the whole height that was seen, where both ends are known', async () => {
  expect(await thicknesses({ shape: box(980, 100, 50, 50), zMin: 1000, zMax: 1012 })).toEqual([12]);
  expect(await thicknesses({ shape: box(980, 300, 50, 50), zMin: 1000 })).toEqual([null]);
});
