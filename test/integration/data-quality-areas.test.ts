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
