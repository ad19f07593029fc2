import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { judgingSrid } from '../../src/spatial/crs.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, type ObservationFacts, type Ring, Situation, type Verdict } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

/** A star-shaped ring around (x, y): simple by construction. */
const star = (x: number, y: number, size: number, vertices: number) =>
  fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: vertices, maxLength: vertices }).map(
    (radii): Ring =>
      radii.map((r, i) => {
        const angle = (2 * Math.PI * i) / radii.length;
        return [x + size * r * Math.cos(angle), y + size * r * Math.sin(angle)] as const;
      }),
  );

const rotated = (ring: Ring, by: number): Ring => [
  ...ring.slice(by % ring.length),
  ...ring.slice(0, by % ring.length),
];

const comparable = ({ plan, depth, findings, within, excess, footprint }: Verdict) => ({
  plan,
  depth,
  within,
  excess,
  footprint,
  findings: findings.map(({ kind, verdict, area, overrun }) => ({ kind, verdict, area, overrun })),
});

function expectAlike(a: Verdict, b: Verdict): void {
  const [left, right] = [comparable(a), comparable(b)];
  expect({
    ...left,
    findings: left.findings.map(({ kind, verdict }) => ({ kind, verdict })),
    within: 0,
    excess: 0,
    footprint: 0,
  }).toEqual({
    ...right,
    findings: right.findings.map(({ kind, verdict }) => ({ kind, verdict })),
    within: 0,
    excess: 0,
    footprint: 0,
  });
  expect(Math.abs(left.excess - right.excess)).toBeLessThan(1e-3);
  left.findings.forEach((finding, i) => {
    expect(Math.abs(finding.area - (right.findings[i]?.area ?? Number.NaN))).toBeLessThan(1e-3);
  });
}

test('case 14: rotation of the vertices and their direction do not change the verdict', async () => {
  await fc.assert(
    fc.asyncProperty(
      star(0, 0, 400, 9),
      star(150, 80, 300, 7),
      fc.nat(6),
      fc.nat(8),
      async (area, footprint, turn, areaTurn) => {
        await situation.clear();
        await situation.area({ mine: 'A', shape: [area] });
        await situation.area({ mine: 'B', shape: box(300, -400, 500, 500) });
        const facts: ObservationFacts = { mine: 'A', shape: [footprint], sigma: 5 };
        const first = await situation.verdict({ ...facts, ref: 'first' });
        const second = await situation.verdict({
          ...facts,
          ref: 'second',
          shape: [[...rotated(footprint, turn)].reverse()],
        });
        expectAlike(first, second);
        await situation.clear();
        await situation.area({ mine: 'A', shape: [rotated(area, areaTurn)] });
        await situation.area({ mine: 'B', shape: box(300, -400, 500, 500) });
        expectAlike(first, await situation.verdict({ ...facts, ref: 'third' }));
      },
    ),
    { numRuns: 12 },
  );
});

test('case 14: moved together by metres or kilometres, area and footprint have the same verdict', async () => {
  const moved = (ring: Ring, dx: number, dy: number): Ring => ring.map(([x, y]) => [x + dx, y + dy] as const);
  await fc.assert(
    fc.asyncProperty(
      star(0, 0, 400, 9),
      star(150, 80, 300, 7),
      fc.integer({ min: -4000, max: 4000 }),
      fc.integer({ min: -4000, max: 4000 }),
      async (area, footprint, dx, dy) => {
        await situation.clear();
        await situation.area({ mine: 'A', shape: [area] });
        const there = await situation.verdict({ mine: 'A', shape: [footprint], sigma: 5, ref: 'there' });
        await situation.clear();
        await situation.area({ mine: 'A', shape: [moved(area, dx, dy)] });
        const here = await situation.verdict({
          mine: 'A',
          shape: [moved(footprint, dx, dy)],
          sigma: 5,
          ref: 'here',
        });
        expect(here.findings.map(({ kind, verdict }) => [kind, verdict])).toEqual(
          there.findings.map(({ kind, verdict }) => [kind, verdict]),
        );
        expect(here.plan).toBe(there.plan);
        // The scale of the plane differs by less than 1e-6 within a few kilometres of the central meridian.
        expect(Math.abs(here.excess - there.excess)).toBeLessThan(1e-6 * there.footprint);
      },
    ),
    { numRuns: 8, seed: 14 },
  );
});

test('case 15: judged in one statement, one by one, or shuffled: identical rows', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  await situation.area({ mine: 'B', shape: box(500, 0, 500, 300) });
  const ids: string[] = [];
  for (let day = 1; day <= 6; day++) {
    for (const [x, y] of [
      [450, 50],
      [450, 350],
      [-40, 200],
      [900, 100],
      [3000 + 30 * day, 3000],
    ] as const) {
      const observedAt = `2026-03-0${day}T02:00:00Z`;
      ids.push(
        await situation.observation({
          shape: box(x, y, 80 + 5 * day, 60),
          mine: x < 900 ? 'A' : null,
          observedAt,
          sigma: 1,
        }),
      );
    }
  }
  await situation.judge(ids);
  const atOnce = await situation.everything();
  const again = await situation.judge(ids);
  expect(again.changed).toBe(0);
  expect(again.violationIds.length).toBeGreaterThan(3);
  expect(await situation.everything()).toEqual(atOnce);

  const forget = () =>
    database.knex.raw(
      'truncate enforcement.violation_alias, enforcement.violation_finding, enforcement.violation, enforcement.finding, enforcement.judgement',
    );
  await forget();
  for (const id of ids) await situation.judge([id]);
  expect(await situation.everything()).toEqual(atOnce);

  for (const seed of [1, 2, 3]) {
    await forget();
    const shuffled =
      fc.sample(fc.shuffledSubarray(ids, { minLength: ids.length }), { numRuns: 1, seed })[0] ?? [];
    for (let start = 0; start < shuffled.length; start += 4)
      await situation.judge(shuffled.slice(start, start + 4));
    expect(await situation.everything()).toEqual(atOnce);
  }
});

test('judging again changes nothing and tells nobody', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const id = await situation.observation({ mine: 'A', shape: box(400, 0, 200, 100) });
  await situation.judge([id]);
  const events = async () => Number((await database.knex('platform.event').count().first())?.['count']);
  const before = await events();
  await situation.judge([id]);
  expect(await events()).toBe(before);
});

test('an earlier observation that turns up late becomes the violation’s first; its old id still leads there', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const late = await situation.observation({
    mine: 'A',
    shape: box(450, 100, 150, 100),
    observedAt: '2026-05-10T00:00:00Z',
  });
  const [oldId] = (await situation.judge([late])).violationIds;
  const early = await situation.observation({
    mine: 'A',
    shape: box(450, 100, 100, 100),
    observedAt: '2026-05-01T00:00:00Z',
  });
  await situation.judge([early]);
  const violations = await database.knex('enforcement.violation');
  expect(violations).toHaveLength(1);
  expect(violations[0]).toMatchObject({
    state: 'DETECTED',
    first_observed_at: new Date('2026-05-01T00:00:00Z'),
    last_observed_at: new Date('2026-05-10T00:00:00Z'),
  });
  // 5 000 m² grew to 10 000 m² in nine days.
  expect(violations[0]['growth_m2_per_day']).toBeCloseTo(5000 / 9, 0);
  expect(await database.knex('enforcement.violation_alias')).toMatchObject([
    { old_id: oldId, new_id: violations[0]['id'] },
  ]);
});

test('of an observation with two parts each keeps its violation when only one of them is seen again', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const seen = (x: number, width: number, observedAt: string) =>
    situation.observation({ mine: 'A', shape: box(x, 100, width, 50), observedAt });
  await situation.judge([await seen(-60, 640, '2026-04-01T04:00:00Z')]);
  const ids = () => database.knex('enforcement.violation').orderBy('id').pluck('id');
  const before = await ids();
  expect(before).toHaveLength(2);
  await situation.judge([await seen(-70, 60, '2026-05-01T04:00:00Z')]);
  await situation.judge([await seen(520, 70, '2026-05-02T04:00:00Z')]);
  expect(await ids()).toEqual(before);
  const members = await database
    .knex('enforcement.violation_finding')
    .count('* as count')
    .groupBy('violation_id');
  expect(members.map(({ count }) => Number(count))).toEqual([2, 2]);
});

test('findings of different mines, kinds or places are different violations', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const judged = await Promise.all([
    situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) }),
    situation.observation({ mine: 'A', shape: box(450, 0, 100, 100), activity: 'STRIPPING' }),
    situation.observation({ mine: 'A', shape: box(450, 300, 100, 100) }),
  ]);
  await situation.judge(judged);
  expect(await database.knex('enforcement.violation')).toHaveLength(3);
});

test('a corrected boundary, judged again, closes the violation; the wrong one back, reopens it', async () => {
  const wrong = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const id = await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) });
  await situation.judge([id]);
  await database
    .knex('boundaries.permitted_area')
    .where({ id: wrong })
    .update({ superseded_at: '2026-05-20' });
  await situation.area({
    mine: 'A',
    id: wrong,
    version: 2,
    shape: box(0, 0, 600, 500),
    recordedAt: '2026-05-20',
  });
  expect((await situation.judge([id])).changed).toBe(1);
  expect(await situation.read(id)).toMatchObject({ plan: 'WITHIN', areas: [{ id: wrong, version: 2 }] });
  expect(await database.knex('enforcement.violation')).toMatchObject([{ state: 'AUTO_CLOSED' }]);
  await database
    .knex('boundaries.permitted_area')
    .where({ id: wrong, version: 2 })
    .update({ superseded_at: '2026-05-21' });
  await situation.area({
    mine: 'A',
    id: wrong,
    version: 3,
    shape: box(0, 0, 500, 500),
    recordedAt: '2026-05-21',
  });
  await situation.judge([id]);
  expect(await database.knex('enforcement.violation')).toMatchObject([{ state: 'REOPENED' }]);
  expect(await database.knex('enforcement.judgement').where({ observation_id: id })).toHaveLength(3);
});

test('the zone of a place is the same in SQL and in code', async () => {
  const places = [
    [73.5, 40],
    [74.9, 40],
    [76.5, 40],
    [120, 43],
    [121.49, 30],
    [121.5, 30],
    [136.5, 50],
    [136.6, 50],
    [-128.9, 60.5],
    [20, -33],
    [180, 10],
  ] as const;
  for (const [longitude, latitude] of places) {
    const { rows } = await database.knex.raw('select judgement.judging_srid(?, ?) as srid', [
      longitude,
      latitude,
    ]);
    expect([longitude, rows[0].srid]).toEqual([longitude, judgingSrid(longitude, latitude)]);
  }
});
