import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { JUDGEMENT_SQL } from '../../src/judgement/sql.js';
import { mineId } from '../support/builders.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';

// A strip 41 km wide lies evenly around the central meridian: its corners are on two parallels, and halfway between them
// its northern edge, straight in the plane, lies 30 m north of the parallel.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

const STRIP = box(-20_500, 0, 41_000, 400);
/** Begins 10 m south of the strip's edge, north of the parallel. */
const NORTH = box(-3_000, 390, 6_000, 300);

test('what only the edge of a wide footprint reaches is found: a zone, a neighbour’s right, what permits it', async () => {
  await situation.area({ mine: 'A', shape: box(-500, 100, 1_000, 100) });
  await situation.area({ mine: 'B', shape: NORTH });
  await situation.area({ mine: 'B', kind: 'PROHIBITED_ZONE', shape: NORTH });
  const { findings } = await situation.verdict({ mine: 'A', shape: STRIP });
  const inNorth = (kind: string) =>
    findings.filter((finding) => finding.kind === kind).map(({ area }) => area);
  expect(inNorth('ENCROACHMENT')).toEqual([expect.closeTo(60_000, -2)]);
  expect(inNorth('PROHIBITED_ZONE')).toEqual([expect.closeTo(60_000, -2)]);
});

test('a wide footprint that nobody was named for is drawn to the mine that its edge reaches', async () => {
  await situation.area({ mine: 'B', shape: NORTH });
  expect(await situation.verdict({ shape: STRIP })).toMatchObject({
    attribution: 'OVERLAP',
    mineId: mineId('B'),
  });
});

test('a change of what only the edge of a wide footprint reaches concerns it', async () => {
  const areaId = await situation.area({ mine: 'B', kind: 'PROHIBITED_ZONE', shape: NORTH });
  const wide = await situation.observation({ mine: 'A', shape: STRIP });
  await situation.observation({ mine: 'A', shape: box(0, 0, 200, 389) });
  const { rows } = await database.knex.raw(JUDGEMENT_SQL.concernedObservations, {
    observations: [],
    mines: [],
    moved: [],
    area_ids: [areaId],
    area_versions: [1],
    valid_from: null,
    valid_to: null,
    most: null,
  });
  expect(rows.map(({ id }: { id: string }) => id)).toEqual([wide]);
});
