import { Agent } from 'node:http';
import { createJudging } from '../src/judgement/judging.js';
import { createRequestContext } from '../src/platform/context.js';
import { createLogger } from '../src/platform/logging.js';
import { createTransact } from '../src/platform/transact.js';
import type { ObservationFacts } from '../src/subgraphs/boundaries/observations/observation.js';
import { createObservationService } from '../src/subgraphs/boundaries/services.js';
import { fillCountry, settle } from './support/country.js';
import { type BenchDatabase, openBenchDatabase } from './support/database.js';
import { post } from './support/load.js';
import { freePort, startProcess } from './support/process.js';
import { percentile, report, rounded } from './support/report.js';

const AREAS = 60_000;
const WARM_UP = 50;
const MEASURED = 400;

const MUTATION = `mutation ($input: [ObservationInput!]!) {
  submitObservations(input: $input) { judgements { id plan { verdict } } violations { id kind } rejected { code } }
}`;

/** One observation submitted through the API while 60 000 areas are stored; then the share of it spent in SQL. */
export async function judgeOne(): Promise<void> {
  const database = await openBenchDatabase();
  try {
    await fillCountry(database.knex, { mines: AREAS, licencesPerMine: 0 });
    await settle(database.knex);
    const footprints = await readFootprints(database);
    const latencies = await submitOverHttp(database, footprints.slice(0, WARM_UP + MEASURED));
    const share = await sqlShare(database, footprints.slice(WARM_UP + MEASURED));
    report('judge-one', {
      areas: AREAS,
      submitted: MEASURED,
      p50Ms: rounded(percentile(latencies, 0.5)),
      p95Ms: rounded(percentile(latencies, 0.95)),
      p99Ms: rounded(percentile(latencies, 0.99)),
      shareInSql: rounded(share),
    });
  } finally {
    await database.close();
  }
}

/** Rights moved by 150 m: every footprint crosses the edge of one. */
async function readFootprints({ knex }: BenchDatabase): Promise<object[]> {
  const rows = await knex.raw(
    `select ST_AsGeoJSON(ST_Transform(ST_Translate(plane_geom, 150, 60), 4490), 9)::json as geometry
     from boundaries.permitted_area order by md5(id::text) limit ?`,
    [WARM_UP + MEASURED + 200],
  );
  return rows.rows.map((row: { geometry: object }) => row.geometry);
}

const observation = (geometry: object, i: number): ObservationFacts => ({
  provider: 'bench',
  providerRef: `one-${i}`,
  activity: 'STRIPPING',
  method: 'UAV',
  observedAt: new Date('2026-05-01T00:00:00Z'),
  geometry,
  sigmaMetres: 1,
});

async function submitOverHttp(database: BenchDatabase, footprints: readonly object[]): Promise<number[]> {
  const port = await freePort();
  const hub = await startProcess(
    process.execPath,
    ['--max-semi-space-size=64', 'bin/minebound.js', 'serve'],
    { DATABASE_URL: database.url, PORT: String(port), MINEBOUND_SEED: 'none', LOG_LEVEL: 'error' },
    port,
    '/readyz',
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const latencies: number[] = [];
    for (const [i, geometry] of footprints.entries()) {
      const body = JSON.stringify({ query: MUTATION, variables: { input: [observation(geometry, i)] } });
      const start = performance.now();
      const answer = await post(`${hub.url}/graphql`, body, agent);
      latencies.push(performance.now() - start);
      if (!answer.includes('STRIPPING_OUT_OF_BOUNDS') && !answer.includes('ENCROACHMENT'))
        throw new Error(answer.slice(0, 500));
    }
    return latencies.slice(WARM_UP);
  } finally {
    agent.destroy();
    await hub.stop();
  }
}

/** The same use case in this process, with a watch on every statement. */
async function sqlShare({ knex }: BenchDatabase, footprints: readonly object[]): Promise<number> {
  const service = createObservationService({
    knex,
    transact: createTransact(knex),
    ...createJudging(),
    extent: null,
  });
  let inSql = 0;
  let since = 0;
  knex.on('query', () => {
    since = performance.now();
  });
  knex.on('query-response', () => {
    inSql += performance.now() - since;
  });
  let total = 0;
  for (const [i, geometry] of footprints.entries()) {
    if (i === WARM_UP) {
      inSql = 0;
      total = 0;
    }
    const start = performance.now();
    await service.submit(createRequestContext({ log: createLogger('silent') }), [
      observation(geometry, 100_000 + i),
    ]);
    total += performance.now() - start;
  }
  return inSql / total;
}
