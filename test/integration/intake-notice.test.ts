import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/services.js';
import { mineId } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
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

const countOf = async (table: string): Promise<number> =>
  Number((await database.knex(table).count('* as n').first())?.['n']);

describe('the published notice', () => {
  test('gives the areas, bands, stated area and first corner that were published', async () => {
    const mine = await aStoredMine();
    const result = await boundaries.importPermittedAreas(
      testContext(),
      cornerListRequest(mine, NOTICE, { statedAreaSquareMetres: 1_068_500 }),
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
    const [first] = (await boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, NOTICE)))
      .areas;
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
    const before = await boundaries.importPermittedAreas(
      at('2026-01-01T00:00:00Z'),
      cornerListRequest(mine, NOTICE),
    );
    const events = await countOf('platform.event');
    const again = await boundaries.importPermittedAreas(
      at('2026-02-01T00:00:00Z'),
      cornerListRequest(mine, NOTICE),
    );
    expect(again).toMatchObject({ recorded: 0, corrected: 0, unchanged: 2 });
    expect(again.areas).toEqual(before.areas);
    expect(await countOf('platform.event')).toBe(events);
    const corrected = await boundaries.importPermittedAreas(
      at('2026-03-01T00:00:00Z'),
      cornerListRequest(mine, NOTICE.replace('4512640.2724', '4512650.2724')),
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
    const before = await boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, NOTICE));
    const onlyFirst = NOTICE.split('\n').slice(0, 9).join('\n');
    const after = await boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, onlyFirst));
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
    await boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, NOTICE));
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
      cornerListRequest(mine, NOTICE, { ...stated, dryRun: true }),
    );
    expect(await countOf('boundaries.permitted_area')).toBe(areas);
    expect(await countOf('platform.event')).toBe(events);
    expect(await countOf('boundaries.data_quality_finding')).toBe(findings);
    const context = testContext();
    const shapes = await Promise.all(dry.areas.map((area) => boundaries.areaGeometry(context, area, 4529)));
    const real = await boundaries.importPermittedAreas(
      testContext(),
      cornerListRequest(mine, NOTICE, stated),
    );
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
    await expect(
      boundaries.importPermittedAreas(officer, cornerListRequest(mine, NOTICE)),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const licence = '00000000-0000-8000-8000-000000000000';
    await expect(
      boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, NOTICE, { licenceId: licence })),
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
      cornerListRequest(mine, list, { statedAreaSquareMetres, documentNumber }),
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
  const result = await boundaries.importPermittedAreas(
    testContext(),
    cornerListRequest(mine, NOTICE, { srid: 2365 }),
  );
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
