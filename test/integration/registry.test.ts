import { afterAll, beforeAll, expect, test } from 'vitest';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import type { RegistryService } from '../../src/subgraphs/registry/registry.service.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { aMine, DIVISIONS, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceParts } from '../support/service-parts.js';

let database: TestDatabase;
let registry: RegistryService;

beforeAll(async () => {
  database = await openTestDatabase();
  await new DivisionRepository(database.knex).upsert(database.knex, DIVISIONS);
  registry = createRegistryService(serviceParts(database.knex));
});
afterAll(() => database.close());

const page = (first: number, after: string | null = null) => ({ first, after });

test('an upsert creates, leaves alone, corrects, and rejects row by row', async () => {
  const mine = aMine();
  expect(await registry.upsertMines(testContext(), [mine])).toEqual({
    created: 1,
    updated: 0,
    unchanged: 0,
    rejected: [],
  });
  expect(await registry.upsertMines(testContext(), [mine])).toMatchObject({ created: 0, unchanged: 1 });
  const crs = { type: 'name', properties: { name: 'EPSG:4610' } };
  const inXian80 = { type: 'Point' as const, coordinates: [120, 43.5], crs };
  const result = await registry.upsertMines(testContext(), [
    { ...mine, name: 'Renamed' },
    aMine({ operatorCreditCode: '911504217014602849' }),
    aMine({ divisionCode: '999999' }),
    aMine({ location: { type: 'Point', coordinates: [43.5, 120] } }),
    { ...mine, code: `${mine.code} ` },
    aMine({ location: inXian80 }),
    aMine({ capacityTonnesPerYear: 1e300 }),
  ]);
  expect(result).toMatchObject({ created: 0, updated: 1, unchanged: 0 });
  expect(result.rejected.map(({ index, code }) => [index, code])).toEqual([
    [1, 'CREDIT_CODE_INVALID'],
    [2, 'DIVISION_UNKNOWN'],
    [3, 'LOCATION_INVALID'],
    [4, 'CODE_PADDED'],
    [5, 'CRS_CONFLICT'],
    [6, 'CAPACITY_OUT_OF_RANGE'],
  ]);
  expect(await registry.mine(testContext(), { code: mine.code })).toMatchObject({
    id: mineId(mine.code),
    name: 'Renamed',
  });
});

test('a location has its height left out, and one of another shape is rejected by itself', async () => {
  const at = (...coordinates: unknown[]) =>
    aMine({ location: { type: 'Point', coordinates: coordinates as number[] } });
  const [high, flat] = [at(112.6, 39.9, 1200), at(112.6, 39.9)];
  const odd = [
    at('112', '39'),
    at([112.6], [39.9]),
    at(112.6),
    at(),
    at(112.6, 39.9, 'high'),
    at(null, null),
  ];
  const { created, rejected } = await registry.upsertMines(testContext(), [high, ...odd, flat]);
  expect(created).toBe(2);
  expect(rejected.map(({ index, code }) => [index, code])).toEqual(
    odd.map((_, i) => [i + 1, 'LOCATION_INVALID']),
  );
  const location = await registry.location(testContext(), mineId(high.code));
  expect(location?.coordinates).toEqual([112.6, 39.9]);
  expect(await registry.upsertMines(testContext(), [high])).toMatchObject({ unchanged: 1 });
});

test('every change writes one event in the same transaction, and an unchanged row none', async () => {
  const mine = aMine();
  await registry.upsertMines(testContext(), [mine]);
  await registry.upsertMines(testContext(), [mine]);
  await registry.upsertMines(testContext(), [{ ...mine, status: 'SUSPENDED' }]);
  const events = await database.knex('platform.event').where('subject_id', mineId(mine.code)).orderBy('seq');
  expect(events.map((event) => event['type'])).toEqual(['mine.created', 'mine.updated']);
  expect(events[1]['before_digest']).toBe(events[0]['after_digest']);
  expect(events[1]['after_digest']).not.toBe(events[0]['after_digest']);
});

test('pages are stable while rows come and go, and the count is that of the whole list', async () => {
  await registry.upsertMines(
    testContext(),
    Array.from({ length: 25 }, (_, i) => aMine({ code: `PAGE-${100 + i}` })),
  );
  const filter = { search: 'PAGE-1' };
  const first = await registry.mines(testContext(), filter, null, 'CODE', page(10));
  expect(await first.count()).toBe(25);
  const last = first.items.at(-1);
  await registry.upsertMines(testContext(), [aMine({ code: 'PAGE-1000' })]);
  const second = await registry.mines(testContext(), filter, null, 'CODE', page(10, last?.cursor ?? null));
  expect(second.items.map((item) => item.node.code)).toEqual(
    Array.from({ length: 10 }, (_, i) => `PAGE-${110 + i}`),
  );
  expect(second.hasNextPage).toBe(true);
  const none = await registry.mines(testContext(), filter, null, 'CODE', page(0));
  expect([none.items, none.hasNextPage, await none.count()]).toEqual([[], true, 26]);
  const nothing = await registry.mines(testContext(), { search: 'PAGE-9' }, null, 'CODE', page(0));
  expect(nothing.hasNextPage).toBe(false);
  await expect(
    registry.mines(testContext(), filter, null, 'NAME', page(10, last?.cursor ?? null)),
  ).rejects.toMatchObject({ code: 'BAD_CURSOR' });
});

test('a disc finds the mines within its radius on the ellipsoid, a box those inside it', async () => {
  await registry.upsertMines(testContext(), [
    aMine({ code: 'NEAR-1', location: { type: 'Point', coordinates: [110, 40] } }),
    aMine({ code: 'NEAR-2', location: { type: 'Point', coordinates: [110.011, 40] } }),
  ]);
  // 0.011° of longitude at 40°N is 939 m.
  const find = async (radiusMetres: number) =>
    (
      await registry.mines(
        testContext(),
        {},
        { near: { longitude: 110, latitude: 40, radiusMetres } },
        'CODE',
        page(10),
      )
    ).items.map((i) => i.node.code);
  expect(await find(935)).toEqual(['NEAR-1']);
  expect(await find(943)).toEqual(['NEAR-1', 'NEAR-2']);
  const inBox = await registry.mines(testContext(), {}, { bbox: [110.005, 39, 111, 41] }, 'CODE', page(10));
  expect(inBox.items.map((i) => i.node.code)).toEqual(['NEAR-2']);
  await expect(registry.mines(testContext(), {}, { bbox: [1, 2] }, 'CODE', page(1))).rejects.toMatchObject({
    code: 'BAD_SPATIAL_FILTER',
  });
});

test('a county officer sees the mines of the county and no others', async () => {
  await registry.upsertMines(testContext(), [aMine({ code: 'HAI-1', divisionCode: '210381' })]);
  const officer = testContext({ principal: countyOfficer('210381') });
  const seen = await registry.mines(officer, {}, null, 'CODE', page(500));
  expect(seen.items.map((i) => i.node.divisionCode)).toEqual(['210381']);
  expect(await seen.count()).toBe(1);
  expect(await registry.mine(officer, { code: 'NEAR-1' })).toBeNull();
});
