import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJudging } from '../../../src/judgement/judging.js';
import type { Box } from '../../../src/platform/boxes.js';
import { type Area, areaTest } from '../../../src/platform/events/area-test.js';
import { eventMatcher } from '../../../src/platform/events/event-filter.js';
import { createTransact } from '../../../src/platform/transact.js';
import { createObservationService } from '../../../src/subgraphs/boundaries/services.js';
import { testContext } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { testEvents } from '../../support/events.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

type Position = [number, number];

/** Numbers that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** A ring of any number of corners about a place, of which one direction sees every corner. */
function star(next: () => number, corners: number, [x, y]: Position) {
  const ring = Array.from({ length: corners }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / corners;
    const radius = 0.01 * (0.2 + 0.8 * next());
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] };
}

const GEOMETRY = 'ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(?), 4490))';

/** What filters go by, and what the database itself says. */
async function described(shape: object, asked: object) {
  const { rows } = await database.knex.raw(
    `select platform.outline(geom) as outline, ST_Intersects(geom, asked) as meets,
            ST_Distance(geom, asked) as degrees,
            jsonb_build_array(ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)) as extent
     from (select ${GEOMETRY} as geom, ST_SetSRID(ST_GeomFromGeoJSON(?), 4490) as asked) given`,
    [JSON.stringify(shape), JSON.stringify(asked)],
  );
  return rows[0] as { outline: string | null; meets: boolean; degrees: number; extent: Box };
}

test('an area meets what it meets in the database', async () => {
  const next = numbers(7);
  let boxOnly = 0;
  for (let i = 0; i < 120; i++) {
    const shape = star(next, 5 + Math.floor(next() * 200), [113, 40]);
    const asked = star(next, 3 + Math.floor(next() * 30), [
      113 + (next() - 0.5) * 0.05,
      40 + (next() - 0.5) * 0.05,
    ]);
    const { outline, extent, meets } = await described(shape, asked);
    const isInArea = areaTest({ geometry: asked });
    expect(isInArea({ extent, outline }), JSON.stringify([shape, asked])).toBe(meets);
    if (!meets && isInArea({ extent })) boxOnly += 1;
  }
  expect(boxOnly).toBeGreaterThan(5);
});

test('an outline of many corners is short, and misses nothing that the surface meets', async () => {
  const next = numbers(11);
  for (const corners of [257, 900, 3_000]) {
    const shape = star(next, corners, [113, 40]);
    const { rows } = await database.knex.raw(
      `select ST_NPoints(kept) as corners, ST_Covers(kept, geom) as covers, ST_Area(kept) / ST_Area(geom) as grown
       from (select ${GEOMETRY} as geom) given,
            lateral (select ST_SetSRID(ST_GeomFromGeoJSON(platform.outline(geom)), 4490) as kept) told`,
      [JSON.stringify(shape)],
    );
    expect(rows[0].corners).toBeLessThanOrEqual(256);
    expect(rows[0].covers).toBe(true);
    expect(rows[0].grown).toBeLessThan(5);
  }
});

test('what has no surface, and what stays intricate, goes by its box', async () => {
  const dots = {
    type: 'MultiPolygon',
    coordinates: Array.from({ length: 400 }, (_, i) => {
      const [x, y] = [(i % 20) * 5, Math.floor(i / 20) * 4 - 40];
      return [
        [
          [x, y],
          [x + 0.1, y],
          [x, y + 0.1],
          [x, y],
        ],
      ];
    }),
  };
  expect((await described(dots, { type: 'Point', coordinates: [0, 0] })).outline).toBeNull();
  const { rows } = await database.knex.raw(
    `select platform.outline(ST_MakePoint(1, 2)) as point, platform.outline(null) as none`,
  );
  expect(rows[0]).toEqual({ point: null, none: null });
});

/** An L of two arms, 0.01° wide; turned round it has the same box and leaves another corner free. */
const armsFrom = (corner: Position, along: -1 | 1): object => {
  const [x, y] = corner;
  const at = (dx: number, dy: number): Position => [x + along * dx, y + along * dy];
  const ring = [at(0, 0), at(0.05, 0), at(0.05, 0.01), at(0.01, 0.01), at(0.01, 0.05), at(0, 0.05), at(0, 0)];
  return { type: 'Polygon', coordinates: [ring] };
};

test('who follows a place is told of footprints that meet it, and when a corrected one has left', async () => {
  const { knex } = database;
  const events = testEvents(knex);
  const service = createObservationService({
    knex,
    transact: createTransact(knex, events.committed),
    ...createJudging(),
    extent: null,
  });
  const submit = (geometry: object) =>
    service.submit(testContext(), [
      {
        provider: 'test',
        providerRef: 'arms',
        activity: 'STRIPPING',
        method: 'UAV',
        observedAt: new Date('2026-05-01T00:00:00Z'),
        geometry,
        sigmaMetres: 1,
      },
    ]);
  const start = await events.feed.end();
  await submit(armsFrom([120, 43], 1));
  await submit(armsFrom([120.05, 43.05], -1));
  const told = async (area: Area) => {
    const matches = eventMatcher({ area, types: ['observation.*'] });
    return (await events.feed.read(start, 100)).map(matches).filter((match) => match !== null);
  };
  await expect
    .poll(() => told({ bbox: [119, 42, 121, 44] }), { timeout: 20_000 })
    .toEqual(['match', 'match']);
  expect(await told({ bbox: [120.02, 43.02, 120.03, 43.03] })).toEqual([]);
  expect(await told({ bbox: [119.99, 42.99, 120.005, 43.005] })).toEqual(['match', 'left']);
  expect(await told({ bbox: [120.045, 43.045, 120.06, 43.06] })).toEqual(['match']);
  expect(await told({ near: { longitude: 120, latitude: 43, radiusMetres: 500 } })).toEqual([
    'match',
    'left',
  ]);
  await events.close();
});
