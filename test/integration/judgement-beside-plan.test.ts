import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mineId } from '../support/builders.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, type ObservationFacts, Situation } from '../support/situation.js';

// What is judged beside the plan, where the cases leave room: zones, seams, depth, red lines.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

test('a prohibited zone is a violation even within the mining right, as deep as the activity reaches into it', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 1000, 1000) });
  await situation.area({ mine: 'B', kind: 'PROHIBITED_ZONE', shape: box(600, 0, 300, 1000), sigma: 3 });
  const into = (metres: number) =>
    situation.verdict({ mine: 'A', shape: box(400, 300, 200 + metres, 200), sigma: 4 });
  expect(await into(12)).toMatchObject({
    plan: 'WITHIN',
    findings: [{ kind: 'PROHIBITED_ZONE', verdict: 'CONFIRMED' }],
  });
  expect((await into(8)).findings).toMatchObject([{ kind: 'PROHIBITED_ZONE', verdict: 'PROBABLE' }]);
  expect((await into(4)).findings).toMatchObject([{ kind: 'PROHIBITED_ZONE', verdict: 'WITHIN_ERROR' }]);
  expect((await into(40)).findings[0]?.overrun).toBeCloseTo(40, 1);
});

test('a seam that no licence in force lists is unapproved; without listed seams nothing is said', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const inSeam = (seam: string) => situation.verdict({ mine: 'A', shape: box(100, 100, 50, 50), seam });
  expect(await inSeam('9')).toMatchObject({ findings: [] });
  await database.knex('licences.licence').insert({
    id: mineId('licence'),
    mine_id: mineId('A'),
    kind: 'MINING_LICENCE',
    number: 'N1',
    issuer: 'x',
    valid_from: '2020-01-01',
    seams: ['3', '4'],
    recorded_at: new Date('2020-01-01T00:00:00Z'),
  });
  expect((await inSeam('9')).findings).toMatchObject([{ kind: 'UNAPPROVED_SEAM', verdict: 'CONFIRMED' }]);
  expect(await inSeam('4')).toMatchObject({ findings: [] });
});

test('half an elevation band says what lies beyond the other half too', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), ceiling: 300, floor: 100 });
  const seen = async (band: Pick<ObservationFacts, 'zMin' | 'zMax'>) => {
    const { depth, depthOverrun, findings } = await situation.verdict({
      mine: 'A',
      shape: box(100, 100, 100, 100),
      sigmaZ: 2,
      ...band,
    });
    return [depth, depthOverrun, findings.map(({ volume }) => volume && Math.round(volume / 1e4))];
  };
  // Where the top lies below the floor, so does the bottom; how far, nobody saw.
  expect(await seen({ zMax: 50 })).toEqual(['CONFIRMED', 50, [null]]);
  expect(await seen({ zMin: 400 })).toEqual(['CONFIRMED', 100, [null]]);
  expect(await seen({ zMin: 50 })).toEqual(['CONFIRMED', 50, [50]]);
  expect(await seen({ zMax: 200 })).toMatchObject(['WITHIN', expect.any(Number), []]);
});

test('an overlap below the least area is a sliver for the depth as well', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 400, 400), ceiling: 300, floor: 100 });
  await situation.area({ mine: 'A', shape: box(400, 0, 400, 400), ceiling: 300, floor: 200 });
  const reaching = (width: number) =>
    situation.verdict({
      mine: 'A',
      shape: box(300, 100, width, 100),
      zMin: 120,
      zMax: 150,
      sigma: 5,
      sigmaZ: 1,
    });
  expect(await reaching(100.02)).toMatchObject({ plan: 'WITHIN', depth: 'WITHIN', findings: [] });
  expect(await reaching(101)).toMatchObject({
    depth: 'CONFIRMED',
    depthOverrun: 80,
    findings: [{ kind: 'BEYOND_DEPTH', verdict: 'CONFIRMED' }],
  });
});

test('outside a red line within a BALLPARK right is PROBABLE at most', async () => {
  for (const ballpark of [false, true]) {
    await situation.clear();
    await situation.area({ mine: 'A', shape: box(0, 0, 1000, 1000), ballpark });
    await situation.area({ mine: 'A', kind: 'RED_LINE', shape: box(0, 0, 500, 1000) });
    const { findings } = await situation.verdict({ mine: 'A', shape: box(450, 100, 100, 100) });
    expect(findings).toMatchObject([
      { kind: 'OUTSIDE_RED_LINE', verdict: ballpark ? 'PROBABLE' : 'CONFIRMED' },
    ]);
  }
});

test('within one right and along another, the part outside the red line is that of the first', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 1000, 1000) });
  await situation.area({ mine: 'A', shape: box(1100, 100, 50, 100) });
  await situation.area({ mine: 'A', kind: 'RED_LINE', shape: box(0, 0, 970, 1000) });
  const { findings } = await situation.verdict({ mine: 'A', shape: box(950, 100, 150, 100) });
  expect(findings).toMatchObject([
    { kind: 'MINING_OUT_OF_BOUNDS', area: expect.closeTo(10_000, 0) },
    { kind: 'OUTSIDE_RED_LINE', area: expect.closeTo(3_000, 0) },
  ]);
});
