import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUBGRAPH_NAMES } from '../../src/subgraphs/index.js';
import { onServer, withDatabase } from './database-template.js';
import { type HubProcess, startHubProcess } from './hub-process.js';

/** A hub as it is deployed: its gateway's URL, and its processes. */
export interface Deployment {
  readonly url: string;
  /** Where each subgraph can be asked on its own. */
  readonly subgraphUrls: Readonly<Record<string, string>>;
  readonly processes: readonly HubProcess[];
  stop(): Promise<void>;
}

const SECRET = 'shared by the gateway and its subgraphs';
let count = 0;

/** An empty database for one deployment: on TEST_DATABASE_URL, else embedded in a folder of its own. */
export async function emptyDatabase(
  native = process.env['TEST_DATABASE_URL'],
): Promise<{ environment: Record<string, string>; remove: () => Promise<void> }> {
  if (native) {
    const name = `minebound_e2e_${process.pid}_${count++}`;
    await onServer(native, `create database ${name}`);
    return {
      environment: { DATABASE_URL: withDatabase(native, name) },
      remove: () => onServer(native, `drop database ${name} with (force)`),
    };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'minebound-e2e-'));
  return {
    environment: { MINEBOUND_DATA_DIR: dataDir },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** Everything in one process. */
export async function deployWhole(environment: Record<string, string> = {}): Promise<Deployment> {
  const database = await emptyDatabase();
  const hub = await startHubProcess({ ...database.environment, ...environment });
  return {
    url: hub.url,
    subgraphUrls: urlsOf((name) => `${hub.url}/subgraphs/${name}/graphql`),
    processes: [hub],
    stop: async () => {
      await hub.stop();
      await database.remove();
    },
  };
}

/** A gateway and one process for each subgraph, on one database, with signed requests between them. */
export async function deploySplit(): Promise<Deployment> {
  const database = await emptyDatabase();
  const secret = { MINEBOUND_HMAC_SECRET: SECRET };
  // All at once, as they would start after a power cut: they agree who migrates.
  const subgraphs = await Promise.all(
    SUBGRAPH_NAMES.map((name) => startHubProcess({ ...database.environment, ...secret }, `subgraph:${name}`)),
  );
  const subgraphUrls = urlsOf((name) => `${subgraphs[SUBGRAPH_NAMES.indexOf(name)]?.url}/graphql`);
  const gateway = await startHubProcess(
    {
      ...secret,
      MINEBOUND_SUBGRAPH_URLS: Object.entries(subgraphUrls)
        .map(([name, url]) => `${name}=${url}`)
        .join(','),
    },
    'gateway',
  );
  const processes = [gateway, ...subgraphs];
  return {
    url: gateway.url,
    subgraphUrls,
    processes,
    stop: async () => {
      await Promise.all(processes.map((each) => each.stop()));
      await database.remove();
    },
  };
}

const urlsOf = (urlOf: (name: (typeof SUBGRAPH_NAMES)[number]) => string): Record<string, string> =>
  Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, urlOf(name)]));
