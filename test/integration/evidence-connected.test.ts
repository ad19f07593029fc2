import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPack } from '../../src/evidence/integrity.js';
import type { PackFacts } from '../../src/evidence/pack-facts.js';
import { readFacts } from '../../src/evidence/pack-files.js';
import type { Verification } from '../../src/evidence/verify-pack.js';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import type { EvidenceService } from '../../src/subgraphs/enforcement/evidence/evidence.service.js';
import {
  createEvidenceService,
  createViolationLifeService,
} from '../../src/subgraphs/enforcement/services.js';
import type { ReviewDecision } from '../../src/vocabulary/violation-life.js';
import { at, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { EmptyHub } from '../support/empty-hub.js';
import { HUB, SLOW } from '../support/evidence-bench.js';
import { CORRECTED_AT, RejudgementBench } from '../support/rejudgement-bench.js';
import { box, polygon, type Shape, Situation } from '../support/situation.js';

// Packs of violations whose findings are theirs for a reason that lies outside of them.

let database: TestDatabase;
let situation: Situation;
let bench: RejudgementBench;
let evidence: EvidenceService;
let empty: EmptyHub;
let right: string;

beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  situation = await Situation.open(knex);
  bench = new RejudgementBench(knex);
  await situation.mine('PIT');
  evidence = createEvidenceService({ knex, transact: createTransact(knex) }, { chromium: null, hub: HUB });
  empty = await EmptyHub.open();
});
afterAll(async () => {
  await database.close();
  await empty.close();
});
beforeEach(async () => {
  await situation.clear();
  await bench.clear();
  await database.knex.raw('truncate enforcement.past_violation, enforcement.past_violation_finding');
  right = await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
});

/** Leaves two parts out of bounds: a large one in the south, a small one in the north. */
const TWO_PARTS = polygon(
  [400, 0],
  [700, 0],
  [700, 100],
  [490, 100],
  [490, 200],
  [600, 200],
  [600, 300],
  [400, 300],
);

async function dig(day: string, shape: Shape): Promise<string> {
  const id = await situation.observation({ mine: 'PIT', shape, observedAt: `${day}T04:00:00Z` });
  await situation.judge([id]);
  return id;
}

/** Ids of violations, the largest first. */
const largest = (): Promise<string[]> =>
  database.knex('enforcement.violation').orderBy('area_m2', 'desc').pluck('id');

async function decide(id: string, ...decisions: readonly ReviewDecision[]): Promise<void> {
  const life = createViolationLifeService({ knex: database.knex, transact: createTransact(database.knex) });
  const context = testContext({ clock: fixedClock('2026-05-01T00:00:00Z') });
  for (const decision of decisions)
    await life.review(context, id, { decision, note: 'seen on site', seen: null });
}

async function issued(id: string): Promise<{ facts: PackFacts; report: string; verified: Verification }> {
  const { bytes } = await evidence.issue(at('2026-08-01T00:00:00Z'), id);
  const { files } = await openPack(bytes, 'pack.zip');
  return {
    facts: readFacts(files),
    report: Buffer.from(files.get('report.html') ?? []).toString(),
    verified: await empty.verify(bytes, HUB),
  };
}

test('what another violation took with it is judged again as well', SLOW, async () => {
  await dig('2026-03-01', TWO_PARTS);
  const [first = '', second = ''] = await largest();
  // The first violation moves away from where it was found, and what is seen next touches the second alone.
  const between = await dig('2026-04-01', box(650, 0, 150, 100));
  await dig('2026-05-01', box(505, 50, 100, 240));
  const { facts, report, verified } = await issued(second);
  expect(verified.differences).toEqual([]);
  expect(verified.notes).toEqual([]);
  expect(facts.decisions).toEqual([]);
  expect(facts.observations.map(({ id }) => id)).toContain(between);
  expect(facts.findings.filter(({ ours }) => ours)).toHaveLength(2);
  expect(report).toContain(
    'Observations of other violations in the pack, on which it depends what is this one’s: 1.',
  );
  // What follows from its own findings is in a pack with nothing else.
  const other = await issued(first);
  expect(other.facts.observations).toHaveLength(2);
  expect(other.verified.differences).toEqual([]);
  // Nothing of it is left, and what it was can be reached again all the same.
  await bench.correct({ id: right, version: 1 }, { mine: 'PIT', shape: box(0, 0, 1000, 500) });
  expect(await database.knex('enforcement.violation').distinct().pluck('state')).toEqual(['AUTO_CLOSED']);
  const closed = await issued(second);
  expect(closed.facts.observations).toHaveLength(3);
  expect(closed.verified.differences).toEqual([]);
});

describe('what people settled is stated, taken as given and named', SLOW, () => {
  test('where a part was dismissed, and what was seen later touches both', async () => {
    await dig('2026-03-01', TWO_PARTS);
    const [dismissed = '', open = ''] = await largest();
    await decide(dismissed, 'START_REVIEW', 'DISMISS');
    await dig('2026-04-01', box(450, 0, 300, 330));
    const { facts, report, verified } = await issued(open);
    expect(verified.differences).toEqual([]);
    expect(facts.decisions).toMatchObject([
      { violation_id: dismissed, action: 'DISMISS', by: 'local-administrator' },
    ]);
    expect(verified.notes).toEqual([
      expect.stringMatching(new RegExp(`DISMISS of violation ${dismissed}.*2026-05-01`)),
    ]);
    expect(report).toContain(dismissed);
    const settled = await issued(dismissed);
    expect(settled.verified.differences).toEqual([]);
  });

  test('where a closed one holds findings that a new area has parted', async () => {
    const seen = [
      await dig('2026-03-01', box(500, 0, 200, 100)),
      await dig('2026-04-01', box(600, 0, 200, 100)),
    ];
    const [closed = ''] = await largest();
    await decide(closed, 'START_REVIEW', 'CONFIRM', 'START_RECTIFYING', 'CLOSE');
    await situation.area({ mine: 'PIT', shape: box(580, 0, 140, 120), recordedAt: CORRECTED_AT });
    await situation.judge(seen, fixedClock('2026-06-11T00:00:00Z'));
    const { facts, verified } = await issued(closed);
    expect(facts.decisions).toMatchObject([{ violation_id: closed, action: 'CLOSE' }]);
    expect(verified.differences).toEqual([]);
    await decide(closed, 'REOPEN');
    expect((await issued(closed)).verified.differences).toEqual([]);
  });
});

test('a pack of a violation beyond depth where two rights overlap verifies', async () => {
  await situation.area({ mine: 'PIT', shape: box(0, 11_000, 600, 1_000), floor: 100, ceiling: 300 });
  await situation.area({ mine: 'PIT', shape: box(400, 11_000, 600, 1_000), floor: 120, ceiling: 300 });
  for (const day of ['01', '02']) {
    const id = await situation.observation({
      mine: 'PIT',
      shape: box(450, 11_100, 100, 100),
      observedAt: `2026-03-${day}T04:00:00Z`,
      zMin: 50,
      zMax: 200,
      sigmaZ: 1,
    });
    await situation.judge([id]);
  }
  const ids = await largest();
  expect(ids).toHaveLength(1);
  const { verified } = await issued(ids[0] ?? '');
  expect(verified.differences).toEqual([]);
  expect(verified.notes).toEqual([]);
});
