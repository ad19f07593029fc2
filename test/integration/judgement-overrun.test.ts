import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, type Ring, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('A');
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

interface Hole {
  readonly ring: Ring;
  /** Radius of the largest circle in it: so far from the right its middle is. */
  readonly inradius: number;
}

const regular = (corners: number, radius: number): Hole => ({
  ring: Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  }),
  inradius: radius * Math.cos(Math.PI / corners),
});

const HOLES: Readonly<Record<string, Hole>> = {
  square: { ring: box(-45, -45, 90, 90)[0] ?? [], inradius: 45 },
  rectangle: { ring: box(-60, -31, 120, 62)[0] ?? [], inradius: 31 },
  'right triangle': {
    ring: [
      [-30, -40],
      [60, -40],
      [-30, 80],
    ],
    inradius: 30,
  },
  hexagon: regular(6, 63),
  octagon: regular(8, 30),
  'circle of 32 corners': regular(32, 63),
};

/** Turned around the middle, with the millimetres that a licence has. */
const turned = (ring: Ring, degrees: number, [x, y]: readonly [number, number]): Ring => {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const rounded = (metres: number) => Math.round(metres * 1000) / 1000;
  return ring.map(([u, v]) => [rounded(x + u * cos - v * sin), rounded(y + u * sin + v * cos)] as const);
};

test.each(Object.entries(HOLES))(
  'a filled hole is as deep as its inradius, however it is turned: %s',
  async (_, { ring, inradius }) => {
    for (const [i, degrees] of [0, 12, 7.3, 30, 45, 61.8].entries()) {
      const middle = [200 + 331.7 * i, 150 - 97.3 * i] as const;
      const place = turned(box(-250, -200, 500, 400)[0] ?? [], degrees, middle);
      const hole = turned(ring, degrees, middle);
      await situation.clear();
      await situation.area({ mine: 'A', shape: [place, [...hole].reverse()] });
      const footprint = turned(box(-100, -100, 200, 210)[0] ?? [], degrees, middle);
      // Twice sigma is half a per cent more than the inradius: where GEOS leaves what it should have covered.
      const facts = { mine: 'A', shape: [footprint], sigma: (1.005 * inradius) / 2 };
      const { plan, findings } = await situation.verdict(facts);
      expect([degrees, plan, findings.length]).toEqual([degrees, 'PROBABLE', 1]);
      expect(Math.abs((findings[0]?.overrun ?? 0) / inradius - 1)).toBeLessThan(0.01);
    }
  },
);
