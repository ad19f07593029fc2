import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mineId } from '../support/builders.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, type ObservationFacts, polygon, Situation } from '../support/situation.js';

// The cases that must be right, numbered as in docs/judgement.md.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B', 'C']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

const kinds = (verdict: { findings: { kind: string }[] }) => verdict.findings.map((f) => f.kind);

test('case 1: a footprint exactly equal to the area is within it, with zero excess', async () => {
  const shape = polygon([0, 0], [731.13, 12.77], [655.4, 480.2], [300.01, 610.5], [-40.3, 333.3]);
  await situation.area({ mine: 'A', shape });
  const verdict = await situation.verdict({ mine: 'A', shape });
  expect(verdict).toMatchObject({ plan: 'WITHIN', excess: 0, findings: [], slivers: 0 });
  expect(verdict.within).toBe(verdict.footprint);
});

test('case 2: a footprint inside a hole of the area is out of bounds', async () => {
  const [outer] = box(0, 0, 1000, 1000);
  const [hole] = box(400, 400, 200, 200);
  await situation.area({ mine: 'A', shape: [outer ?? [], [...(hole ?? [])].reverse()] });
  const verdict = await situation.verdict({ mine: 'A', shape: box(450, 450, 100, 100) });
  expect(verdict.plan).toBe('CONFIRMED');
  expect(verdict.within).toBeCloseTo(0, 3);
  expect(verdict.findings).toHaveLength(1);
  expect(verdict.findings[0]).toMatchObject({ kind: 'MINING_OUT_OF_BOUNDS', verdict: 'CONFIRMED' });
  expect(verdict.findings[0]?.area).toBeCloseTo(verdict.footprint, 3);
  // Farthest from the hole's edge is its middle, not a vertex of the footprint: 100 m against 50 m.
  expect(verdict.findings[0]?.overrun).toBeGreaterThan(99);
  expect(verdict.findings[0]?.overrun).toBeLessThan(101);
});

test('case 3: two adjacent areas of one mine permit a footprint across their common edge', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 733.3, 900) });
  await situation.area({
    mine: 'A',
    shape: polygon([733.3, 0], [1500, 0], [1500, 900], [733.3, 900], [733.3, 411.1]),
  });
  const verdict = await situation.verdict({
    mine: 'A',
    shape: polygon([700.7, 100], [901.1, 205], [760, 700]),
  });
  expect(verdict).toMatchObject({ plan: 'WITHIN', excess: 0, findings: [], slivers: 0 });
});

test('case 4: stripping on stripping land is within, extraction in the same place is not', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  await situation.area({ mine: 'A', kind: 'STRIPPING_LAND', shape: box(500, 0, 300, 500) });
  const there: ObservationFacts = { mine: 'A', shape: box(450, 100, 200, 200) };
  expect(await situation.verdict({ ...there, activity: 'STRIPPING' })).toMatchObject({
    plan: 'WITHIN',
    findings: [],
  });
  const extraction = await situation.verdict({ ...there, activity: 'EXTRACTION' });
  expect(kinds(extraction)).toEqual(['MINING_OUT_OF_BOUNDS']);
  expect(extraction.findings[0]?.overrun).toBeCloseTo(150, 1);
  expect(
    kinds(await situation.verdict({ mine: 'A', shape: box(900, 0, 50, 50), activity: 'STRIPPING' })),
  ).toEqual(['STRIPPING_OUT_OF_BOUNDS']);
  expect(
    kinds(await situation.verdict({ mine: 'A', shape: box(900, 0, 50, 50), activity: 'DUMPING' })),
  ).toEqual(['DUMPING_OUT_OF_BOUNDS']);
});

test('case 5: inside the mining right but outside the red line is OUTSIDE_RED_LINE only', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 1000, 1000) });
  await situation.area({ mine: 'A', kind: 'RED_LINE', shape: box(0, 0, 500, 1000) });
  const verdict = await situation.verdict({ mine: 'A', shape: box(450, 100, 100, 100) });
  expect(verdict.plan).toBe('WITHIN');
  expect(kinds(verdict)).toEqual(['OUTSIDE_RED_LINE']);
  expect(verdict.findings[0]?.overrun).toBeCloseTo(50, 1);
  expect(verdict.findings[0]?.area).toBeCloseTo(5000, -1);
  expect(
    await situation.verdict({ mine: 'A', shape: box(450, 100, 100, 100), activity: 'DUMPING' }),
  ).toMatchObject({ findings: [] });
});

describe('case 6: excess in a neighbour’s right is encroachment', () => {
  test('entirely in the neighbour’s right', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(500, 0, 500, 500) });
    const verdict = await situation.verdict({ mine: 'A', shape: box(400, 100, 200, 200) });
    expect(verdict.findings).toHaveLength(1);
    expect(verdict.findings[0]).toMatchObject({
      kind: 'ENCROACHMENT',
      otherMineId: mineId('B'),
      verdict: 'CONFIRMED',
    });
  });

  test('half in it and half in nobody’s: two findings whose areas add up', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(500, 200, 500, 300) });
    const verdict = await situation.verdict({ mine: 'A', shape: box(400, 100, 200, 200) });
    expect(kinds(verdict).sort()).toEqual(['ENCROACHMENT', 'MINING_OUT_OF_BOUNDS']);
    const [one, two] = verdict.findings.map((f) => f.area);
    expect((one ?? 0) / (two ?? 1)).toBeCloseTo(1, 4);
    expect((one ?? 0) + (two ?? 0) + verdict.within).toBeCloseTo(verdict.footprint, 2);
  });

  test('a piece below the sliver limit joins the largest piece of its component', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(500, 298, 500, 300) });
    const verdict = await situation.verdict({ mine: 'A', shape: box(496, 100, 8, 200) });
    expect(kinds(verdict)).toEqual(['MINING_OUT_OF_BOUNDS']);
    expect(verdict.findings[0]?.area).toBeCloseTo(800, 0);
  });
});

test('case 7: a licence permits until its last valid day in Asia/Shanghai, and not the day after', async () => {
  await situation.area({
    mine: 'A',
    shape: box(0, 0, 500, 500),
    validFrom: '2024-01-01',
    validTo: '2026-05-01',
  });
  const at = (observedAt: string) =>
    situation.verdict({ mine: 'A', shape: box(100, 100, 100, 100), observedAt });
  expect(await at('2026-04-30T15:59:59Z')).toMatchObject({ plan: 'WITHIN', findings: [] });
  const lapsed = await at('2026-04-30T16:00:00Z');
  expect(lapsed.findings).toMatchObject([
    { kind: 'EXPIRED_RIGHT', reason: 'EXPIRED', verdict: 'CONFIRMED', overrun: null },
  ]);
  expect(await at('2023-12-31T16:00:00Z')).toMatchObject({ plan: 'WITHIN' });
  expect((await at('2023-12-31T15:59:59Z')).findings).toMatchObject([
    { kind: 'EXPIRED_RIGHT', reason: 'NOT_YET_VALID' },
  ]);
});

describe('case 8: the class follows from the overrun and the standard deviation', () => {
  const over = async (metres: number, ballpark = false) => {
    await situation.clear();
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), sigma: 3, ballpark });
    return situation.verdict({ mine: 'A', shape: box(400, 100, 100 + metres, 100), sigma: 4 });
  };
  test('3 m with σ = 5 is explained by survey error', async () => {
    const verdict = await over(3);
    expect(verdict).toMatchObject({ plan: 'WITHIN_ERROR', findings: [{ verdict: 'WITHIN_ERROR' }] });
    expect(await database.knex('enforcement.violation')).toEqual([]);
  });
  test('8 m is PROBABLE', async () => {
    expect(await over(8)).toMatchObject({ plan: 'PROBABLE', findings: [{ verdict: 'PROBABLE' }] });
  });
  test('12 m is CONFIRMED', async () => {
    const verdict = await over(12);
    expect(verdict).toMatchObject({ plan: 'CONFIRMED', findings: [{ verdict: 'CONFIRMED' }] });
    expect(verdict.findings[0]?.overrun).toBeCloseTo(12, 2);
  });
  test('12 m over a BALLPARK area is PROBABLE', async () => {
    expect(await over(12, true)).toMatchObject({ plan: 'PROBABLE', findings: [{ verdict: 'PROBABLE' }] });
  });
  test('a filled hole whose middle is 12 m from the area is CONFIRMED although every vertex touches it', async () => {
    const [outer] = box(0, 0, 500, 500);
    const [hole] = box(100, 100, 24, 24);
    await situation.area({ mine: 'A', shape: [outer ?? [], hole ?? []], sigma: 3 });
    const verdict = await situation.verdict({ mine: 'A', shape: box(50, 50, 150, 150), sigma: 4 });
    expect(verdict).toMatchObject({ plan: 'CONFIRMED' });
    expect(verdict.findings[0]?.overrun).toBeGreaterThan(11.9);
    expect(verdict.findings[0]?.overrun).toBeLessThan(12.1);
  });
  test('the mouth of a filled notch is farther than any vertex', async () => {
    // A notch 30 m wide and 60 m deep: the middle of its mouth is 15 m from either side.
    await situation.area({
      mine: 'A',
      shape: polygon([0, 0], [500, 0], [500, 500], [265, 500], [265, 440], [235, 440], [235, 500], [0, 500]),
      sigma: 3,
    });
    const verdict = await situation.verdict({ mine: 'A', shape: box(200, 400, 100, 100), sigma: 4 });
    expect(verdict.plan).toBe('CONFIRMED');
    expect(verdict.findings[0]?.overrun).toBeGreaterThan(14.85);
    expect(verdict.findings[0]?.overrun).toBeLessThan(15.15);
  });
});

test('case 9: in plan, but under the floor: BEYOND_DEPTH by the vertical standard deviation', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), ceiling: 300, floor: 100 });
  const down = (zMin: number) =>
    situation.verdict({ mine: 'A', shape: box(100, 100, 100, 100), zMin, zMax: 250, sigmaZ: 2 });
  const deep = await down(85);
  expect(deep).toMatchObject({ plan: 'WITHIN', depth: 'CONFIRMED', depthOverrun: 15 });
  expect(deep.findings).toMatchObject([{ kind: 'BEYOND_DEPTH', verdict: 'CONFIRMED', depthOverrun: 15 }]);
  expect(await down(97)).toMatchObject({
    depth: 'PROBABLE',
    findings: [{ kind: 'BEYOND_DEPTH', verdict: 'PROBABLE' }],
  });
  expect(await down(99)).toMatchObject({ depth: 'WITHIN_ERROR' });
  expect(await down(120)).toMatchObject({ depth: 'WITHIN', findings: [] });
  const high = await situation.verdict({
    mine: 'A',
    shape: box(100, 100, 100, 100),
    zMin: 200,
    zMax: 310,
    sigmaZ: 2,
  });
  expect(high).toMatchObject({ depth: 'CONFIRMED', depthOverrun: 10 });
});

describe('case 10 and attribution', () => {
  test('no mine within the radius: UNLICENSED', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    const verdict = await situation.verdict({ shape: box(2600, 0, 100, 100) });
    expect(verdict).toMatchObject({ plan: 'UNLICENSED', attribution: 'NONE', mineId: null });
    expect(verdict.findings).toMatchObject([{ kind: 'UNLICENSED', verdict: 'CONFIRMED', overrun: null }]);
  });
  test('the nearest mine within the radius is suspected', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(4000, 0, 500, 500) });
    const verdict = await situation.verdict({ shape: box(2400, 0, 100, 100) });
    expect(verdict).toMatchObject({ attribution: 'SUSPECTED', mineId: mineId('B') });
    expect(verdict.findings[0]).toMatchObject({ kind: 'MINING_OUT_OF_BOUNDS', verdict: 'CONFIRMED' });
    expect(verdict.findings[0]?.overrun).toBeCloseTo(1600, -1);
  });
  test('a lapsed right that holds it comes before the right beside that, however near, and one that it touches', async () => {
    const lapsed = { mine: 'B', validFrom: '2020-01-01', validTo: '2025-01-01' } as const;
    for (const [row, gap] of [0, 0.4, 0.8, 1.3, 1.7].entries()) {
      const top = row * 2000;
      await situation.area({ ...lapsed, shape: box(0, top, 500, 1000) });
      await situation.area({ mine: 'A', shape: box(500 + gap, top - 100, 500, 1200) });
      const verdict = await situation.verdict({ shape: box(400, top + 300, 100, 100) });
      expect(verdict, `${gap} m`).toMatchObject({ attribution: 'SUSPECTED', mineId: mineId('B') });
      expect(verdict.findings).toMatchObject([{ kind: 'EXPIRED_RIGHT' }]);
    }
  });
  test('the mine whose areas it overlaps most, in sum, is judged', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    await situation.area({ mine: 'B', shape: box(500, 0, 50, 500) });
    await situation.area({ mine: 'B', shape: box(550, 0, 50, 500) });
    const verdict = await situation.verdict({ shape: box(410, 100, 190, 100) });
    expect(verdict).toMatchObject({ attribution: 'OVERLAP', mineId: mineId('B') });
    expect(verdict.findings).toMatchObject([{ kind: 'ENCROACHMENT', otherMineId: mineId('A') }]);
  });
  test('touching an area is not overlapping it', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
    expect(await situation.verdict({ shape: box(500, 100, 100, 100) })).toMatchObject({
      attribution: 'SUSPECTED',
      plan: 'CONFIRMED',
    });
  });
  test('a strip along an edge is, however narrow', async () => {
    await situation.area({ mine: 'A', shape: box(0, 0, 500, 1000) });
    // Half a millimetre of one metre.
    expect(await situation.verdict({ shape: box(499.9995, 0, 1, 1000), sigma: 0.01 })).toMatchObject({
      attribution: 'OVERLAP',
      plan: 'CONFIRMED',
    });
  });
});

test('a component below 10 m² is a sliver: counted, never a violation', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const verdict = await situation.verdict({
    mine: 'A',
    shape: polygon([490, 100], [503, 100.5], [490, 102]),
    sigma: 0.01,
  });
  expect(verdict).toMatchObject({ plan: 'WITHIN', findings: [], slivers: 1, excess: 0 });
});

test('case 13: what is within and all findings add up to the footprint', async () => {
  await situation.area({
    mine: 'A',
    shape: polygon([0, 0], [5000, 30], [4800, 4000], [2000, 3000], [100, 4500]),
  });
  await situation.area({ mine: 'A', shape: box(5000, 0, 900, 3000), validTo: '2025-01-01' });
  await situation.area({ mine: 'B', shape: box(-3000, -500, 3300, 3000) });
  const footprint = await situation.verdict({
    mine: 'A',
    shape: polygon([-700, 200], [5700, -300], [5600, 3900], [1800, 4200]),
  });
  const sum = footprint.findings.reduce((total, f) => total + f.area, 0);
  expect(kinds(footprint).sort()).toEqual(
    expect.arrayContaining(['ENCROACHMENT', 'EXPIRED_RIGHT', 'MINING_OUT_OF_BOUNDS']),
  );
  const { rows } = await database.knex.raw(
    `select ST_Area(ST_Transform(ST_Segmentize(ST_Intersection(ST_Transform(o.geom, 4549), ST_Transform(a.geom, 4549)), 100), 4490)::geography) as within
     from boundaries.observation o join boundaries.permitted_area a on a.valid_to > o.observed_on where a.mine_id = ?`,
    [mineId('A')],
  );
  expect(Math.abs(rows[0].within + sum - footprint.footprint) / footprint.footprint).toBeLessThan(1e-6);
  expect(Math.abs(footprint.within + sum - footprint.footprint) / footprint.footprint).toBeLessThan(1e-12);
});
