import type { MultiPolygon, Polygon } from 'geojson';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, polygon, type Ring, type Shape, Situation } from '../support/situation.js';

// What is thinner than a millimetre is arithmetic, not ground: neither a part of its own, nor what holds parts together.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

const RIGHT: Ring = [
  [0, 0],
  [400, 0],
  [400, 200],
  [0, 200],
];
/** Over the northern edge by 30 m, along it, and over it by 3 m. */
const TWO_BUMPS: Ring = [
  [20, 100],
  [380, 100],
  [380, 230],
  [280, 230],
  [280, 200],
  [120, 200],
  [120, 203],
  [20, 203],
];

const placed = (
  ring: Ring,
  degrees: number,
  [dx, dy]: readonly [number, number],
  decimals?: number,
): Ring => {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const rounded = (metres: number) =>
    decimals === undefined ? metres : Math.round(metres * 10 ** decimals) / 10 ** decimals;
  return ring.map(([x, y]) => [rounded(dx + x * cos - y * sin), rounded(dy + x * sin + y * cos)] as const);
};

/** The rings of what stands, one list a finding, as a map has them: nine decimals of a degree. */
async function drawn(): Promise<Polygon['coordinates'][][]> {
  const { rows } = await database.knex.raw<{ rows: { geometry: MultiPolygon; valid: boolean }[] }>(
    `select ST_AsGeoJSON(geom, 9)::json as geometry, ST_IsValid(ST_GeomFromGeoJSON(ST_AsGeoJSON(geom, 9))) as valid
     from enforcement.finding where current order by ordinal`,
  );
  expect(rows.map(({ valid }) => valid)).toEqual(rows.map(() => true));
  return rows.map(({ geometry }) => geometry.coordinates);
}

test('two parts between which the footprint runs along the edge are two, however they lie in the plane', async () => {
  for (let i = 0; i < 24; i++) {
    const [degrees, by] = [i < 4 ? 0 : 3.77 * i, [331.37 * i, -213.11 * i]] as const;
    await situation.clear();
    await situation.area({ mine: 'A', shape: [placed(RIGHT, degrees, by)] });
    const shape = [placed(TWO_BUMPS, degrees, by, i % 2 === 0 ? undefined : 3)];
    const { plan, findings } = await situation.verdict({ mine: 'A', shape, sigma: 5 });
    expect([i, plan, findings.map(({ verdict, area }) => [verdict, Math.round(area)])]).toEqual([
      i,
      'CONFIRMED',
      [
        ['CONFIRMED', 3000],
        ['WITHIN_ERROR', 300],
      ],
    ]);
    // Of corners rounded to millimetres a thread as thick may hang from a part.
    if (i % 2 === 0) await drawn();
  }
});

test('a part that narrows towards its neighbour loses nothing that is wider than a millimetre', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 400, 200) });
  // Two wedges that meet the edge at a distance of each other, 1 cm and 30 m high.
  const shape = polygon([20, 100], [380, 100], [380, 230], [240, 200], [160, 200], [20, 200.5]);
  const { findings, excess } = await situation.verdict({ mine: 'A', shape, sigma: 0.1 });
  expect(findings).toHaveLength(2);
  expect(Math.abs(excess - (140 * 30) / 2 - (140 * 0.5) / 2)).toBeLessThan(1e-2);
});

test('the pieces of an excess that reaches into a neighbour’s right have no part without area', async () => {
  for (let i = 0; i < 16; i++) {
    const [degrees, by] = [5.3 * i, [217.19 * i, 331.37 * i]] as const;
    const at = (shape: Shape): Shape => shape.map((ring) => placed(ring, degrees, by));
    await situation.clear();
    await situation.area({ mine: 'A', shape: at(box(0, 0, 400, 400)) });
    await situation.area({ mine: 'B', shape: at(box(440, 30, 350, 350)) });
    await situation.verdict({ mine: 'A', shape: at(box(340, 100, 200, 200)) });
    const pieces = await drawn();
    expect([i, pieces.map((parts) => parts.length)]).toEqual([i, [1, 1]]);
  }
});
