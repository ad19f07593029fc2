import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSeeds } from '../../seeds/fill-registry.js';
import type { EvidenceService } from '../../src/subgraphs/enforcement/evidence/evidence.service.js';
import { createEvidenceService } from '../../src/subgraphs/enforcement/services.js';
import { Attribution, ViolationKind } from '../../src/vocabulary/enforcement.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { EmptyHub } from '../support/empty-hub.js';
import { CHINA, serviceParts } from '../support/service-parts.js';

const HUB = '0.0.0-test';

let demo: TestDatabase;
let empty: EmptyHub;
let evidence: EvidenceService;

beforeAll(async () => {
  demo = await openTestDatabase();
  empty = await EmptyHub.open();
  const { knex } = demo;
  const deps = serviceParts(knex, CHINA);
  await runSeeds(['divisions', 'demo'], deps, testContext());
  evidence = createEvidenceService(deps, { chromium: null, hub: HUB });
}, 240_000);
afterAll(async () => {
  await demo.close();
  await empty.close();
});

/** Issues a pack and has its verdict reached again where there is nothing but the pack. */
async function differencesOf(violationId: string): Promise<readonly string[]> {
  const { bytes, fileName } = await evidence.issue(testContext(), violationId);
  const { differences, digestsEqual, notes } = await empty.verify(bytes, HUB, fileName);
  expect({ digestsEqual, notes }).toEqual({ digestsEqual: true, notes: [] });
  return differences;
}

test.each(Object.keys(ViolationKind))(
  'the pack of a demo violation of kind %s proves itself',
  async (kind) => {
    const violation = await demo.knex('enforcement.violation').where({ kind }).orderBy('id').first('id');
    expect(await differencesOf(violation.id)).toEqual([]);
  },
);

test.each(Object.keys(Attribution))(
  'the mine comes out the same from the pack alone: %s',
  async (attribution) => {
    const finding = await demo
      .knex('enforcement.violation_finding as member')
      .join('enforcement.finding as finding', 'finding.id', 'member.finding_id')
      .join('enforcement.judgement as judgement', 'judgement.id', 'finding.judgement_id')
      .where('judgement.attribution', attribution)
      .orderBy('member.violation_id')
      .first('member.violation_id');
    expect(await differencesOf(finding.violation_id)).toEqual([]);
  },
);

test('a licence in an old datum is judged from its pack as PROBABLE too', async () => {
  const area = await demo
    .knex('enforcement.violation as violation')
    .join('boundaries.permitted_area as area', 'area.mine_id', 'violation.mine_id')
    .where('area.crs_class', 'BALLPARK')
    .first('violation.id', 'violation.verdict');
  expect(area.verdict).toBe('PROBABLE');
  expect(await differencesOf(area.id)).toEqual([]);
});
