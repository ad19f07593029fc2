import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTransact } from '../../src/platform/transact.js';
import { createEvidenceService } from '../../src/subgraphs/enforcement/services.js';
import { at } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { EmptyHub } from '../support/empty-hub.js';
import { HUB, SLOW } from '../support/evidence-bench.js';
import { randomSituation } from '../support/random-situation.js';
import { Situation } from '../support/situation.js';
import { SituationBatch } from '../support/situation-batch.js';

// A pack is issued by a hub on a server and verified on a laptop: other versions of PostGIS, GEOS and PROJ, and overlays on
// a grid.

const SITUATIONS = 80;

let database: TestDatabase;
let laptop: EmptyHub;

beforeAll(async () => {
  database = await openTestDatabase();
  laptop = await EmptyHub.openEmbedded();
});
afterAll(async () => {
  await database.close();
  await laptop.close();
});

test(
  `the packs of ${SITUATIONS} random situations prove themselves on the embedded database`,
  SLOW,
  async () => {
    const { knex } = database;
    await Situation.open(knex);
    const situations = Array.from({ length: SITUATIONS }, (_, number) => randomSituation(number));
    const batch = new SituationBatch(knex);
    await batch.write(situations);
    await batch.judge(situations);
    const evidence = createEvidenceService(
      { knex, transact: createTransact(knex) },
      { chromium: null, hub: HUB },
    );
    const violations: string[] = await knex('enforcement.violation').orderBy('id').pluck('id');
    expect(violations.length).toBeGreaterThan(SITUATIONS);
    for (const id of violations) {
      const { bytes } = await evidence.issue(at('2027-08-01T00:00:00Z'), id);
      expect([id, (await laptop.verify(bytes, HUB)).differences]).toEqual([id, []]);
    }
  },
);
