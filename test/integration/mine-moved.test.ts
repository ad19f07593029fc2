import type { Point, Polygon } from 'geojson';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTransact } from '../../src/platform/transact.js';
import { createBoundariesService, createIntakeService } from '../../src/subgraphs/boundaries/services.js';
import { createEvidenceService } from '../../src/subgraphs/enforcement/services.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { aMine, mineId } from '../support/builders.js';
import { at } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { EmptyHub } from '../support/empty-hub.js';
import { HUB, SLOW } from '../support/evidence-bench.js';
import { cornerListRequest } from '../support/notice-intake.js';
import { serviceParts } from '../support/service-parts.js';
import { Situation } from '../support/situation.js';

// A mine whose location was wrong is judged in another zone once it is mended. Edges between corners given in degrees are
// straight there, so that its areas are others as well.

let database: TestDatabase;
let situation: Situation;
let empty: EmptyHub;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  empty = await EmptyHub.open();
});
afterAll(async () => {
  await database.close();
  await empty.close();
});

let minutes = 0;
/** Each thing is done a minute after the one before. */
const next = () => at(new Date(Date.UTC(2026, 5, 1, 0, ++minutes)).toISOString());

const place = (longitude: number): Point => ({ type: 'Point', coordinates: [longitude, 43.41] });

async function mineAt(code: string, location: Point | null): Promise<void> {
  const registry = createRegistryService(serviceParts(database.knex));
  const { rejected } = await registry.upsertMines(next(), [aMine({ code, location })]);
  expect(rejected).toEqual([]);
}

/** Kilometres wide, as edges of some hundred metres are the same in both zones. */
const outline = (west: number, east: number, south = 43.4, height = 0.02): Polygon => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, south + height],
      [west, south + height],
      [west, south],
    ],
  ],
});

async function rightOf(code: string, shape: Polygon): Promise<void> {
  const request = cornerListRequest(mineId(code), JSON.stringify(shape), { sigmaMetres: 0, srid: 4490 });
  const result = await createIntakeService(serviceParts(database.knex)).importPermittedAreas(next(), {
    ...request,
    format: 'GEOJSON',
  });
  expect(result.rejected).toEqual([]);
}

async function dig(code: string, shape: Polygon): Promise<string> {
  const boundaries = createBoundariesService(serviceParts(database.knex));
  const { observations, rejected } = await boundaries.submitObservations(next(), [
    {
      provider: 'test',
      providerRef: code,
      mineCode: code,
      activity: 'EXTRACTION',
      method: 'UAV',
      observedAt: new Date('2026-05-01T04:00:00Z'),
      geometry: shape,
      sigmaMetres: 0.05,
    } as never,
  ]);
  expect(rejected).toEqual([]);
  return observations[0]?.id as string;
}

const versions = (code: string) =>
  database
    .knex('boundaries.permitted_area')
    .where({ mine_id: mineId(code) })
    .orderBy('version')
    .select(
      'version',
      'change',
      'area_m2',
      'plane_area_m2',
      database.knex.raw('ST_SRID(plane_geom) as zone'),
    );

const standing = (observation: string) =>
  database
    .knex('enforcement.judgement')
    .where({ observation_id: observation })
    .whereNull('superseded_at')
    .first();

test('a footprint with the corners of the right is the right, in whichever zone both are judged', async () => {
  const shape = outline(121.25, 121.55);
  await mineAt('LOST', place(112));
  await rightOf('LOST', shape);
  const observation = await dig('LOST', shape);
  expect(await standing(observation)).toMatchObject({
    judging_srid: 4546,
    plan_verdict: 'WITHIN',
    excess_area_m2: 0,
  });

  await mineAt('LOST', place(121.4));

  expect(await standing(observation)).toMatchObject({
    judging_srid: 4549,
    plan_verdict: 'WITHIN',
    excess_area_m2: 0,
  });
  const [first, second, ...more] = await versions('LOST');
  expect(more).toEqual([]);
  expect(first).toMatchObject({ change: 'RECORDED', zone: 4546 });
  expect(second).toMatchObject({ change: 'CORRECTED', zone: 4549, area_m2: first?.area_m2 });
  // In the wrong zone, nine degrees away, it looked larger than it is by two in a hundred.
  expect(first?.plane_area_m2 / first?.area_m2).toBeGreaterThan(1.01);
  expect(second?.plane_area_m2 / second?.area_m2).toBeCloseTo(1, 3);
  // The same document again says the same.
  await rightOf('LOST', shape);
  expect(await versions('LOST')).toHaveLength(2);
  await mineAt('LOST', null);
  await mineAt('LOST', place(121.3));
  expect(await versions('LOST')).toHaveLength(2);
});

test('an area given in a plane stays as it is', async () => {
  await situation.area({
    mine: 'PLANE',
    shape: [
      [
        [0, 0],
        [9000, 0],
        [9000, 500],
        [0, 500],
      ],
    ],
  });
  await mineAt('PLANE', place(118.4));
  expect(await versions('PLANE')).toMatchObject([{ version: 1, zone: 4549 }]);
});

test(
  'packs stand that rest on where a mine was thought to lie, and those of what is judged anew',
  SLOW,
  async () => {
    const evidence = createEvidenceService(
      { knex: database.knex, transact: createTransact(database.knex) },
      { chromium: null, hub: HUB },
    );
    const verified = async (violation: string) => {
      const { bytes } = await evidence.issue(next(), violation);
      return (await empty.verify(bytes, HUB)).differences;
    };
    const open = async (code: string, south: number): Promise<string> => {
      await mineAt(code, place(121.48));
      await rightOf(code, outline(121.45, 121.51, south));
      await dig(code, outline(121.46, 121.53, south + 0.001, 0.018));
      return (
        await database
          .knex('enforcement.violation')
          .where({ mine_id: mineId(code) })
          .first('id')
      ).id;
    };
    const [gone, stays] = [await open('GONE', 43.5), await open('STAYS', 43.6)];
    await rightOf('GONE', outline(121.45, 121.54, 43.5));
    expect((await database.knex('enforcement.violation').where({ id: gone }).first()).state).toBe(
      'AUTO_CLOSED',
    );

    for (const code of ['GONE', 'STAYS']) await mineAt(code, place(121.52));

    expect(await verified(gone)).toEqual([]);
    expect(await verified(stays)).toEqual([]);
  },
);
