import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DataQualityRepository } from '../../src/subgraphs/boundaries/data-quality.repository.js';
import type { DataQualityFinding } from '../../src/subgraphs/boundaries/data-quality-finding.js';
import { isCreditCode } from '../../src/subgraphs/registry/operator.js';
import { creditCode, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';

// Findings that follow from what is stored. Those about corners are in test/unit/ring-quality.test.ts, those of a file in
// intake-notice.test.ts.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

const list = async (
  filter: { mine?: string; code?: string[]; severity?: DataQualityFinding['severity'][] } = {},
  context = testContext(),
): Promise<DataQualityFinding[]> => {
  const { mine, ...rest } = filter;
  const page = await new DataQualityRepository(database.knex).page(
    context,
    { ...rest, mineId: mine ? mineId(mine) : null },
    { first: 100, after: null },
  );
  expect(await page.count()).toBe(page.items.length);
  return page.items.map(({ node }) => node);
};

const codes = async (mine = 'A'): Promise<string[]> => (await list({ mine })).map(({ code }) => code).sort();

let licences = 0;
const licence = async (facts: Record<string, unknown> = {}): Promise<string> => {
  const id = mineId(`licence ${++licences}`);
  await database.knex('licences.licence').insert({
    id,
    mine_id: mineId('A'),
    kind: 'MINING_LICENCE',
    number: `C150000201005111012${String(licences).padStart(4, '0')}`,
    issuer: 'Test authority',
    valid_from: '2020-01-01',
    valid_to: '2030-01-01',
    recorded_at: '2020-01-01',
    ...facts,
  });
  return id;
};

const supersede = (table: string, id: string) =>
  database.knex(table).where({ id }).whereNull('superseded_at').update({ superseded_at: '2026-05-20' });

describe('RIGHTS_OVERLAP', () => {
  test('mining rights of two mines that overlap are a finding for each, naming the other', async () => {
    const [a, b] = [
      await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) }),
      await situation.area({ mine: 'B', shape: box(450, 0, 500, 400) }),
    ];
    const [ours, ...more] = await list({ mine: 'A' });
    expect(more).toEqual([]);
    expect(ours).toMatchObject({
      code: 'RIGHTS_OVERLAP',
      severity: 'ERROR',
      areaId: a,
      otherMineId: mineId('B'),
    });
    // 50 m by 400 m; the message says it in whole square metres.
    expect(ours?.message).toMatch(/ by (19999|20000|20001) m²/);
    expect(await list({ mine: 'B' })).toMatchObject([{ areaId: b, otherMineId: mineId('A') }]);
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
    expect((await list()).filter(({ code }) => code === 'RIGHTS_OVERLAP')).toEqual([]);
  });

  test('those that two transactions record at once are found as well', async () => {
    const record = (mine: string, east: number) =>
      database.knex.transaction(async (sql) => {
        await new Situation(sql).area({ mine, shape: box(east, 0, 500, 500) });
        // Long enough for both to have written before either is committed, if they did not take turns.
        await setTimeout(200);
      });
    await Promise.all([record('A', 0), record('B', 450)]);
    expect((await list()).map(({ code }) => code)).toEqual(['RIGHTS_OVERLAP', 'RIGHTS_OVERLAP']);
  });

  test('a correction that parts them ends both findings, one that does not keeps them, with the new area', async () => {
    const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(450, 0, 500, 400) });
    await supersede('boundaries.permitted_area', id);
    expect(await list()).toEqual([]);
    await situation.area({
      mine: 'A',
      id,
      version: 2,
      shape: box(0, 0, 460, 500),
      recordedAt: '2026-05-20T00:00:00Z',
    });
    expect(await list({ mine: 'A' })).toMatchObject([{ areaId: id, areaVersion: 2 }]);
    expect((await list({ mine: 'B' }))[0]?.message).toMatch(/ by (3999|4000|4001) m²/);
    await supersede('boundaries.permitted_area', id);
    await situation.area({
      mine: 'A',
      id,
      version: 3,
      shape: box(0, 0, 450, 500),
      recordedAt: '2026-05-21T00:00:00Z',
    });
    expect(await list()).toEqual([]);
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
    expect(await list({}, officer('150421'))).toEqual([]);
    expect(await list({}, officer('150422'))).toEqual([]);
    expect(await list({}, officer('150421', '150422'))).toHaveLength(2);
    expect(await list({}, officer('150400'))).toHaveLength(2);
    await move('150421');
  });
});

test('AREAS_OVERLAP_IN_TIME: one ground recorded twice for a mine, not one period after the other', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validTo: '2026-01-01' });
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validFrom: '2026-01-01' });
  await situation.area({ mine: 'A', shape: box(500, 0, 500, 500) });
  expect(await codes()).toEqual([]);
  await situation.area({
    mine: 'A',
    shape: box(100, 100, 100, 100),
    validFrom: '2025-06-01',
    validTo: '2025-07-01',
  });
  expect(await list()).toMatchObject([
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
  expect(await codes()).toEqual([]);
  const later = { mine: 'A', shape: box(0, 0, 500, 500), validFrom: '2024-03-01', validTo: null };
  await situation.area(later);
  expect(await list()).toMatchObject([
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
  expect(await codes()).toEqual([]);
});

test('ELEVATION_IMPLAUSIBLE: a band without height, or beyond what can be mined', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 50, 50), ceiling: 300, floor: -400 });
  await situation.area({ mine: 'A', shape: box(100, 0, 50, 50) });
  expect(await codes()).toEqual([]);
  await situation.area({ mine: 'A', shape: box(200, 0, 50, 50), ceiling: 300, floor: 300 });
  await situation.area({ mine: 'A', shape: box(300, 0, 50, 50), ceiling: 9000, floor: 8000 });
  expect(await codes()).toEqual(['ELEVATION_IMPLAUSIBLE', 'ELEVATION_IMPLAUSIBLE']);
});

describe('areas against their licence', () => {
  const ofLicence = (id: string, stated: number | null = null) =>
    database.knex('boundaries.permitted_area').update({ licence_id: id, stated_area_m2: stated });

  test('AREA_OUTLIVES_LICENCE: an area valid on days that its licence is not', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), validTo: '2028-01-01' });
    const id = await licence();
    await ofLicence(id);
    expect(await codes()).toEqual([]);
    await database.knex('licences.licence').where({ id }).update({ valid_to: '2027-06-01' });
    expect(await list()).toMatchObject([{ code: 'AREA_OUTLIVES_LICENCE', licenceId: id }]);
  });

  test('LICENCE_AREA_MISMATCH: the stated area against the sum of the rights, in either convention', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'A', shape: box(500, 0, 500, 500) });
    const id = await licence({ stated_area_km2: 0.5 });
    await ofLicence(id);
    expect(await codes()).toEqual([]);
    await database.knex('licences.licence').where({ id }).update({ stated_area_km2: 0.5001 });
    expect(await list()).toMatchObject([{ code: 'LICENCE_AREA_MISMATCH', licenceId: id }]);
  });

  test('STATED_AREA: of a document beside its areas as they stand, also after a correction', async () => {
    const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await database.knex('boundaries.permitted_area').update({ stated_area_m2: 250_000 });
    expect(await codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
    await supersede('boundaries.permitted_area', id);
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
    expect(await list()).toMatchObject([
      { code: 'STATED_AREA_MISMATCH', severity: 'WARNING', areaVersion: 2 },
    ]);
    expect(await list({ severity: ['INFO', 'ERROR'] })).toEqual([]);
    expect(await list({ severity: ['WARNING'] })).toHaveLength(1);
  });
});

describe('licences', () => {
  test.each([
    ['C1500002010051110123456', 'MINING_LICENCE', true],
    ['1500000620012', 'MINING_LICENCE', true],
    ['C1500002010131110123456', 'MINING_LICENCE', false],
    ['C150000201005111012345', 'MINING_LICENCE', false],
    ['采矿2010-5', 'MINING_LICENCE', false],
    ['（蒙）MK安许证字〔2021〕0123号', 'SAFETY_PERMIT', true],
    ['(辽)FM安许证字[2020]HC005', 'SAFETY_PERMIT', true],
    ['安全2020-5', 'SAFETY_PERMIT', false],
  ])('LICENCE_NUMBER_FORMAT: %s as %s is known: %s', async (number, kind, isKnown) => {
    await licence({ number, kind });
    expect(await codes()).toEqual(isKnown ? [] : ['LICENCE_NUMBER_FORMAT']);
  });

  test('LICENCES_OVERLAP_IN_TIME: two of a kind at once, unless one supersedes the other or was revoked before', async () => {
    const first = await licence({ valid_to: '2025-01-01' });
    const second = await licence({ valid_from: '2024-12-01' });
    expect(await list()).toMatchObject([
      { code: 'LICENCES_OVERLAP_IN_TIME', message: expect.stringContaining('from 2024-12-01 to 2025-01-01') },
    ]);
    await database.knex('licences.licence').where({ id: second }).update({ supersedes_id: first });
    expect(await codes()).toEqual([]);
    await database.knex('licences.licence').where({ id: second }).update({ supersedes_id: null });
    await database.knex('licences.licence').where({ id: first }).update({ revoked_on: '2024-12-01' });
    expect(await codes()).toEqual([]);
  });

  test('LICENCE_GAP: days between licences of a kind; an earlier one that covers them closes it; corrected, it is gone', async () => {
    await licence({ valid_from: '2015-01-01', valid_to: '2018-01-01' });
    const late = await licence({ valid_from: '2018-04-01' });
    await licence({
      kind: 'SAFETY_PERMIT',
      number: '（蒙）MK安许证字〔2018〕0001号',
      valid_from: '2018-01-01',
      valid_to: '2018-04-01',
    });
    expect(await list()).toMatchObject([
      { code: 'LICENCE_GAP', licenceId: late, message: expect.stringContaining('from 2018-01-01 until') },
    ]);
    await supersede('licences.licence', late);
    expect(await codes()).toEqual([]);
    await licence({ valid_from: '2018-01-01' });
    expect(await codes()).toEqual([]);
  });
});

describe('mines', () => {
  test('CREDIT_CODE_INVALID: a check character that does not fit, where it came in past the registry', async () => {
    const operator = database
      .knex('registry.operator')
      .whereIn('id', (own) => own.select('operator_id').from('registry.mine').where('id', mineId('A')));
    const [{ credit_code: right }] = await operator.clone().select('credit_code');
    expect(await codes()).toEqual([]);
    const wrong = `${right.slice(0, 17)}${right.endsWith('0') ? '1' : '0'}`;
    await operator.clone().update({ credit_code: wrong });
    expect(await list({ mine: 'A' })).toMatchObject([
      { code: 'CREDIT_CODE_INVALID', severity: 'ERROR', message: expect.stringContaining(wrong) },
    ]);
    expect(await list({ mine: 'A', code: ['LICENCE_GAP'] })).toEqual([]);
    await operator.clone().update({ credit_code: right });
    expect(await codes()).toEqual([]);
  });

  test('the check character is the same in SQL and in code', async () => {
    const made = Array.from({ length: 200 }, (_, n) => creditCode(n * 7919));
    const given = [
      ...made,
      ...made.map((code, n) => `${code.slice(0, n % 18)}Y${code.slice((n % 18) + 1)}`),
      '',
      'I'.repeat(18),
    ];
    const { rows } = await database.knex.raw(
      'select registry.is_credit_code(code) as ok from unnest(?::text[]) with ordinality as t (code, n) order by n',
      [given],
    );
    expect(rows.map(({ ok }: { ok: boolean }) => ok)).toEqual(given.map(isCreditCode));
  });

  const at = (mine: string, longitude: number, latitude: number) =>
    database.knex.raw('update registry.mine set location = ST_SetSRID(ST_Point(?, ?), 4490) where id = ?', [
      longitude,
      latitude,
      mineId(mine),
    ]);

  test('LOCATION_FAR_FROM_AREAS: more than 5 km from the nearest mining right', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await at('A', 120.01, 42.98);
    expect(await codes()).toEqual([]);
    await at('A', 120.2, 42.98);
    expect(await list({ mine: 'A' })).toMatchObject([
      { code: 'LOCATION_FAR_FROM_AREAS', message: expect.stringContaining('16 km') },
    ]);
    await at('A', 120, 42.98);
  });

  test('LOCATION_FAR_FROM_DIVISION: more than 200 km from the middle of the county’s mines', async () => {
    for (const code of ['C', 'D', 'E', 'F']) await situation.mine(code);
    expect(await codes()).toEqual([]);
    await at('A', 117, 42.98);
    expect(await codes()).toEqual(['LOCATION_FAR_FROM_DIVISION']);
    expect(await codes('C')).toEqual([]);
    await at('A', 120, 42.98);
  });
});
