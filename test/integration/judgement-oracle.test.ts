import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, type Ring, type Shape, Situation } from '../support/situation.js';
import { judgeByTurf, type OracleCase } from '../support/turf-oracle.js';

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
});
afterAll(() => database.close());

const CASES = 120;

/** Coordinates have two decimals, as those of licences do. */
const centimetres = (metres: number): number => Math.round(metres * 100) / 100;

const star = (size: number, vertices: number): fc.Arbitrary<Ring> =>
  fc
    .array(fc.double({ min: 0.35, max: 1, noNaN: true }), { minLength: vertices, maxLength: vertices })
    .map((radii) =>
      radii.map((r, i) => {
        const angle = (2 * Math.PI * i) / radii.length;
        return [centimetres(size * r * Math.cos(angle)), centimetres(size * r * Math.sin(angle))] as const;
      }),
    );

const moved = (ring: Ring, dx: number, dy: number): Ring =>
  ring.map(([x, y]) => [centimetres(x + dx), centimetres(y + dy)]);

/** A right with or without a hole, perhaps a second one beside it, a neighbour, a lapsed strip, and a footprint across. */
const situations: fc.Arbitrary<OracleCase> = fc
  .record({
    right: star(400, 10),
    hole: fc.option(star(60, 6)),
    second: fc.option(fc.record({ x: fc.double({ min: -300, max: 300, noNaN: true }), ring: star(300, 7) })),
    neighbour: fc.option(fc.double({ min: 100, max: 400, noNaN: true })),
    lapsed: fc.option(fc.double({ min: -400, max: 0, noNaN: true })),
    footprint: star(350, 8),
    dx: fc.double({ min: -250, max: 250, noNaN: true }),
    dy: fc.double({ min: -250, max: 250, noNaN: true }),
    sigma: fc.constantFrom(0.5, 2, 10, 40, 100),
  })
  .map(({ right, hole, second, neighbour, lapsed, footprint, dx, dy, sigma }) => ({
    permitted: [
      [right, ...(hole ? [hole] : [])],
      ...(second ? [[moved(second.ring, second.x, 350)]] : []),
    ] as Shape[],
    neighbour: neighbour === null ? [] : [box(centimetres(neighbour), -600, 500, 1200)],
    lapsed: lapsed === null ? [] : [box(-600, centimetres(lapsed - 200), 1200, 200)],
    footprint: [moved(footprint, dx, dy)],
    sigma,
  }));

test(`${CASES} random situations are judged as turf judges them: same kinds and classes, same areas`, async () => {
  const cases = fc.sample(situations, { numRuns: CASES, seed: 20260601 });
  for (const code of ['OWN', 'NEIGHBOUR']) await situation.mine(code);
  const counts: Record<string, number> = {};
  let sure = 0;
  for (const [i, input] of cases.entries()) {
    await situation.clear();
    for (const shape of input.permitted) await situation.area({ mine: 'OWN', shape });
    for (const shape of input.lapsed) await situation.area({ mine: 'OWN', shape, validTo: '2025-01-01' });
    for (const shape of input.neighbour) await situation.area({ mine: 'NEIGHBOUR', shape });
    const verdict = await situation.verdict({ mine: 'OWN', shape: input.footprint, sigma: input.sigma });

    const expected = [...judgeByTurf(input)].sort(byArea);
    const actual = [...verdict.findings].sort(byArea);
    const label = `case ${i}`;
    expect(
      actual.map((f) => f.kind),
      label,
    ).toEqual(expected.map((f) => f.kind));
    expected.forEach((finding, j) => {
      const judged = actual[j];
      const tolerance = Math.max(1e-4, 1e-6 * finding.area);
      expect(
        Math.abs((judged?.area ?? Number.NaN) - finding.area),
        `${label} area ${finding.area}`,
      ).toBeLessThan(tolerance);
      if (finding.verdictIsSure) {
        expect(judged?.verdict, `${label} ${JSON.stringify(finding)}`).toBe(finding.verdict);
        sure += 1;
      }
      if (finding.overrun !== null) {
        expect(judged?.overrun, label).toBeGreaterThan(0.99 * finding.overrun.low);
        expect(judged?.overrun, label).toBeLessThan(1.01 * finding.overrun.high);
      }
      counts[`${finding.kind} ${finding.verdict}`] = (counts[`${finding.kind} ${finding.verdict}`] ?? 0) + 1;
    });
  }
  // The sample is worth something only if it reaches every kind and class.
  expect(Object.keys(counts).length).toBeGreaterThanOrEqual(9);
  expect(sure).toBeGreaterThan(CASES);
}, 300_000);

const byArea = (a: { area: number }, b: { area: number }): number => b.area - a.area;
