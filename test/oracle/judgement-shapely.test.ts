import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { disagreements } from '../support/oracle-comparison.js';
import { randomSituation } from '../support/random-situation.js';
import { Situation } from '../support/situation.js';
import { SituationBatch } from '../support/situation-batch.js';
import { judgeByShapely, pythonWithShapely } from './shapely.js';

/** So many that 2 000 remain of which the oracle is certain. */
const SITUATIONS = 2_050;
/** Others than those that turf judges in the default tests. */
const FIRST = 10_000;

const python = pythonWithShapely();

describe.skipIf(python === null)(
  `Shapely${python === null ? ' (python3-shapely is not installed)' : ''}`,
  () => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await openTestDatabase();
      await Situation.open(database.knex);
    });
    afterAll(() => database?.close());

    test(`${SITUATIONS} random situations are judged as Shapely judges them: same kinds and classes, same areas`, async () => {
      const situations = Array.from({ length: SITUATIONS }, (_, i) => randomSituation(FIRST + i));
      const batch = new SituationBatch(database.knex);
      await batch.write(situations);
      const [judged, expected] = await Promise.all([
        batch.judge(situations),
        judgeByShapely(python ?? '', situations),
      ]);
      const sure = expected.filter(({ doubts }) => doubts.length === 0);
      const different = sure.flatMap((verdict) => {
        const found = disagreements(verdict, judged.get(verdict.number));
        return found.length > 0 ? [`situation ${verdict.number}: ${found.join('; ')}`] : [];
      });
      expect(different).toEqual([]);
      expect(sure.length).toBeGreaterThanOrEqual(2_000);
    });
  },
);
