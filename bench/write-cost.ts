import { createJudging } from '../src/judgement/judging.js';
import { createRequestContext } from '../src/platform/context.js';
import { createLogger } from '../src/platform/logging.js';
import { createTransact, type Transact, type Transaction } from '../src/platform/transact.js';
import { createObservationService } from '../src/subgraphs/boundaries/services.js';
import { DivisionRepository } from '../src/subgraphs/registry/division.repository.js';
import type { MineFacts } from '../src/subgraphs/registry/mine.js';
import { createRegistryService } from '../src/subgraphs/registry/services.js';
import { fillCountry, settle } from './support/country.js';
import { type BenchDatabase, openBenchDatabase } from './support/database.js';
import { median, report, rounded, timed } from './support/report.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 200);
const ROWS = 500;
const context = () => createRequestContext({ log: createLogger('silent') });

/** What the outbox adds to a mutation: the same writes with their events and without, by turns. */
export async function writeCost(): Promise<void> {
  const database = await openBenchDatabase();
  try {
    await fillCountry(database.knex, { mines: 2_000, licencesPerMine: 0 });
    await settle(database.knex);
    const withEvents = createTransact(database.knex);
    report('write-cost', {
      rounds: ROUNDS,
      oneObservationPercent: await added(withEvents, submitOne(database)),
      oneMinePercent: await added(withEvents, upsert(database, 1)),
      fiveHundredMinesPercent: await added(withEvents, upsert(database, ROWS), Math.ceil(ROUNDS / 20)),
    });
  } finally {
    await database.close();
  }
}

type Write = (transact: Transact, round: number) => Promise<unknown>;

/** Median time with events over median time without, in percent above it. */
async function added(withEvents: Transact, write: Write, rounds = ROUNDS): Promise<number> {
  const without = silent(withEvents);
  const times: Record<'with' | 'without', number[]> = { with: [], without: [] };
  for (let round = 0; round < rounds * 2; round++) {
    // Which comes first changes, so that neither always finds the other's pages warm.
    const first = round % 2 === 0;
    times.with.push(first ? await timed(() => write(withEvents, round * 2)) : 0);
    times.without.push(await timed(() => write(without, round * 2 + 1)));
    if (!first) times.with[times.with.length - 1] = await timed(() => write(withEvents, round * 2));
  }
  return rounded((median(times.with) / median(times.without) - 1) * 100, 1);
}

/** The same transaction, whose events go nowhere. */
const silent =
  (transact: Transact): Transact =>
  (asked, work) =>
    transact(asked, (tx) => work(mute(tx)));

const mute = (tx: Transaction): Transaction => ({ ...tx, emit: () => {}, following: () => mute(tx) });

function submitOne({ knex }: BenchDatabase): Write {
  // Asked once: a statement of knex runs again whenever it is awaited.
  const rights: Promise<{ geometry: object }[]> = knex
    .raw(
      `select ST_AsGeoJSON(ST_Transform(ST_Translate(plane_geom, 150, 60), 4490), 9)::json as geometry
     from boundaries.permitted_area order by md5(id::text)`,
    )
    .then(({ rows }) => rows);
  return async (transact, round) => {
    const rows = await rights;
    const service = createObservationService({ knex, transact, ...createJudging(), extent: null });
    return service.submit(context(), [
      {
        provider: 'bench',
        providerRef: `write-${round}`,
        activity: 'STRIPPING',
        method: 'UAV',
        observedAt: new Date('2026-05-01T00:00:00Z'),
        geometry: rows[round % rows.length]?.geometry ?? {},
        sigmaMetres: 1,
      },
    ]);
  };
}

function upsert({ knex }: BenchDatabase, rows: number): Write {
  const divisions = new DivisionRepository(knex).upsert(knex, [
    { code: '150000', name: '内蒙古自治区', level: 'PROVINCE', parentCode: null },
  ]);
  return async (transact, round) => {
    await divisions;
    const service = createRegistryService({ knex, transact, ...createJudging() });
    return service.upsertMines(
      context(),
      Array.from({ length: rows }, (_, i) => mine(`WRITE-${rows}-${round}-${i}`)),
    );
  };
}

const mine = (code: string): MineFacts => ({
  code,
  name: `Mine ${code}`,
  resource: 'COAL',
  method: 'OPEN_PIT',
  scale: 'SMALL',
  status: 'PRODUCING',
  capacityTonnesPerYear: 300_000,
  location: { type: 'Point', coordinates: [112, 40] },
  divisionCode: '150000',
  operatorName: 'Bench operator',
  operatorCreditCode: '91150421MA0000001C',
});
