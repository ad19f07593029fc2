import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { disagreements } from '../support/oracle-comparison.js';
import { randomSituation } from '../support/random-situation.js';
import { Situation } from '../support/situation.js';
import { SituationBatch } from '../support/situation-batch.js';
import { verdictsByTurf } from '../support/turf-verdicts.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await Situation.open(database.knex);
});
afterAll(() => database.close());

/** So many that 2 000 remain of which the oracle is certain. */
const SITUATIONS = 2_100;

test(`${SITUATIONS} random situations are judged as turf judges them: same kinds and classes, same areas`, async () => {
  const situations = Array.from({ length: SITUATIONS }, (_, number) => randomSituation(number));
  const batch = new SituationBatch(database.knex);
  await batch.write(situations);
  const judged = await batch.judge(situations);
  const expected = await verdictsByTurf(situations);
  const sure = expected.filter(({ doubts }) => doubts.length === 0);
  const different = sure.flatMap((verdict) => {
    const found = disagreements(verdict, judged.get(verdict.number));
    return found.length > 0 ? [`situation ${verdict.number}: ${found.join('; ')}`] : [];
  });
  expect(different).toEqual([]);
  // The sample is worth something only if it is certain of nearly all, and reaches every kind and class.
  expect(sure.length).toBeGreaterThanOrEqual(2_000);
  const seen = new Set(
    sure.flatMap(({ findings }) => findings.map(({ kind, verdict }) => `${kind} ${verdict}`)),
  );
  expect(seen.size).toBeGreaterThanOrEqual(25);
}, 600_000);
