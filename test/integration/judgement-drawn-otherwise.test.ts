import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { randomSituation } from '../support/random-situation.js';
import { Situation } from '../support/situation.js';
import { type HubVerdict, SituationBatch } from '../support/situation-batch.js';

// The same ground comes from a file in degrees with nine decimals, from a plane, from a survey with a corner every metre.
// What that moves an edge by is less than a millimetre, and no verdict may hang on it.

const SITUATIONS = 800;
const situations = Array.from({ length: SITUATIONS }, (_, number) => randomSituation(number));

let database: TestDatabase;
let redrawn: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  redrawn = await openTestDatabase();
});
afterAll(async () => {
  await database.close();
  await redrawn.close();
});

/** Gives every area's edges 20 to 79 corners in all, each area its own number, rounded to a tenth of a millimetre. */
const REDRAW = `
  update boundaries.permitted_area a
  set geom = otherwise.geom, plane_geom = ST_Transform(otherwise.geom, ST_SRID(a.plane_geom))
  from (
    select id, version, ST_Multi(ST_SnapToGrid(ST_Segmentize(geom, ST_Perimeter(geom) / (20 + abs(hashtext(id::text)) % 60)), 1e-9)) as geom
    from boundaries.permitted_area
  ) otherwise
  where otherwise.id = a.id and otherwise.version = a.version and ST_IsValid(otherwise.geom)`;

async function judged(
  { knex }: TestDatabase,
  redraw: string | null,
): Promise<ReadonlyMap<number, HubVerdict>> {
  await Situation.open(knex);
  const batch = new SituationBatch(knex);
  await batch.write(situations);
  if (redraw !== null) await knex.raw(redraw);
  return batch.judge(situations);
}

test(`${SITUATIONS} random situations have the verdicts that they have when their areas are drawn otherwise`, async () => {
  const first = await judged(database, null);
  const second = await judged(redrawn, REDRAW);
  const moved = await redrawn.knex('boundaries.permitted_area').whereRaw('ST_NPoints(geom) > 20').pluck('id');
  expect(moved.length).toBeGreaterThan(SITUATIONS);
  for (const { number } of situations) {
    const [was, is] = [first.get(number), second.get(number)];
    expect([number, outline(is)]).toEqual([number, outline(was)]);
    for (const [place, { area, overrun }] of (was?.findings ?? []).entries()) {
      const other = is?.findings[place];
      // A tenth of a millimetre along a kilometre of edge.
      expect(Math.abs((other?.area ?? 0) - area), `${number}: ${area} m²`).toBeLessThan(1e-5 * area + 0.3);
      if (overrun !== null)
        expect(Math.abs((other?.overrun ?? 0) - overrun), `${number}: ${overrun} m`).toBeLessThan(
          0.01 * overrun + 0.001,
        );
    }
  }
}, 600_000);

const outline = (verdict: HubVerdict | undefined): unknown =>
  verdict && {
    mine: verdict.mine,
    attribution: verdict.attribution,
    plan: verdict.plan,
    depth: verdict.depth,
    slivers: verdict.slivers,
    findings: verdict.findings.map(({ kind, verdict: cls, reason, other }) => [kind, cls, reason, other]),
  };
