import { afterAll, beforeAll, expect, test } from 'vitest';
import { mineId } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import {
  BECAUSE,
  importSquare,
  openVersions,
  seeSquare,
  squareOutline,
  type Versions,
} from '../support/versions.js';

let database: TestDatabase;
let versions: Versions;
beforeAll(async () => {
  database = await openTestDatabase();
  versions = await openVersions(database.knex, ['A', 'B']);
});
afterAll(() => database.close());

const MARCH = '2026-03-01T00:00:00Z';
const APRIL = '2026-04-01T00:00:00Z';
const MAY = '2026-05-01T00:00:00Z';

const eventsOf = (id: string) =>
  database.knex('platform.event').where('subject_id', id).orderBy('seq').select('type', 'data');

test('a corrected area answers as it was known, and lists both versions with the reason', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-1');
  const outcome = await areaChanges.correct(
    at(APRIL),
    id,
    {
      outline: { format: 'WKT', content: squareOutline(600), encoding: 'UTF8' },
      floorMetres: 70,
      ceilingMetres: 200,
    },
    BECAUSE,
  );
  expect(outcome).toMatchObject({
    rejected: [],
    area: { id, version: 2, change: 'CORRECTED', floorMetres: 70 },
  });

  const then = await boundaries.permittedArea(at(MAY), id, { known: new Date(MARCH) });
  expect(then).toMatchObject({ version: 1, floorMetres: null, supersededAt: new Date(APRIL) });
  expect(then?.areaSquareMetres).toBeCloseTo(250_000, -3);
  const now = await boundaries.permittedArea(at(MAY), id);
  expect(now).toMatchObject({ version: 2, changeReason: BECAUSE.reason, changeDocumentNumber: 'R-1' });
  expect(now?.areaSquareMetres).toBeCloseTo(360_000, -3);
  expect(await boundaries.permittedArea(at(MAY), id, { known: new Date('2026-02-28T00:00:00Z') })).toBeNull();
  expect((await boundaries.areaHistory(at(MAY), id)).map(({ version, change }) => [version, change])).toEqual(
    [
      [1, 'RECORDED'],
      [2, 'CORRECTED'],
    ],
  );
  expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
    'permitted-area.recorded',
    'permitted-area.corrected',
  ]);
});

test('who imports a document again without saying why gives no reason, also not by its number', async () => {
  const east = 20_000;
  await importSquare(versions, at(MARCH), 'B', 'D-9', { metres: 50, east });
  await seeSquare(versions, at('2026-03-02T00:00:00Z'), 'B', 'R-1', { metres: 60, east });
  const told = async (metres: number, when: string, reason?: string) => {
    await importSquare(versions, at(when), 'B', 'D-9', { metres, east, ...(reason ? { reason } : {}) });
    const violation = await database
      .knex('enforcement.violation')
      .where({ mine_id: mineId('B'), state: 'AUTO_CLOSED' })
      .first('reason');
    const diff = await database
      .knex('enforcement.judgement_diff')
      .orderBy('requested_at', 'desc')
      .first('reason');
    return [diff.reason, violation?.reason ?? null];
  };
  const permits = expect.stringMatching(
    /^A permitted area was corrected: MINING_RIGHT \S+ version \d \(D-9\)\.$/,
  );
  expect(await told(100, APRIL)).toEqual([null, permits]);
  expect(await told(50, '2026-04-02T00:00:00Z', 'Misread')).toEqual(['Misread', null]);
  const said = expect.stringMatching(/\(D-9\)\. Reason given: Misread again$/);
  expect(await told(100, '2026-04-03T00:00:00Z', 'Misread again')).toEqual(['Misread again', said]);
});

test('what we knew on 1 March about what was permitted on 1 February is one argument', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at('2026-02-20T00:00:00Z'), 'A', 'D-2');
  await areaChanges.end(at('2026-03-10T00:00:00Z'), id, '2026-01-15', BECAUSE);
  const asked = { valid: new Date('2026-02-01T00:00:00Z'), known: new Date(MARCH) };
  const list = async (asOf: typeof asked) =>
    (await boundaries.areasOfMine(testContext(), mineId('A'), null, asOf)).map((area) => area.id);
  expect(await list(asked)).toContain(id);
  expect(await list({ ...asked, known: new Date(APRIL) })).not.toContain(id);
  expect(await list({ valid: new Date('2026-01-14T15:59:59Z'), known: new Date(APRIL) })).toContain(id);
  // Midnight in Shanghai begins the first day that is not covered.
  expect(await list({ valid: new Date('2026-01-14T16:00:00Z'), known: new Date(APRIL) })).not.toContain(id);
});

test('an area ends within its validity or not at all', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-3');
  for (const on of ['2024-01-01', '2023-06-01', '2030-01-01', '2031-01-01']) {
    await expect(areaChanges.end(at(APRIL), id, on, BECAUSE)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  }
  expect((await boundaries.permittedArea(at(APRIL), id))?.version).toBe(1);
  await areaChanges.end(at(APRIL), id, '2024-01-02', BECAUSE);
  expect(await boundaries.permittedArea(at(MAY), id)).toMatchObject({
    validTo: '2024-01-02',
    change: 'ENDED',
  });
});

test('a withdrawn area is gone from now on, still known before, and recorded anew when it is imported again', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-4');
  const outcome = await areaChanges.withdraw(at(APRIL), id, BECAUSE);
  expect(outcome.area).toMatchObject({
    version: 1,
    supersededAt: new Date(APRIL),
    withdrawal: { reason: BECAUSE.reason },
  });
  expect(await boundaries.permittedArea(at(MAY), id)).toBeNull();
  expect(await boundaries.permittedArea(at(MAY), id, { known: new Date(MARCH) })).toMatchObject({
    version: 1,
  });
  const gone = {
    code: 'CONFLICT',
    message: expect.stringContaining(`2026-04-01T00:00:00.000Z: ${BECAUSE.reason}`),
  };
  await expect(areaChanges.withdraw(at(MAY), id, BECAUSE)).rejects.toMatchObject(gone);
  await expect(areaChanges.end(at(MAY), id, '2027-01-01', BECAUSE)).rejects.toMatchObject(gone);
  await expect(areaChanges.correct(at(MAY), id, { sigmaMetres: 1 }, BECAUSE)).rejects.toMatchObject(gone);
  const officer = testContext({ principal: countyOfficer('210381') });
  await expect(areaChanges.withdraw(officer, id, BECAUSE)).rejects.toMatchObject({ code: 'NOT_FOUND' });

  expect(await importSquare(versions, at(MAY), 'A', 'D-4')).toBe(id);
  expect((await boundaries.areaHistory(at(MAY), id)).map(({ version, change }) => [version, change])).toEqual(
    [
      [1, 'RECORDED'],
      [2, 'REINSTATED'],
    ],
  );
  expect(
    await boundaries.permittedArea(testContext(), id, { known: new Date('2026-04-15T00:00:00Z') }),
  ).toBeNull();
  expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
    'permitted-area.recorded',
    'permitted-area.withdrawn',
    'permitted-area.reinstated',
  ]);
});

test('an area that is recorded anew by a clock behind that of its withdrawal counts from the withdrawal', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-10');
  await areaChanges.withdraw(at(MAY), id, BECAUSE);
  expect(await importSquare(versions, at(APRIL), 'A', 'D-10')).toBe(id);
  expect(await boundaries.areaHistory(at(MAY), id)).toMatchObject([
    { version: 1, change: 'RECORDED', supersededAt: new Date(MAY) },
    { version: 2, change: 'REINSTATED', recordedAt: new Date(MAY), supersededAt: null },
  ]);
});

test('a corrected outline brings the elevation band of its file, save for what the correction itself says', async () => {
  const { areaChanges } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-11', { floorMetres: 10, ceilingMetres: 20 });
  const outline = (properties: object) => {
    const ring = [
      [120, 42.98],
      [120.005, 42.98],
      [120.005, 42.985],
      [120, 42.98],
    ];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    const content = JSON.stringify({ type: 'Feature', properties, geometry });
    return { format: 'GEOJSON', content, encoding: 'UTF8', srid: 4490 } as const;
  };
  const band = { floorMetres: 70, ceilingMetres: 200 };
  const correct = async (correction: Parameters<typeof areaChanges.correct>[2]) => {
    const { area, rejected } = await areaChanges.correct(at(APRIL), id, correction, BECAUSE);
    expect(rejected).toEqual([]);
    return [area?.floorMetres, area?.ceilingMetres];
  };
  expect(await correct({ outline: outline(band) })).toEqual([70, 200]);
  expect(await correct({ outline: outline({}) })).toEqual([70, 200]);
  expect(await correct({ outline: outline(band), floorMetres: 60, ceilingMetres: 300 })).toEqual([60, 300]);
});

test('a correction that changes nothing is no version, and neither is the same file again after an end', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-5');
  await areaChanges.correct(at(APRIL), id, { sigmaMetres: 0.1 }, BECAUSE);
  expect((await boundaries.areaHistory(at(MAY), id)).length).toBe(1);
  await areaChanges.end(at(APRIL), id, '2028-01-01', BECAUSE);
  await importSquare(versions, at(MAY), 'A', 'D-5', { validTo: '2028-01-01' });
  expect((await boundaries.areaHistory(at(MAY), id)).length).toBe(2);
});

test('a change needs a reason, a known area, and facts that can be', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-6');
  const correct = (
    correction: Parameters<typeof areaChanges.correct>[2],
    grounds = BECAUSE,
    context = at(APRIL),
  ) => areaChanges.correct(context, id, correction, grounds);
  await expect(correct({}, { ...BECAUSE, reason: ' ' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(areaChanges.end(at(APRIL), mineId('A'), '2027-01-01', BECAUSE)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(areaChanges.withdraw(at(APRIL), 'no-id', BECAUSE)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const officer = testContext({ principal: countyOfficer('210381') });
  await expect(correct({ sigmaMetres: 1 }, BECAUSE, officer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const impossible of [
    { ceilingMetres: 5 },
    { floorMetres: 5, ceilingMetres: null },
    { validTo: '2024-01-01' },
    { sigmaMetres: -1 },
    { sigmaMetres: 1e308 },
    { floorMetres: 10, ceilingMetres: 5 },
  ]) {
    await expect(correct(impossible)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  }
  const bowTie =
    'SRID=4549;POLYGON((500000 4760000, 500100 4760100, 500100 4760000, 500000 4760100, 500000 4760000))';
  const refused = await correct({ outline: { format: 'WKT', content: bowTie, encoding: 'UTF8' } });
  expect(refused.area).toBeNull();
  expect(refused.rejected.length).toBeGreaterThan(0);
  expect((await boundaries.areaHistory(at(MAY), id)).length).toBe(1);
});
