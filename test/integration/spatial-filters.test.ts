import type { Geometry } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/platform/errors.js';
import { pageRequest } from '../../src/platform/keyset.js';
import { spatial } from '../../src/spatial/postgis.js';
import type { SpatialFilterInput } from '../../src/spatial/spatial-filter.js';
import { PermittedAreaRepository } from '../../src/subgraphs/boundaries/areas/permitted-area.repository.js';
import { ObservationRepository } from '../../src/subgraphs/boundaries/observations/observation.repository.js';
import { StatisticsRepository } from '../../src/subgraphs/enforcement/statistics/statistics.repository.js';
import { ViolationRepository } from '../../src/subgraphs/enforcement/violations/violation.repository.js';
import { MineRepository } from '../../src/subgraphs/registry/mine.repository.js';
import { EVER, NOW } from '../../src/vocabulary/versions.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let lists: Record<string, (within: SpatialFilterInput) => Promise<unknown>>;
const context = testContext();
const page = pageRequest(null, null);

/** Mine A digs beyond its right. */
beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  const situation = await Situation.open(knex);
  await situation.mine('A');
  await situation.area({ mine: 'A', shape: box(0, 0, 1000, 1000) });
  await situation.judge([await situation.observation({ mine: 'A', shape: box(900, 100, 200, 100) })]);
  lists = {
    mines: (within) => new MineRepository(knex).page(context, {}, within, 'ID', page),
    permittedAreas: (within) => new PermittedAreaRepository(knex).page(context, {}, within, NOW, page),
    observations: (within) => new ObservationRepository(knex).page(context, {}, within, EVER, page),
    violations: (within) => new ViolationRepository(knex).page(context, {}, within, 'ID', page),
    violationStatistics: (within) => new StatisticsRepository(knex).rows(context, [], {}, within),
  };
});
afterAll(() => database.close());

const ring = (...corners: [number, number][]) => [...corners, corners[0] as [number, number]];
const BOW_TIE = {
  type: 'Polygon',
  coordinates: [ring([119, 42], [121, 44], [121, 42], [119, 44])],
};
const OVERLAPPING = {
  type: 'MultiPolygon',
  coordinates: [
    [ring([119, 42], [121, 42], [121, 44], [119, 44])],
    [ring([120, 42.5], [122, 42.5], [122, 43.5], [120, 43.5])],
  ],
};

describe.each(['mines', 'permittedAreas', 'observations', 'violations', 'violationStatistics'])(
  '%s',
  (name) => {
    const refusal = async (intersects: object): Promise<AppError> => {
      const error = await lists[name]?.({ intersects }).catch((thrown: unknown) => thrown);
      if (error instanceof AppError) return error;
      throw new Error(`it was taken: ${JSON.stringify(error)}`);
    };

    test('refuse a surface that crosses itself, with the place', async () => {
      const { code, details, message } = await refusal(BOW_TIE);
      expect([code, details]).toEqual(['BAD_SPATIAL_FILTER', { field: 'within', ring: 1, vertex: 3 }]);
      expect(message).toMatch(/not a valid Polygon.*crosses itself at 120, 43 \(ring 1, vertex 3\). Mend it/);
    });

    test('refuse surfaces that overlap', async () => {
      expect(await refusal(OVERLAPPING)).toMatchObject({
        code: 'BAD_SPATIAL_FILTER',
        message: expect.stringMatching(/MultiPolygon/),
      });
    });
  },
);

test('a geometry as it is told is valid, and taken as a filter', async () => {
  const { knex } = database;
  const violations = new ViolationRepository(knex);
  const [id] = await knex('enforcement.violation').pluck('id');
  // What an overlay leaves: a part some micrometres wide. Rounded to 9 decimals its corners are one.
  await knex.raw(
    `update enforcement.violation set geom = ST_Multi(ST_Union(geom,
       ST_GeomFromText('POLYGON((120 43, 120.0000000001 43, 120 43.0000000001, 120 43))', 4490))) where id = ?`,
    [id],
  );
  const [told] = await violations.geometries(context, [id]);
  const geometry = told?.geometry as Geometry;
  const { rows } = await knex.raw(
    'select ST_IsValid(?) as valid, ST_OrderingEquals(?, geom) as equal from enforcement.violation where id = ?',
    [spatial(knex).stored(geometry), spatial(knex).stored(geometry), id],
  );
  expect(rows).toEqual([{ valid: true, equal: true }]);
  const { items } = await violations.page(context, {}, { intersects: geometry }, 'ID', page);
  expect(items.map(({ node }) => node.id)).toEqual([id]);
});

test('in the plane, decimals are left out unless that would make a geometry invalid', async () => {
  const { knex } = database;
  const told = async (wkt: string): Promise<string> => {
    const geom = knex.raw('select ST_GeomFromText(?, 4490) as geom', [wkt]);
    const rows = await knex
      .select({ text: spatial(knex).geoJsonIn('g.geom', 4549) })
      .from(knex.raw('(?) as g', [geom]));
    return rows[0].text as string;
  };
  expect(await told('POLYGON((120 43, 120.001 43, 120 43.001, 120 43))')).toMatch(
    /\[500000,476\d{4}\.\d{1,4}\]/,
  );
  const narrow = await told('POLYGON((120 43, 120.0000000001 43, 120 43.0000000001, 120 43))');
  const { rows } = await knex.raw('select ST_IsValid(ST_GeomFromGeoJSON(?)) as valid', [narrow]);
  expect(rows).toEqual([{ valid: true }]);
});
