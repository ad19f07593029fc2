import { createJudging } from '../src/judgement/judging.js';
import { createRequestContext } from '../src/platform/context.js';
import { createLogger } from '../src/platform/logging.js';
import { createTransact } from '../src/platform/transact.js';
import { createJudgementRunner } from '../src/subgraphs/enforcement/services.js';
import { fillCountry, fillVisits, settle } from './support/country.js';
import { openBenchDatabase } from './support/database.js';
import { median, report, timed } from './support/report.js';

const SIZES = [500, 2_000, 8_000];
const ROUNDS = 5;

/** One place out of bounds that is observed again and again: all of its observations judged at once, and one more. */
export async function longSeries(): Promise<void> {
  const { knex, close } = await openBenchDatabase();
  try {
    await fillCountry(knex, { mines: 1_000, licencesPerMine: 0 });
    const runner = createJudgementRunner({ knex, transact: createTransact(knex), ...createJudging() });
    const context = createRequestContext({ log: createLogger('silent') });
    let visits = 0;
    for (const size of SIZES) {
      await fillVisits(knex, visits, size);
      visits = size;
      await settle(knex);
      const allMs = await timed(() => runner.complete(context, { all: true }, null));
      const oneMore: number[] = [];
      for (let round = 0; round < ROUNDS; round++, visits++) {
        const [observation] = await fillVisits(knex, visits, visits + 1);
        const observationIds = observation === undefined ? [] : [observation];
        oneMore.push(await timed(() => runner.complete(context, { observationIds }, null)));
      }
      report('long-series', {
        observations: size,
        allMs: Math.round(allMs),
        oneMoreMs: Math.round(median(oneMore)),
        violations: Number((await knex('enforcement.violation').count('* as count').first())?.['count']),
      });
    }
  } finally {
    await close();
  }
}
