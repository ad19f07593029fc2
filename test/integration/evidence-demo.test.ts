import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSeeds } from '../../seeds/fill-registry.js';
import { writeArchive } from '../../src/evidence/archive.js';
import { openPack } from '../../src/evidence/integrity.js';
import type { AreaFact } from '../../src/evidence/pack-facts.js';
import { packFiles, readFacts } from '../../src/evidence/pack-files.js';
import { seal } from '../../src/evidence/seal.js';
import { newSigningKey } from '../../src/evidence/signature.js';
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

test('corners that are listed, drawn or numbered otherwise than they lie are told', async () => {
  const area = await demo
    .knex('enforcement.violation as violation')
    .join('boundaries.permitted_area as area', 'area.mine_id', 'violation.mine_id')
    .whereRaw('jsonb_array_length(area.corners) > 4')
    .orderBy('violation.id')
    .first('violation.id');
  const { bytes } = await evidence.issue(testContext(), area.id);
  const { files, manifest } = await openPack(bytes, 'pack.zip');
  const { chain, format: _format, factsDigest: _digest, files: _files, ...issue } = manifest;
  const told = async (change: (area: AreaFact) => Partial<AreaFact>): Promise<string> => {
    const facts = readFacts(files);
    const areas = facts.areas.map((each) => ({ ...each, ...change(each) }) as AreaFact);
    const forged = seal(issue, packFiles({ ...facts, areas }, manifest), chain, newSigningKey());
    return (await empty.verify(writeArchive(forged.files), HUB)).differences.join('\n');
  };
  expect(await told(() => ({}))).toBe('');
  const swapped = <T>([first, second, ...rest]: readonly T[]): T[] => [second, first, ...rest] as T[];
  expect(
    await told(({ corners, plane_corners }) => ({
      corners: swapped(corners),
      plane_corners: swapped(plane_corners),
    })),
  ).toContain('its corners do not lie on its outline');
  expect(
    await told(({ plane_corners }) => ({
      plane_corners: plane_corners.map(([number, east, north]) => [number, east + 500, north] as const),
    })),
  ).toContain('its corners are drawn elsewhere than they lie');
  expect(
    await told(({ plane_corners }) => ({
      plane_corners: plane_corners.map(([, east, north]) => ['1', east, north] as const),
    })),
  ).toContain('plane_corners: the pack says');
});
