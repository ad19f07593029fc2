import fc from 'fast-check';
import type { Knex } from 'knex';
import { expect, test } from 'vitest';
import { FindingMeetings } from '../../src/judgement/finding-meetings.js';
import { mergedBoxes } from '../../src/judgement/merged-boxes.js';
import {
  byObservation,
  foldViolations,
  NOTHING_SETTLED,
  type SeriesFinding,
} from '../../src/judgement/violation-series.js';
import { type Box, boxesTouch } from '../../src/platform/boxes.js';

const finding = (number: number, more: Partial<SeriesFinding>): SeriesFinding => ({
  id: `finding ${number}`,
  observationId: `observation ${number}`,
  ordinal: 1,
  alike: 0,
  kind: 'STRIPPING_OUT_OF_BOUNDS',
  mineId: 'mine',
  otherMineId: null,
  verdict: 'CONFIRMED',
  reason: null,
  areaSquareMetres: 1,
  overrunMetres: 1,
  depthOverrunMetres: null,
  observedAt: new Date(number),
  box: [0, 0, 1, 1],
  violationId: null,
  ...more,
});

const squares = (most: number) =>
  fc
    .array(fc.tuple(fc.nat(8), fc.nat(8), fc.nat(3), fc.nat(3)), { maxLength: most })
    .map((all) => all.map(([x, y, width, height]): Box => [x, y, x + width, y + height]));

/** Stands for PostGIS: what meets is known to it alone. */
class Geometries {
  asked = 0;

  constructor(
    private readonly findings: readonly SeriesFinding[],
    private readonly meets: (a: SeriesFinding, b: SeriesFinding) => boolean,
  ) {}

  readonly sql = {
    raw: async (_statement: string, { ones, others }: { ones: string[]; others: string[] }) => {
      this.asked += ones.length;
      const of = new Map(this.findings.map((each) => [each.id, each]));
      const pairs = ones.map((one, i) => [of.get(one), of.get(others[i] ?? '')] as const);
      return { rows: pairs.flatMap(([a, b], i) => (a && b && this.meets(a, b) ? [{ place: i + 1 }] : [])) };
    },
  } as unknown as Knex;
}

async function fold(findings: readonly SeriesFinding[], geometries: Geometries) {
  const meetings = new FindingMeetings(findings);
  for (let rounds = 0; ; rounds += 1) {
    const series = foldViolations(findings, NOTHING_SETTLED, meetings.meet);
    if (!(await meetings.settle(geometries.sql))) return { series, rounds };
  }
}

test('folding by guesses that are settled afterwards gives what folding by the truth gives', async () => {
  const random = fc.tuple(
    squares(40),
    fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }),
    fc.func(fc.boolean()),
  );
  await fc.assert(
    fc.asyncProperty(random, async ([boxes, stored, touch]) => {
      const findings = boxes
        .map((box, i) => finding(i, { box, violationId: stored[i] === 0 ? null : `violation ${stored[i]}` }))
        .sort(byObservation);
      // Within their boxes they meet as it happens, whichever of them is asked first.
      const meets = (a: SeriesFinding, b: SeriesFinding) =>
        boxesTouch(a.box, b.box) && touch(...[a.id, b.id].sort());
      const { series } = await fold(findings, new Geometries(findings, meets));
      expect(series).toEqual(foldViolations(findings, NOTHING_SETTLED, meets));
    }),
  );
});

test('findings beyond depth of one observation that meet, by way of others too, are in one violation', async () => {
  const places = (boxes: readonly Box[], observation: (i: number) => number) =>
    boxes
      .map((box, i) =>
        finding(i, {
          box,
          kind: 'BEYOND_DEPTH',
          observationId: `observation ${observation(i)}`,
          ordinal: i,
          observedAt: new Date(observation(i)),
        }),
      )
      .sort(byObservation);
  const meets = (a: SeriesFinding, b: SeriesFinding) => boxesTouch(a.box, b.box);
  const ofEach = (boxes: readonly Box[]) =>
    foldViolations(
      places(boxes, () => 0),
      NOTHING_SETTLED,
      meets,
    ).map(({ findings }) => findings.map(({ ordinal }) => ordinal));
  expect(
    ofEach([
      [0, 0, 2, 2],
      [3, 0, 5, 2],
      [1, 0, 4, 2],
      [8, 0, 9, 2],
    ]),
  ).toEqual([[0, 1, 2], [3]]);
  await fc.assert(
    fc.asyncProperty(squares(24), async (boxes) => {
      const findings = places(boxes, (i) => i % 6);
      const { series } = await fold(findings, new Geometries(findings, meets));
      expect(series).toEqual(foldViolations(findings, NOTHING_SETTLED, meets));
      for (const one of series)
        for (const other of series)
          if (one !== other)
            for (const a of one.findings)
              for (const b of other.findings)
                if (a.observationId === b.observationId) expect(meets(a, b)).toBe(false);
    }),
  );
});

test('many findings in one place take about as many comparisons, not their square', async () => {
  const findings = Array.from({ length: 1_000 }, (_, i) => finding(i, {}));
  const geometries = new Geometries(findings, () => true);
  const { series, rounds } = await fold(findings, geometries);
  expect(series).toHaveLength(1);
  expect(rounds).toBe(1);
  expect(geometries.asked).toBe(999);
});

test('guesses that are all wrong take few rounds', async () => {
  const findings = Array.from({ length: 500 }, (_, i) => finding(i, {}));
  const { series, rounds } = await fold(findings, new Geometries(findings, () => false));
  expect(series).toHaveLength(500);
  expect(rounds).toBeLessThanOrEqual(8);
});

test('what is another mine’s, another kind or beside another neighbour does not meet, and is not asked', async () => {
  const others = [{ mineId: 'other' }, { kind: 'ENCROACHMENT' as const }, { otherMineId: 'neighbour' }];
  const findings = [{}, ...others].map((more, i) => finding(i, more));
  const geometries = new Geometries(findings, () => true);
  expect((await fold(findings, geometries)).series).toHaveLength(4);
  expect(geometries.asked).toBe(0);
});

test('merged boxes lie apart and cover what they are made of', () => {
  fc.assert(
    fc.property(squares(30), (boxes) => {
      const merged = mergedBoxes(
        boxes.map((box) => ({ box })),
        () => 'all',
      );
      for (const [i, { box }] of merged.entries())
        expect(merged.filter((other, j) => j > i && boxesTouch(other.box, box))).toEqual([]);
      for (const [west, south, east, north] of boxes)
        expect(
          merged.some(({ box }) => box[0] <= west && box[1] <= south && box[2] >= east && box[3] >= north),
        ).toBe(true);
    }),
  );
});
