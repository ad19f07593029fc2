import type { Knex } from 'knex';
import { createJudging } from '../src/judgement/judging.js';
import { createRequestContext } from '../src/platform/context.js';
import { createLogger } from '../src/platform/logging.js';
import { createTransact } from '../src/platform/transact.js';
import { createJudgementRunner } from '../src/subgraphs/enforcement/services.js';
import { fillCountry, fillFootprints, forgetJudgements, settle } from './support/country.js';
import { type BenchDatabase, openBenchDatabase } from './support/database.js';
import { peakMegabytes } from './support/process.js';
import { median, report, rounded, timed } from './support/report.js';

const ROUNDS = 2;
/** As many as a hub takes unless it is told otherwise, and one, which is what the bare statement has. */
const CONNECTIONS = 2;

/** What one would write without the hub: overlay every footprint with every right that its box meets. */
const BARE = {
  difference: `select sum(ST_Area(ST_Difference(o.geom, a.geom)))
    from boundaries.observation o join boundaries.permitted_area a on a.geom && o.geom`,
  'covered-by': `select count(*) from boundaries.observation o join boundaries.permitted_area a on a.geom && o.geom
    where ST_CoveredBy(o.geom, a.geom)`,
} as const;

/** Judging whole countries: all footprints across an edge, 95 % inside, and growth with size. */
export async function sweep(): Promise<void> {
  await sweepOnce('crossing', 20_000, 0, 'difference');
  await sweepOnce('mostly-inside', 20_000, 0.95, 'covered-by');
  for (const size of [5_000, 10_000, 40_000]) await sweepOnce('growth', size, 0, 'difference');
}

async function sweepOnce(
  name: string,
  size: number,
  insideShare: number,
  bareName: keyof typeof BARE,
): Promise<void> {
  const database = await openBenchDatabase();
  try {
    await fillCountry(database.knex, { mines: size, licencesPerMine: 0 });
    await fillFootprints(database.knex, size, insideShare);
    await settle(database.knex);
    const bare: number[] = [];
    const judged: number[] = [];
    const again: number[] = [];
    const alone: number[] = [];
    const written: number[] = [];
    for (let round = 0; round < (name === 'growth' ? 1 : ROUNDS); round++) {
      bare.push(
        await timed(() =>
          database.knex.raw(`set jit = off; set max_parallel_workers_per_gather = 0; ${BARE[bareName]}`),
        ),
      );
      await forgetJudgements(database.knex);
      alone.push(await timed(() => judgeAll(database, 1)));
      await forgetJudgements(database.knex);
      judged.push(await timed(() => judgeAll(database, CONNECTIONS)));
      again.push(await timed(() => judgeAll(database, CONNECTIONS)));
      await keepRows(database.knex);
      await forgetJudgements(database.knex);
      written.push(await timed(() => writeKeptRows(database.knex)));
    }
    report('sweep', {
      case: name,
      areas: size,
      footprints: size,
      insideShare,
      bare: bareName,
      bareMs: Math.round(median(bare)),
      judgedMs: Math.round(median(judged)),
      judgedAgainMs: Math.round(median(again)),
      connections: CONNECTIONS,
      timesBare: rounded(median(judged) / median(bare)),
      timesBareOnOneConnection: rounded(median(alone) / median(bare)),
      timesBareWithoutStoring: rounded(median(again) / median(bare)),
      timesBareToWriteTheRows: rounded(median(written) / median(bare)),
      millisecondsPerFootprint: rounded(median(judged) / size, 3),
      peakMegabytes: await peakMegabytes('self'),
    });
  } finally {
    await database.close();
  }
}

/** As `judge(all: true)` does it. */
async function judgeAll({ knex }: BenchDatabase, partsAtOnce: number): Promise<void> {
  const runner = createJudgementRunner({
    knex,
    transact: createTransact(knex),
    ...createJudging(),
    partsAtOnce,
  });
  await runner.complete(createRequestContext({ log: createLogger('silent') }), { all: true }, null);
}

/** What a run writes, in an order that foreign keys accept. */
const WRITTEN = [
  'enforcement.judgement',
  'enforcement.finding',
  'enforcement.violation',
  'enforcement.violation_finding',
  'platform.event',
];

async function keepRows(knex: Knex): Promise<void> {
  for (const table of WRITTEN) {
    await knex.raw(
      `drop table if exists ${keptAs(table)}; create unlogged table ${keptAs(table)} as table ${table}`,
    );
  }
}

/** The least that storing takes: the same rows into the same tables and indexes, with nothing to find out about them. */
async function writeKeptRows(knex: Knex): Promise<void> {
  await knex.transaction(async (sql) => {
    for (const table of WRITTEN)
      await sql.raw(`insert into ${table} overriding user value table ${keptAs(table)}`);
  });
}

const keptAs = (table: string): string => `kept_${table.replace('.', '_')}`;
