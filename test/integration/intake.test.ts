import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJudging } from '../../src/judgement/judging.js';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import type { IntakeOptions, IntakeRequest } from '../../src/subgraphs/boundaries/intake.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/subgraph.js';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import type { MineFacts } from '../../src/subgraphs/registry/mine.js';
import { createRegistryService } from '../../src/subgraphs/registry/subgraph.js';
import { aMine, DIVISIONS, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

const notice = readFileSync(new URL('../fixtures/notices/liaoning-2025-54.txt', import.meta.url), 'utf8');

let database: TestDatabase;
let boundaries: BoundariesService;
beforeAll(async () => {
  database = await openTestDatabase();
  await new DivisionRepository(database.knex).upsert(database.knex, DIVISIONS);
  boundaries = createBoundariesService({
    knex: database.knex,
    transact: createTransact(database.knex),
    ...createJudging(),
    judge: { judge: async () => ({ judgementIds: [], violationIds: [], changed: 0 }) },
    extent: [73, 3, 136, 54],
  });
});
afterAll(() => database.close());

async function aStoredMine(facts: Partial<MineFacts> = {}): Promise<string> {
  const mine = aMine({ divisionCode: '210381', location: null, ...facts });
  const registry = createRegistryService({ knex: database.knex, transact: createTransact(database.knex) });
  await registry.upsertMines(testContext(), [mine]);
  return mineId(mine.code);
}

const options: IntakeOptions = {
  kind: 'MINING_RIGHT',
  authority: '辽宁省自然资源厅',
  validFrom: '2025-12-01',
  validTo: '2035-12-01',
  sigmaMetres: 0.1,
  documentNumber: '辽采协示字〔2025〕54号',
};

const request = (mine: string, content: string, more: Partial<IntakeOptions> = {}): IntakeRequest => ({
  mineId: mine,
  format: 'CORNER_LIST',
  content,
  encoding: 'UTF8',
  options: { ...options, ...more },
});

const squareOf = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
];
const geoJson = (mine: string, value: unknown, more: Partial<IntakeOptions> = {}): IntakeRequest => ({
  ...request(mine, JSON.stringify(value), more),
  format: 'GEOJSON',
});

const countOf = async (table: string): Promise<number> =>
  Number((await database.knex(table).count('* as n').first())?.['n']);

describe('the published notice', () => {
  test('gives the areas, bands, stated area and first corner that were published', async () => {
    const mine = await aStoredMine();
    const result = await boundaries.importPermittedAreas(
      testContext(),
      request(mine, notice, { statedAreaSquareMetres: 1_068_500 }),
    );
    expect(result).toMatchObject({ recorded: 2, corrected: 0, unchanged: 0, rejected: [] });
    expect(result.areas).toMatchObject([
      {
        name: '金藏采区',
        sourceSrid: 4529,
        crsClass: 'EXACT',
        ceilingMetres: 229.5,
        floorMetres: 70,
        version: 1,
      },
      {
        name: '远东采区',
        sourceSrid: 4529,
        crsClass: 'EXACT',
        ceilingMetres: 363,
        floorMetres: 10,
        version: 1,
      },
    ]);
    const total = result.areas.reduce((sum, area) => sum + area.areaSquareMetres, 0) / 1e6;
    expect(Math.abs(total - 1.06848)).toBeLessThan(1e-6);
    expect(result.statedArea?.convention).toBe('ELLIPSOIDAL');
    expect(result.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['STATED_AREA_ELLIPSOIDAL', 'INFO'],
    ]);
    const [first] = result.areas;
    if (!first) throw new Error('no area');
    const geometry = await boundaries.areaGeometry(testContext(), first);
    const [[[corner = []] = []] = []] = geometry?.type === 'MultiPolygon' ? geometry.coordinates : [];
    expect(corner[1]).toBeCloseTo(40.69804, 5);
    expect(corner[0]).toBeCloseTo(122.68468, 5);
    expect(await boundaries.corners(testContext(), first)).toHaveLength(8);
    expect((await boundaries.corners(testContext(), first))[0]).toEqual({
      number: '1',
      x: 4507088.2206,
      y: 41473349.922,
      ring: 1,
    });
  });

  test('is kept with edges of at most 100 m that are straight in its own zone', async () => {
    const mine = await aStoredMine();
    const [first] = (await boundaries.importPermittedAreas(testContext(), request(mine, notice))).areas;
    if (!first) throw new Error('no area');
    const geometry = await boundaries.areaGeometry(testContext(), first, 4529);
    const [[ring = []] = []] = geometry?.type === 'MultiPolygon' ? geometry.coordinates : [];
    expect(ring.length).toBeGreaterThan(20);
    // The edge from corner 5 to 6 runs due south for 400 m at almost one easting.
    const along = ring.filter(
      ([x = 0, y = 0]) => Math.abs(x - 41473929.9167) < 0.01 && y > 4507296 && y < 4507697,
    );
    expect(along.length).toBe(5);
    for (const [x = 0, y = 0] of along) {
      const share = (4507696.2269 - y) / (4507696.2269 - 4507296.2275);
      expect(x).toBeCloseTo(41473929.9147 + 0.004 * share, 3);
    }
  });

  test('imported twice changes nothing; corrected, it is the next version of the area that changed', async () => {
    const mine = await aStoredMine();
    const at = (instant: string) => testContext({ clock: fixedClock(instant) });
    const before = await boundaries.importPermittedAreas(at('2026-01-01T00:00:00Z'), request(mine, notice));
    const events = await countOf('platform.event');
    const again = await boundaries.importPermittedAreas(at('2026-02-01T00:00:00Z'), request(mine, notice));
    expect(again).toMatchObject({ recorded: 0, corrected: 0, unchanged: 2 });
    expect(again.areas).toEqual(before.areas);
    expect(await countOf('platform.event')).toBe(events);
    const corrected = await boundaries.importPermittedAreas(
      at('2026-03-01T00:00:00Z'),
      request(mine, notice.replace('4512640.2724', '4512650.2724')),
    );
    expect(corrected).toMatchObject({ recorded: 0, corrected: 1, unchanged: 1 });
    expect(corrected.areas.map(({ version }) => version)).toEqual([1, 2]);
    const id = corrected.areas[1]?.id ?? '';
    expect(id).toBe(before.areas[1]?.id);
    const known = (instant: string) =>
      boundaries.permittedArea(testContext(), id, { known: new Date(instant) });
    expect(await known('2025-12-31T00:00:00Z')).toBeNull();
    expect(await known('2026-02-28T00:00:00Z')).toMatchObject({
      version: 1,
      supersededAt: new Date('2026-03-01T00:00:00Z'),
    });
    expect(await known('2026-03-01T00:00:00Z')).toMatchObject({ version: 2, supersededAt: null });
    expect(await boundaries.permittedArea(testContext(), id)).toMatchObject({ version: 2 });
    expect(await boundaries.areaVersion(testContext(), { id, version: 1 })).toMatchObject({ version: 1 });
    const types = await database.knex('platform.event').where('subject_id', id).orderBy('seq').pluck('type');
    expect(types).toEqual(['permitted-area.recorded', 'permitted-area.corrected']);
  });

  test('that no longer lists an area leaves it as it is and says so', async () => {
    const mine = await aStoredMine();
    const before = await boundaries.importPermittedAreas(testContext(), request(mine, notice));
    const onlyFirst = notice.split('\n').slice(0, 9).join('\n');
    const after = await boundaries.importPermittedAreas(testContext(), request(mine, onlyFirst));
    expect(after).toMatchObject({
      unchanged: 1,
      findings: [{ code: 'AREA_NOT_IN_FILE', areaId: before.areas[1]?.id }],
    });
    const list = () =>
      boundaries.dataQualityFindings(
        testContext(),
        { mineId: mine, code: ['AREA_NOT_IN_FILE'] },
        { first: 9, after: null },
      );
    expect((await list()).items.map(({ node }) => node)).toEqual(after.findings);
    await boundaries.importPermittedAreas(testContext(), request(mine, notice));
    expect((await list()).items).toEqual([]);
  });

  test('in a dry run tells the same and writes nothing', async () => {
    const mine = await aStoredMine();
    const stated = { statedAreaSquareMetres: 1_068_500 };
    const [areas, events, findings] = await Promise.all(
      ['boundaries.permitted_area', 'platform.event', 'boundaries.data_quality_finding'].map(countOf),
    );
    const dry = await boundaries.importPermittedAreas(
      testContext(),
      request(mine, notice, { ...stated, dryRun: true }),
    );
    expect(await countOf('boundaries.permitted_area')).toBe(areas);
    expect(await countOf('platform.event')).toBe(events);
    expect(await countOf('boundaries.data_quality_finding')).toBe(findings);
    const context = testContext();
    const shapes = await Promise.all(dry.areas.map((area) => boundaries.areaGeometry(context, area, 4529)));
    const real = await boundaries.importPermittedAreas(testContext(), request(mine, notice, stated));
    expect(dry.areas.map(({ id }) => id)).toEqual(real.areas.map(({ id }) => id));
    expect(dry.findings).toEqual(real.findings);
    const other = testContext();
    expect(shapes).toEqual(
      await Promise.all(real.areas.map((area) => boundaries.areaGeometry(other, area, 4529))),
    );
  });

  test('arrives from a mine that the principal may not see as from one that does not exist', async () => {
    const mine = await aStoredMine();
    const officer = testContext({ principal: countyOfficer('150421') });
    await expect(boundaries.importPermittedAreas(officer, request(mine, notice))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const licence = '00000000-0000-8000-8000-000000000000';
    await expect(
      boundaries.importPermittedAreas(testContext(), request(mine, notice, { licenceId: licence })),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', details: { field: 'options.licenceId' } });
  });
});

test('an older notice that states the plane area is told of as such, a wrong figure as a mismatch', async () => {
  const mine = await aStoredMine();
  // Far from the central meridian of its zone the plane area is 0.03 % larger than the ellipsoidal one.
  const [x, y] = [4_500_000, 41_390_000];
  const corners = [
    [x, y],
    [x, y + 9000],
    [x + 9000, y + 9000],
    [x + 9000, y],
  ];
  const list = `${corners.map((corner, i) => [i + 1, ...corner].join(',')).join('\n')}\n*,100,50,,1,`;
  const told = async (statedAreaSquareMetres: number, documentNumber: string) => {
    const result = await boundaries.importPermittedAreas(
      testContext(),
      request(mine, list, { statedAreaSquareMetres, documentNumber }),
    );
    return [
      result.statedArea?.convention,
      ...result.findings.map(({ code, severity, areaId }) => [
        code,
        severity,
        areaId === result.areas[0]?.id,
      ]),
    ];
  };
  expect(await told(81_000_000, 'plane')).toEqual(['PLANE', ['STATED_AREA_PLANE', 'INFO', true]]);
  expect(await told(80_999_000, 'neither')).toEqual(['NEITHER', ['STATED_AREA_MISMATCH', 'WARNING', true]]);
});

test('a licence in Xi’an 1980 keeps its corners, is marked ballpark and told of', async () => {
  const mine = await aStoredMine();
  const result = await boundaries.importPermittedAreas(testContext(), request(mine, notice, { srid: 2365 }));
  expect(result.areas).toMatchObject([{ sourceSrid: 2365, crsClass: 'BALLPARK' }, { crsClass: 'BALLPARK' }]);
  expect(result.findings.map(({ code, severity }) => [code, severity])).toEqual([
    ['CRS_BALLPARK', 'WARNING'],
    ['CRS_BALLPARK', 'WARNING'],
  ]);
  const [first] = result.areas;
  if (!first) throw new Error('no area');
  expect((await boundaries.corners(testContext(), first))[0]).toMatchObject({
    x: 4507088.2206,
    y: 41473349.922,
  });
});

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
    [1, 2].map(() => boundaries.importPermittedAreas(testContext(), request(mine, notice))),
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
    const lines = notice.split('\n');
    // Corners 5 and 6 of the first area exchanged: the edge into them and the edge out of them cross.
    const [fifth = '', sixth = ''] = lines.slice(4, 6);
    const crossing = lines.with(4, sixth.replace(/^6/, '5')).with(5, fifth.replace(/^5/, '6'));
    expect(await told(request(mine, crossing.join('\n')))).toEqual([[0, 'SELF_INTERSECTION', 6, 1, 6]]);
    const more = crossing.with(13, '5,4513476.3003,4148923.0237').with(17, '9,NaN,41487921.0163, , ,');
    expect(await told(request(mine, more.join('\n')))).toEqual([
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
    const northward = notice.replace(/,45(\d{5})/g, ',60$1');
    expect(await told(request(mine, northward))).toEqual([
      [0, 'OUTSIDE_EXTENT', 1, 1, 1],
      [1, 'OUTSIDE_EXTENT', 10, 1, 1],
    ]);
  });

  test('options that cannot be meant are refused by name', async () => {
    const refused = (more: Partial<IntakeOptions>) =>
      boundaries.importPermittedAreas(testContext(), request(mine, notice, more));
    await expect(refused({ validTo: '2025-12-01' })).rejects.toMatchObject({
      details: { field: 'options.validTo' },
    });
    await expect(refused({ sigmaMetres: -1 })).rejects.toMatchObject({
      details: { field: 'options.sigmaMetres' },
    });
    await expect(refused({ authority: ' ' })).rejects.toMatchObject({
      details: { field: 'options.authority' },
    });
  });
});
