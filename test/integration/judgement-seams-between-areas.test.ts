import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, type Shape, Situation } from '../support/situation.js';

// Areas side by side share an edge on paper. Drawn in planes of their own, or in degrees, their edges run within a millimetre
// of each other: neither a gap as thin nor an overlap as thin is ground.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

/** What is left between the two, or lies in both, in metres: at the southern end of the common edge and at the northern. */
const SEAMS = [
  [0, 0],
  [1e-9, 1e-9],
  [-1e-9, 1e-9],
  [3e-8, -2e-8],
  [1e-5, 0],
  [1e-4, 1e-4],
  [-1e-4, 1e-4],
  [5e-4, 4e-4],
] as const;

/** Turned about the south-western corner: coordinates are round in no plane. */
const turned = (shape: Shape, degrees: number): Shape => {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return shape.map((ring) => ring.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos] as const));
};

/** From the common edge at 200 m eastwards, the edge with a corner every so many metres. */
const eastern = ([south, north]: readonly [number, number], every: number): Shape => {
  const steps = Math.round(400 / every);
  const edge = Array.from(
    { length: steps + 1 },
    (_, i) => [200 + north + ((south - north) * i) / steps, 400 - (400 / steps) * i] as const,
  );
  return [[...edge, [400, 0], [400, 400]]];
};

test('zones side by side are one ground, however exactly their edges meet', async () => {
  for (const [every, degrees] of [
    [400, 0],
    [7, 0],
    [400, 33.3],
    [7, 71.7],
  ] as const)
    for (const seam of SEAMS) {
      const at = (shape: Shape) => turned(shape, degrees);
      await situation.clear();
      await situation.area({ mine: 'A', shape: at(box(-300, -300, 1000, 1000)) });
      await situation.area({ mine: 'A', kind: 'PROHIBITED_ZONE', shape: at(box(0, 0, 200, 400)) });
      await situation.area({ mine: 'B', kind: 'PROHIBITED_ZONE', shape: at(eastern(seam, every)) });
      const { findings } = await situation.verdict({
        mine: 'A',
        shape: at(box(192, 150, 16, 100)),
        sigma: 10,
      });
      expect([
        every,
        seam,
        findings.map(({ kind, verdict, area }) => [kind, verdict, Math.round(area)]),
      ]).toEqual([every, seam, [['PROHIBITED_ZONE', 'CONFIRMED', 1600]]]);
      // The farthest from the edge of the two together is the middle between the northern and the southern edge.
      expect(findings[0]?.overrun).toBeCloseTo(200, 0);
    }
});

test('a zone that is overlapped by less than a millimetre lends neither its ground nor its accuracy', async () => {
  for (const into of [-5e-4, -1e-9, 0, 1e-9, 1e-5, 4e-4]) {
    await situation.clear();
    await situation.area({ mine: 'A', shape: box(-300, -300, 1000, 1000) });
    await situation.area({ mine: 'A', kind: 'PROHIBITED_ZONE', shape: box(0, 0, 200, 400) });
    await situation.area({
      mine: 'B',
      kind: 'PROHIBITED_ZONE',
      shape: box(200, 0, 200, 400),
      sigma: 30,
      ballpark: true,
    });
    const { findings } = await situation.verdict({
      mine: 'A',
      shape: box(170, 150, 30 + into, 100),
      sigma: 10,
    });
    expect([into, findings.map(({ verdict, overrun }) => [verdict, Math.round(overrun ?? 0)])]).toEqual([
      into,
      [['CONFIRMED', 30]],
    ]);
  }
});

test('what lies across two own rights beyond a red line is one finding, however exactly their edges meet', async () => {
  for (const seam of SEAMS) {
    await situation.clear();
    await situation.area({ mine: 'A', shape: box(0, 0, 200, 400) });
    await situation.area({ mine: 'A', shape: eastern(seam, 7) });
    await situation.area({ mine: 'A', kind: 'RED_LINE', shape: box(0, 0, 400, 200) });
    const { findings } = await situation.verdict({
      mine: 'A',
      shape: box(150, 150, 100, 100),
      sigma: 1,
    });
    expect([seam, findings.map(({ kind, area }) => [kind, Math.round(area)])]).toEqual([
      seam,
      [['OUTSIDE_RED_LINE', 5000]],
    ]);
  }
});
