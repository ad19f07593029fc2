import knexFactory from 'knex';
import { expect, test } from 'vitest';
import { applySpatialFilter, type SpatialFilterInput } from '../../src/spatial/spatial-filter.js';

const knex = knexFactory({ client: 'pg' });

const sqlOf = (filter: SpatialFilterInput): string => {
  const query = knex('mine').select('id');
  applySpatialFilter(knex, query, 'mine.location', filter);
  return query.toSQL().sql;
};
const refusal = (filter: SpatialFilterInput): string => {
  try {
    sqlOf(filter);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'taken';
};
const ring = [
  [120, 43],
  [121, 43],
  [121, 44],
  [120, 43],
];

/** An array in an array, 90 000 times. */
const deep = (): unknown => JSON.parse(`${'['.repeat(90_000)}${']'.repeat(90_000)}`);

test('the literal is brought to the column, so that its index answers', () => {
  expect(sqlOf({ bbox: [120, 43, 121, 44] })).toMatch(/ST_Intersects\("mine"."location", ST_MakeEnvelope/);
  expect(sqlOf({ intersects: { type: 'Polygon', coordinates: [ring] } })).not.toMatch(/\(ST_\w+\("mine"/);
});

test.each([
  ['Point', [120, 43]],
  ['MultiPoint', [[120, 43]]],
  ['LineString', ring],
  ['Polygon', [ring]],
  ['MultiPolygon', [[ring], [ring]]],
])('a %s is taken as a literal', (type, coordinates) => {
  expect(refusal({ intersects: { type, coordinates } })).toBe('taken');
});

test.each([
  ['an unknown type', { type: 'GeometryCollection', geometries: [] }, /takes a GeoJSON Point/],
  ['an open ring', { type: 'Polygon', coordinates: [ring.slice(0, 3).concat([[1, 1]])] }, /not closed/],
  ['a short ring', { type: 'Polygon', coordinates: [ring.slice(0, 3)] }, /needs 4/],
  ['nothing', { type: 'Polygon', coordinates: [] }, /needs 1/],
  ['text', { type: 'Point', coordinates: ['120', 43] }, /not a longitude/],
  ['latitude first', { type: 'Point', coordinates: [43, 120] }, /not a longitude and latitude/],
  ['the wrong depth', { type: 'Polygon', coordinates: ring }, /needs 4/],
  ['a word of the language', { type: 'constructor', coordinates: [] }, /takes a GeoJSON Point/],
  ['a depth no stack follows', { type: 'Point', coordinates: deep() }, /^\[\[…\]\] in intersects/],
  ['the same beside a position', { type: 'Polygon', coordinates: [ring.map((at) => [...at, deep()])] }, /…/],
  [
    'the same as a name',
    { type: 'Point', coordinates: [120, 43], crs: { properties: { name: deep() } } },
    /another coordinate reference system/,
  ],
  ['no coordinates', { type: 'Point' }, /not nested/],
  [
    'another datum',
    { type: 'Point', coordinates: [120, 43], crs: { properties: { name: 'EPSG:4214' } } },
    /EPSG:4214.*Transform/,
  ],
])('%s is refused as a literal', (_name, intersects, message) => {
  expect(refusal({ intersects })).toMatch(message);
});

test('exactly one part is taken', () => {
  expect(refusal({})).toMatch(/exactly one/);
  expect(refusal({ bbox: [1, 1, 2, 2], near: { longitude: 1, latitude: 1, radiusMetres: 1 } })).toMatch(
    /2 were given/,
  );
});
