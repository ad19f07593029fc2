import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { QualityBench } from '../support/quality-bench.js';
import { box, Situation } from '../support/situation.js';

// Areas beside what their licences and documents say of them.

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
