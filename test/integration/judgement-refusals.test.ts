import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIntakeService, createObservationService } from '../../src/subgraphs/boundaries/services.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { CHINA, serviceParts } from '../support/service-parts.js';
import { Situation } from '../support/situation.js';

// Case 12 of docs/judgement.md: what cannot be judged is refused with a code and the offending vertex, never repaired.

let database: TestDatabase;
let mine: string;

beforeAll(async () => {
  database = await openTestDatabase();
  mine = await (await Situation.open(database.knex)).mine('REFUSE');
});
afterAll(() => database.close());

/** The whole world for what only a world-wide hub can be sent. */
const deps = (code: string) => serviceParts(database.knex, code === 'ANTIMERIDIAN' ? null : CHINA);

type Position = readonly [number, number];

const ring = (...corners: Position[]): Position[] => [...corners, corners[0] ?? [0, 0]];

const bowTie = ring([120, 43], [120.01, 43.01], [120.01, 43], [120, 43.01]);
const manyCorners = ring(
  ...Array.from({ length: 50_001 }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / 50_001;
    return [120 + 0.05 * Math.cos(angle), 43 + 0.05 * Math.sin(angle)];
  }),
);

const CASES: readonly [
  what: string,
  rings: readonly (readonly Position[])[],
  code: string,
  vertex: boolean,
][] = [
  ['self-intersecting', [bowTie], 'SELF_INTERSECTION', true],
  ['empty', [], 'EMPTY', false],
  ['collapsed', [ring([120, 43], [120.01, 43.01], [120.02, 43.02])], 'COLLAPSED', false],
  ['with latitude before longitude', [ring([43, 120], [43.01, 120], [43.01, 120.01])], 'AXES_SWAPPED', true],
  ['outside the configured extent', [ring([10, 50], [10.01, 50], [10.01, 50.01])], 'OUTSIDE_EXTENT', true],
  ['of more than 50 000 vertices', [manyCorners], 'TOO_MANY_VERTICES', false],
  ['across the antimeridian', [ring([179.99, 50], [-179.99, 50], [-179.99, 50.01])], 'ANTIMERIDIAN', true],
];

describe.each(CASES)('case 12: a geometry %s is refused', (_what, coordinates, code, hasVertex) => {
  const geometry = { type: 'Polygon', coordinates };

  test('as an observation', async () => {
    const { rejected, observations } = await createObservationService(deps(code)).submit(testContext(), [
      {
        provider: 'test',
        activity: 'STRIPPING',
        method: 'UAV',
        observedAt: new Date('2026-05-01T00:00:00Z'),
        geometry,
        sigmaMetres: 1,
      },
    ]);
    expect(observations).toEqual([]);
    expect(rejected.map((rejection) => rejection.code)).toContain(code);
    if (hasVertex) expect(rejected.find((rejection) => rejection.code === code)?.vertex).toBeGreaterThan(0);
    expect(await database.knex('boundaries.observation')).toEqual([]);
  });

  test('as a permitted area', async () => {
    const { rejected, areas } = await createIntakeService(deps(code)).importPermittedAreas(testContext(), {
      mineId: mine,
      format: 'GEOJSON',
      content: JSON.stringify({ type: 'Feature', properties: {}, geometry }),
      encoding: 'UTF8',
      options: { kind: 'MINING_RIGHT', authority: 'Test authority', validFrom: '2020-01-01', sigmaMetres: 0 },
    });
    expect(areas).toEqual([]);
    expect(rejected.map((rejection) => rejection.code)).toContain(code);
    expect(await database.knex('boundaries.permitted_area')).toEqual([]);
  });
});
