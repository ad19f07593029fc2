import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import type { IntakeOptions, IntakeRequest } from '../../src/subgraphs/boundaries/intake/intake.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/services.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { aMineInHaicheng, cornerListRequest, NOTICE } from '../support/notice-intake.js';
import { CHINA, serviceParts } from '../support/service-parts.js';

let database: TestDatabase;
let boundaries: BoundariesService;
beforeAll(async () => {
  database = await openTestDatabase();
  boundaries = createBoundariesService(serviceParts(database.knex, CHINA));
});
afterAll(() => database.close());

const aStoredMine = async (): Promise<string> => mineId((await aMineInHaicheng(database.knex)).code);

const geoJson = (mine: string, value: unknown): IntakeRequest => ({
  ...cornerListRequest(mine, JSON.stringify(value)),
  format: 'GEOJSON',
});

const squareOf = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
];

const countOf = async (table: string): Promise<number> =>
  Number((await database.knex(table).count('* as n').first())?.['n']);

test('names that repeat in a file are different areas, and each finds itself again', async () => {
  const mine = await aStoredMine();
  const named = (name: string, x: number) => ({
    type: 'Feature',
    properties: { name },
    geometry: { type: 'Polygon', coordinates: [squareOf(x, 43, 0.01)] },
  });
  const file = {
    type: 'FeatureCollection',
    features: [named('A', 120), named('A', 121), named('', 122), named('', 123)],
  };
  const first = await boundaries.importPermittedAreas(testContext(), geoJson(mine, file));
  expect(first.recorded).toBe(4);
  expect(new Set(first.areas.map(({ id }) => id)).size).toBe(4);
  const again = await boundaries.importPermittedAreas(testContext(), geoJson(mine, file));
  expect(again).toMatchObject({ unchanged: 4 });
});

test('two imports of the same file at once record it once', async () => {
  const mine = await aStoredMine();
  const both = await Promise.all(
    [1, 2].map(() => boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, NOTICE))),
  );
  expect(both.map(({ recorded, unchanged }) => [recorded, unchanged]).toSorted()).toEqual([
    [0, 2],
    [2, 0],
  ]);
});

test('thousands of features are taken in a few statements', async () => {
  const mine = await aStoredMine();
  // The embedded database is ten times slower, and the statements are the same.
  const length = database.kind === 'embedded' ? 1000 : 5000;
  const features = Array.from({ length }, (_, i) => ({
    type: 'Feature',
    properties: { name: `claim ${i}` },
    geometry: {
      type: 'Polygon',
      coordinates: [squareOf(110 + (i % 100) * 0.01, 40 + Math.floor(i / 100) * 0.01, 0.008)],
    },
  }));
  const statements: string[] = [];
  const listen = ({ sql }: { sql: string }) => void statements.push(sql);
  database.knex.on('query', listen);
  const result = await boundaries.importPermittedAreas(
    testContext(),
    geoJson(mine, { type: 'FeatureCollection', features }),
  );
  database.knex.removeListener('query', listen);
  expect(result.recorded).toBe(length);
  expect(statements.filter((sql) => !sql.startsWith('insert into "platform"')).length).toBeLessThan(20);
});

describe('a faulty file writes nothing and tells everything', () => {
  const told = async (content: IntakeRequest) => {
    const before = await countOf('boundaries.permitted_area');
    const result = await boundaries.importPermittedAreas(testContext(), content);
    expect(result.areas).toEqual([]);
    expect(await countOf('boundaries.permitted_area')).toBe(before);
    return result.rejected.map(({ index, code, line, ring, vertex }) => [index, code, line, ring, vertex]);
  };
  let mine: string;
  beforeAll(async () => {
    mine = await aStoredMine();
  });

  test('a boundary that crosses itself is refused at the edge that crosses, whatever else is wrong', async () => {
    const lines = NOTICE.split('\n');
    // Corners 5 and 6 of the first area exchanged: the edge into them and the edge out of them cross.
    const [fifth = '', sixth = ''] = lines.slice(4, 6);
    const crossing = lines.with(4, sixth.replace(/^6/, '5')).with(5, fifth.replace(/^5/, '6'));
    expect(await told(cornerListRequest(mine, crossing.join('\n')))).toEqual([
      [0, 'SELF_INTERSECTION', 6, 1, 6],
    ]);
    const more = crossing.with(13, '5,4513476.3003,4148923.0237').with(17, '9,NaN,41487921.0163, , ,');
    expect(await told(cornerListRequest(mine, more.join('\n')))).toEqual([
      [0, 'SELF_INTERSECTION', 6, 1, 6],
      [1, 'WRONG_DIGIT_COUNT', 14, 1, 5],
      [1, 'NOT_A_NUMBER', 18, 1, 9],
    ]);
  });

  test('every crossing of a boundary is told', async () => {
    const zigzag = {
      type: 'Polygon',
      coordinates: [
        [
          [120, 43],
          [120.03, 43],
          [120.03, 43.01],
          [120.02, 42.99],
          [120.01, 43.01],
          [120, 42.98],
          [120, 43],
        ],
      ],
    };
    const found = await told(geoJson(mine, zigzag));
    expect(found.every(([, code]) => code === 'SELF_INTERSECTION')).toBe(true);
    expect(new Set(found.map(([, , , , vertex]) => vertex))).toEqual(new Set([3, 4, 5]));
  });

  test('holes and shells that do not fit are called by name', async () => {
    const shell = squareOf(120, 43, 0.01);
    const polygon = (...holes: unknown[]) => ({ type: 'Polygon', coordinates: [shell, ...holes] });
    expect(await told(geoJson(mine, polygon(squareOf(120.02, 43, 0.001))))).toEqual([
      [0, 'HOLE_OUTSIDE_SHELL', null, 2, 4],
    ]);
    const nested = polygon(squareOf(120.002, 43.002, 0.004), squareOf(120.003, 43.003, 0.001));
    expect((await told(geoJson(mine, nested))).map(([, code]) => code)).toEqual(['HOLES_NESTED']);
    const twice = { type: 'MultiPolygon', coordinates: [[shell], [squareOf(120.002, 43.002, 0.001)]] };
    expect((await told(geoJson(mine, twice))).map(([, code]) => code)).toEqual(['SHELLS_NESTED']);
  });

  test('an area whose zone puts it outside the extent is refused with the corner', async () => {
    const northward = NOTICE.replace(/,45(\d{5})/g, ',60$1');
    expect(await told(cornerListRequest(mine, northward))).toEqual([
      [0, 'OUTSIDE_EXTENT', 1, 1, 1],
      [1, 'OUTSIDE_EXTENT', 10, 1, 1],
    ]);
  });

  test('an elevation that nothing has is refused with the area', async () => {
    const square = { type: 'Polygon', coordinates: [squareOf(120, 43, 0.01)] };
    const file = { type: 'Feature', properties: { ceilingMetres: 1e200, floorMetres: -5 }, geometry: square };
    expect(await told(geoJson(mine, file))).toEqual([[0, 'ELEVATION_INVALID', null, null, null]]);
  });

  test('options that cannot be meant are refused by name', async () => {
    const refused = (more: Partial<IntakeOptions>) =>
      boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, NOTICE, more));
    await expect(refused({ validTo: '2025-12-01' })).rejects.toMatchObject({
      details: { field: 'options.validTo' },
    });
    await expect(refused({ sigmaMetres: -1 })).rejects.toMatchObject({
      details: { field: 'options.sigmaMetres' },
    });
    for (const option of [
      { sigmaMetres: 1e200 },
      { sigmaZMetres: 1e200 },
      { ceilingMetres: 1e200 },
      { floorMetres: -12_001 },
      { statedAreaSquareMetres: 1e200 },
    ]) {
      const [name] = Object.keys(option);
      await expect(refused(option)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(/ from .* to .*; not /),
        details: { field: `options.${name}` },
      });
    }
    await expect(refused({ authority: ' ' })).rejects.toMatchObject({
      details: { field: 'options.authority' },
    });
  });
});
