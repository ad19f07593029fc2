import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isCreditCode } from '../../src/subgraphs/registry/operator.js';
import { creditCode, mineId } from '../support/builders.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { QualityBench } from '../support/quality-bench.js';
import { box, Situation } from '../support/situation.js';

// Findings about a mine and the licences it has had.

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
    await bench.licence({ number, kind });
    expect(await bench.codes()).toEqual(isKnown ? [] : ['LICENCE_NUMBER_FORMAT']);
  });

  test('LICENCES_OVERLAP_IN_TIME: two of a kind at once, unless one supersedes the other or was revoked before', async () => {
    const first = await bench.licence({ valid_to: '2025-01-01' });
    const second = await bench.licence({ valid_from: '2024-12-01' });
    expect(await bench.findings()).toMatchObject([
      { code: 'LICENCES_OVERLAP_IN_TIME', message: expect.stringContaining('from 2024-12-01 to 2025-01-01') },
    ]);
    await database.knex('licences.licence').where({ id: second }).update({ supersedes_id: first });
    expect(await bench.codes()).toEqual([]);
    await database.knex('licences.licence').where({ id: second }).update({ supersedes_id: null });
    await database.knex('licences.licence').where({ id: first }).update({ revoked_on: '2024-12-01' });
    expect(await bench.codes()).toEqual([]);
  });

  test('LICENCES_OVERLAP_IN_TIME: not of a licence and the one that took the place of its successor, unless that was withdrawn', async () => {
    const first = await bench.licence({ valid_to: '2025-01-01' });
    const second = await bench.licence({ supersedes_id: first, valid_from: '2021-01-01' });
    const third = await bench.licence({ supersedes_id: second, valid_from: '2022-01-01' });
    expect(await bench.codes()).toEqual([]);
    // Two that supersede each other: nobody asks without end.
    await database.knex('licences.licence').where({ id: first }).update({ supersedes_id: third });
    await bench.licence({ valid_from: '2029-12-01', supersedes_id: third });
    expect(await bench.codes()).toEqual([]);
    await database.knex('licences.licence').where({ id: first }).update({ supersedes_id: null });
    await bench.supersede('licences.licence', second);
    expect(await bench.findings()).toMatchObject([
      { code: 'LICENCES_OVERLAP_IN_TIME', message: expect.stringContaining('from 2022-01-01 to 2025-01-01') },
    ]);
  });

  test('LICENCES_OVERLAP_IN_TIME: once a licence, with the first of those that begin after it and how many more do', async () => {
    const licence = (valid_from: string, valid_to: string) => bench.licence({ valid_from, valid_to });
    const first = await licence('2020-01-01', '2024-01-01');
    const second = await licence('2021-01-01', '2023-01-01');
    await licence('2022-01-01', '2026-01-01');
    await licence('2023-06-01', '2028-01-01');
    const found = await bench.findings();
    expect(found.map(({ licenceId }) => licenceId)).toContain(second);
    expect(found).toHaveLength(3);
    const { message } = found.find(({ licenceId }) => licenceId === first) ?? {};
    expect(message).toContain('from 2021-01-01 to 2023-01-01, and 2 more begin before');
    expect(found.filter((finding) => finding.message.includes('more begin'))).toHaveLength(1);
    // One that takes the place of the first is no overlap of it: the next one is named, and one fewer is left.
    await database.knex('licences.licence').where({ id: second }).update({ supersedes_id: first });
    const told = (await bench.findings()).find(({ licenceId }) => licenceId === first)?.message;
    expect(told).toContain('from 2022-01-01 to 2024-01-01, and 1 more begin before');
  });

  test('LICENCES_OVERLAP_IN_TIME: of hundreds at once each is held against the twenty that begin next', async () => {
    await database.knex.raw(
      `insert into licences.licence (id, mine_id, kind, number, issuer, valid_from, recorded_at)
       select md5('many' || i)::uuid, ?, 'MINING_LICENCE', 'C1500002010051110' || 100000 + i, 'Test authority', date '2020-01-01' + i / 2, '2020-01-01'
       from generate_series(1, 400) i`,
      [mineId('A')],
    );
    const overlaps = database
      .knex('licences.published_data_quality')
      .where({ mine_id: mineId('A'), code: 'LICENCES_OVERLAP_IN_TIME' });
    const rows = await overlaps.select(database.knex.raw("(facts->>'more')::int as more")).orderBy('more');
    expect(rows.map(({ more }) => more)).toEqual(Array.from({ length: 399 }, (_, i) => Math.min(i, 19)));
  });

  test('LICENCE_GAP: days between licences of a kind; an earlier one that covers them closes it; corrected, it is gone', async () => {
    await bench.licence({ valid_from: '2015-01-01', valid_to: '2018-01-01' });
    const late = await bench.licence({ valid_from: '2018-04-01' });
    await bench.licence({
      kind: 'SAFETY_PERMIT',
      number: '（蒙）MK安许证字〔2018〕0001号',
      valid_from: '2018-01-01',
      valid_to: '2018-04-01',
    });
    expect(await bench.findings()).toMatchObject([
      { code: 'LICENCE_GAP', licenceId: late, message: expect.stringContaining('from 2018-01-01 until') },
    ]);
    await bench.supersede('licences.licence', late);
    expect(await bench.codes()).toEqual([]);
    await bench.licence({ valid_from: '2018-01-01' });
    expect(await bench.codes()).toEqual([]);
  });
});

test('a licence that was revoked before it began overlaps none and ends no gap', async () => {
  await bench.licence({ valid_from: '2015-01-01', valid_to: '2024-01-01' });
  await bench.licence({ valid_from: '2022-01-01', valid_to: '2030-01-01', revoked_on: '2021-06-01' });
  await bench.licence({ valid_from: '2026-01-01', valid_to: '2030-01-01', revoked_on: '2026-01-01' });
  expect(await bench.codes()).toEqual([]);
  await bench.licence({ valid_from: '2027-01-01' });
  expect(await bench.findings()).toMatchObject([
    { code: 'LICENCE_GAP', message: expect.stringContaining('from 2024-01-01 until') },
  ]);
});

describe('mines', () => {
  test('CREDIT_CODE_INVALID: a check character that does not fit, where it came in past the registry', async () => {
    const operator = database
      .knex('registry.operator')
      .whereIn('id', (own) => own.select('operator_id').from('registry.mine').where('id', mineId('A')));
    const [{ credit_code: right }] = await operator.clone().select('credit_code');
    expect(await bench.codes()).toEqual([]);
    const wrong = `${right.slice(0, 17)}${right.endsWith('0') ? '1' : '0'}`;
    await operator.clone().update({ credit_code: wrong });
    expect(await bench.findings({ mine: 'A' })).toMatchObject([
      { code: 'CREDIT_CODE_INVALID', severity: 'ERROR', message: expect.stringContaining(wrong) },
    ]);
    expect(await bench.findings({ mine: 'A', code: ['LICENCE_GAP'] })).toEqual([]);
    await operator.clone().update({ credit_code: right });
    expect(await bench.codes()).toEqual([]);
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
    expect(await bench.codes()).toEqual([]);
    await at('A', 120.2, 42.98);
    expect(await bench.findings({ mine: 'A' })).toMatchObject([
      { code: 'LOCATION_FAR_FROM_AREAS', message: expect.stringContaining('16 km') },
    ]);
    // Half way between two parts of one right.
    await database.knex.raw(
      'update boundaries.permitted_area set geom = ST_Union(geom, ST_Translate(geom, 0.4, 0))',
    );
    expect(await bench.findings({ mine: 'A' })).toMatchObject([{ code: 'LOCATION_FAR_FROM_AREAS' }]);
    await at('A', 120.41, 42.98);
    expect(await bench.codes()).toEqual([]);
    await at('A', 120, 42.98);
  });

  test('LOCATION_FAR_FROM_DIVISION: more than 200 km from the middle of the county’s mines', async () => {
    for (const code of ['C', 'D', 'E', 'F']) await situation.mine(code);
    expect(await bench.codes()).toEqual([]);
    await at('A', 117, 42.98);
    expect(await bench.codes()).toEqual(['LOCATION_FAR_FROM_DIVISION']);
    expect(await bench.codes('C')).toEqual([]);
    await at('A', 120, 42.98);
  });
});
