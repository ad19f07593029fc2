import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { QualityBench } from '../support/quality-bench.js';
import { box, Situation } from '../support/situation.js';

// Findings that follow from the areas that are stored. Those about corners are in test/unit/ring-quality.test.ts, those of
// a file in intake-notice.test.ts.

let database: TestDatabase;
let situation: Situation;
let bench: QualityBench;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
  bench = new QualityBench(database.knex);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

describe('RIGHTS_OVERLAP', () => {
  test('mining rights of two mines that overlap are a finding for each, naming the other', async () => {
    const [a, b] = [
      await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) }),
      await situation.area({ mine: 'B', shape: box(450, 0, 500, 400) }),
    ];
    const [ours, ...more] = await bench.findings({ mine: 'A' });
    expect(more).toEqual([]);
    expect(ours).toMatchObject({
      code: 'RIGHTS_OVERLAP',
      severity: 'ERROR',
      areaId: a,
      otherMineId: mineId('B'),
    });
    // 50 m by 400 m; the message says it in whole square metres.
    expect(ours?.message).toMatch(/ by (19999|20000|20001) m²/);
    expect(await bench.findings({ mine: 'B' })).toMatchObject([{ areaId: b, otherMineId: mineId('A') }]);
  });

  test('side by side, above each other, one after the other, or of another kind, they do not', async () => {
    await situation.area({
      mine: 'A',
      shape: box(0, 0, 500, 500),
      ceiling: 300,
      floor: 100,
      validTo: '2025-01-01',
    });
    await situation.area({ mine: 'B', shape: box(500, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(0, 0, 500, 500), ceiling: 100, floor: 0 });
    await situation.area({ mine: 'B', shape: box(0, 0, 500, 500), validFrom: '2025-01-01' });
    await situation.area({ mine: 'B', kind: 'DUMP_SITE', shape: box(0, 0, 500, 500) });
    expect((await bench.findings()).filter(({ code }) => code === 'RIGHTS_OVERLAP')).toEqual([]);
  });

  test('those that two transactions record at once are found as well', async () => {
    const record = (mine: string, east: number) =>
      database.knex.transaction(async (sql) => {
        await new Situation(sql).area({ mine, shape: box(east, 0, 500, 500) });
        // Long enough for both to have written before either is committed, if they did not take turns.
        await setTimeout(200);
      });
    await Promise.all([record('A', 0), record('B', 450)]);
    expect((await bench.findings()).map(({ code }) => code)).toEqual(['RIGHTS_OVERLAP', 'RIGHTS_OVERLAP']);
  });

  test('a correction that parts them ends both findings, one that does not keeps them, with the new area', async () => {
    const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(450, 0, 500, 400) });
    await bench.supersede('boundaries.permitted_area', id);
    expect(await bench.findings()).toEqual([]);
    await situation.area({
      mine: 'A',
      id,
      version: 2,
      shape: box(0, 0, 460, 500),
      recordedAt: '2026-05-20T00:00:00Z',
    });
    expect(await bench.findings({ mine: 'A' })).toMatchObject([{ areaId: id, areaVersion: 2 }]);
    expect((await bench.findings({ mine: 'B' }))[0]?.message).toMatch(/ by (3999|4000|4001) m²/);
    await bench.supersede('boundaries.permitted_area', id);
    await situation.area({
      mine: 'A',
      id,
      version: 3,
      shape: box(0, 0, 450, 500),
      recordedAt: '2026-05-21T00:00:00Z',
    });
    expect(await bench.findings()).toEqual([]);
  });

  test('who may not see the other mine is told nothing of it', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(450, 0, 500, 400) });
    const move = (division: string) =>
      database
        .knex('registry.mine')
        .where({ id: mineId('B') })
        .update({ division_code: division });
    await move('150422');
    const officer = (...divisions: string[]) => testContext({ principal: countyOfficer(...divisions) });
    expect(await bench.findings({}, officer('150421'))).toEqual([]);
    expect(await bench.findings({}, officer('150422'))).toEqual([]);
    expect(await bench.findings({}, officer('150421', '150422'))).toHaveLength(2);
    expect(await bench.findings({}, officer('150400'))).toHaveLength(2);
    await move('150421');
  });
});

test('AREAS_OVERLAP_IN_TIME: one ground recorded twice for a mine, not one period after the other', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validTo: '2026-01-01' });
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validFrom: '2026-01-01' });
  await situation.area({ mine: 'A', shape: box(500, 0, 500, 500) });
  expect(await bench.codes()).toEqual([]);
  await situation.area({
    mine: 'A',
    shape: box(100, 100, 100, 100),
    validFrom: '2025-06-01',
    validTo: '2025-07-01',
  });
  expect(await bench.findings()).toMatchObject([
    { code: 'AREAS_OVERLAP_IN_TIME', message: expect.stringContaining('from 2025-06-01 to 2025-07-01') },
  ]);
});

test('AREA_GAP: days without a mining right between two that had one', async () => {
  await situation.area({
    mine: 'A',
    shape: box(0, 0, 500, 500),
    validFrom: '2020-01-01',
    validTo: '2022-01-01',
  });
  await situation.area({
    mine: 'A',
    shape: box(0, 0, 500, 500),
    validFrom: '2022-01-01',
    validTo: '2024-01-01',
  });
  expect(await bench.codes()).toEqual([]);
  const later = { mine: 'A', shape: box(0, 0, 500, 500), validFrom: '2024-03-01', validTo: null };
  await situation.area(later);
  expect(await bench.findings()).toMatchObject([
    {
      code: 'AREA_GAP',
      message: 'From 2024-01-01 to 2024-03-01 the mine had no mining right, but before and after.',
    },
  ]);
  // Another part of the mine was permitted then: no gap.
  await situation.area({
    mine: 'A',
    shape: box(900, 0, 50, 50),
    validFrom: '2023-01-01',
    validTo: '2025-01-01',
  });
  expect(await bench.codes()).toEqual([]);
});

test('ELEVATION_IMPLAUSIBLE: a band without height, or beyond what can be mined', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 50, 50), ceiling: 300, floor: -400 });
  await situation.area({ mine: 'A', shape: box(100, 0, 50, 50) });
  expect(await bench.codes()).toEqual([]);
  await situation.area({ mine: 'A', shape: box(200, 0, 50, 50), ceiling: 300, floor: 300 });
  await situation.area({ mine: 'A', shape: box(300, 0, 50, 50), ceiling: 9000, floor: 8000 });
  expect(await bench.codes()).toEqual(['ELEVATION_IMPLAUSIBLE', 'ELEVATION_IMPLAUSIBLE']);
});

describe('areas against their licence', () => {
  const ofLicence = (id: string, stated: number | null = null) =>
    database.knex('boundaries.permitted_area').update({ licence_id: id, stated_area_m2: stated });

  test('AREA_OUTLIVES_LICENCE: an area valid on days that its licence is not', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validTo: '2028-01-01' });
    const id = await bench.licence();
    await ofLicence(id);
    expect(await bench.codes()).toEqual([]);
    await database.knex('licences.licence').where({ id }).update({ valid_to: '2027-06-01' });
    expect(await bench.findings()).toMatchObject([{ code: 'AREA_OUTLIVES_LICENCE', licenceId: id }]);
  });

  test('AREA_OUTLIVES_LICENCE: a revocation ends a licence, a suspension does not', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validTo: '2028-01-01' });
    const id = await bench.licence();
    await ofLicence(id);
    const licence = () => database.knex('licences.licence').where({ id });
    await licence().update({ suspended_from: '2026-01-01' });
    expect(await bench.codes()).toEqual([]);
    await licence().update({ revoked_on: '2026-06-01' });
    expect(await bench.findings()).toMatchObject([
      {
        code: 'AREA_OUTLIVES_LICENCE',
        message: expect.stringContaining('from 2020-01-01 to 2026-06-01, when it was revoked'),
      },
    ]);
    await database.knex('boundaries.permitted_area').update({ valid_to: '2026-06-01' });
    expect(await bench.codes()).toEqual([]);
  });

  test('AREA_OUTLIVES_LICENCE: of a licence that was withdrawn nothing is left to be valid', async () => {
    const area = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validTo: '2028-01-01' });
    const id = await bench.licence();
    await ofLicence(id);
    await bench.supersede('licences.licence', id);
    expect(await bench.findings()).toMatchObject([
      { code: 'AREA_OUTLIVES_LICENCE', areaId: area, message: expect.stringContaining('was withdrawn.') },
    ]);
    await bench.supersede('boundaries.permitted_area', area);
    expect(await bench.codes()).toEqual([]);
  });

  test('LICENCE_AREA_MISMATCH: what is in force together counts, and what lies above each other once', async () => {
    const square = { mine: 'A', shape: box(0, 0, 500, 500) };
    await situation.area({ ...square, validTo: '2023-01-01' });
    await situation.area({ ...square, validFrom: '2023-01-01', ceiling: 100, floor: 50 });
    await situation.area({ ...square, validFrom: '2023-01-01', ceiling: 50, floor: 0 });
    const id = await bench.licence({ stated_area_km2: 0.25 });
    await ofLicence(id);
    expect(await bench.codes()).toEqual([]);
    // A part that lies half above the two, and half beside them.
    await situation.area({
      mine: 'A',
      shape: box(400, 0, 200, 500),
      validFrom: '2025-01-01',
      ceiling: 300,
      floor: 200,
    });
    await ofLicence(id);
    await database.knex('licences.licence').where({ id }).update({ stated_area_km2: 0.3 });
    expect(await bench.codes()).toEqual([]);
    const stated = (km2: number) =>
      database.knex('licences.licence').where({ id }).update({ stated_area_km2: km2 });
    // What it had before is not what it states now, unless it ended by then.
    await stated(0.25);
    expect(await bench.codes()).toEqual(['LICENCE_AREA_MISMATCH']);
    await database.knex('licences.licence').where({ id }).update({ revoked_on: '2025-01-01' });
    expect(await bench.findings({ code: ['LICENCE_AREA_MISMATCH'] })).toEqual([]);
    await database.knex('licences.licence').where({ id }).update({ revoked_on: null });
    await stated(0.85);
    expect(await bench.findings()).toMatchObject([
      {
        code: 'LICENCE_AREA_MISMATCH',
        message: expect.stringContaining('from 2025-01-01 have 0.3000 km² on the ellipsoid'),
      },
    ]);
  });

  test('LICENCE_AREA_MISMATCH: the stated area against the sum of the rights, in either convention', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'A', shape: box(500, 0, 500, 500) });
    const id = await bench.licence({ stated_area_km2: 0.5 });
    await ofLicence(id);
    expect(await bench.codes()).toEqual([]);
    await database.knex('licences.licence').where({ id }).update({ stated_area_km2: 0.5001 });
    expect(await bench.findings()).toMatchObject([{ code: 'LICENCE_AREA_MISMATCH', licenceId: id }]);
  });

  test('STATED_AREA: of a document beside its areas as they stand, also after a correction', async () => {
    const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await database.knex('boundaries.permitted_area').update({ stated_area_m2: 250_000 });
    expect(await bench.codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
    await bench.supersede('boundaries.permitted_area', id);
    await situation.area({
      mine: 'A',
      id,
      version: 2,
      shape: box(0, 0, 500, 499),
      recordedAt: '2026-05-20T00:00:00Z',
    });
    await database
      .knex('boundaries.permitted_area')
      .where({ version: 2 })
      .update({ stated_area_m2: 250_000 });
    expect(await bench.findings()).toMatchObject([
      { code: 'STATED_AREA_MISMATCH', severity: 'WARNING', areaVersion: 2 },
    ]);
    expect(await bench.findings({ severity: ['INFO', 'ERROR'] })).toEqual([]);
    expect(await bench.findings({ severity: ['WARNING'] })).toHaveLength(1);
  });

  test('STATED_AREA: of a document whose areas lie above each other, or end on different days', async () => {
    const square = { mine: 'A', shape: box(0, 0, 500, 500) };
    await situation.area({ ...square, ceiling: 100, floor: 50 });
    await situation.area({ ...square, ceiling: 50, floor: 0 });
    await situation.area({ mine: 'A', shape: box(500, 0, 500, 500), validTo: '2023-01-01' });
    const state = (squareMetres: number) =>
      database
        .knex('boundaries.permitted_area')
        .update({ document_number: 'D', stated_area_m2: squareMetres });
    await state(500_000);
    expect(await bench.codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
    await state(750_000);
    expect(await bench.findings()).toMatchObject([
      {
        code: 'STATED_AREA_MISMATCH',
        areaId: null,
        message: expect.stringMatching(/ellipsoidal 0\.(499|500)\d+ km²/),
      },
    ]);
  });
});
