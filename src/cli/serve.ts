import type { Config } from '../config.js';
import { createCompiledExecutor, type SubgraphExecutor } from '../gateway/compiled-executor.js';
import { createGateway, type Gateway } from '../gateway/gateway.js';
import { graphqlRoute } from '../gateway/graphql-route.js';
import { defaultSubgraphUrl, subgraphPath } from '../gateway/subgraph-address.js';
import { openSubgraphEndpoint, type SubgraphEndpoint } from '../gateway/subgraph-endpoint.js';
import { SubgraphReach } from '../gateway/subgraph-reach.js';
import {
  readSupergraph,
  subgraphsOf,
  supergraphOf,
  unusableSupergraph,
} from '../gateway/supergraph-source.js';
import { feedWakes, remoteWakes, type UpdateWakes } from '../gateway/updates/update-wakes.js';
import type { Subgraph } from '../graph/subgraph.js';
import type { Database } from '../platform/database.js';
import type { EventFeed } from '../platform/events/event-feed.js';
import type { HealthCheck } from '../platform/health.js';
import { operationsRoutes } from '../platform/http-operations.js';
import { openHttpServer, type Route } from '../platform/http-server.js';
import type { Logger } from '../platform/logging.js';
import { loopbackNames } from '../platform/loopback.js';
import { createMetrics, type Metrics } from '../platform/metrics.js';
import { unchangingPrincipals } from '../platform/principal-source.js';
import type { GraphDeps } from '../subgraphs/deps.js';
import { createJudgementRunWorker } from '../subgraphs/enforcement/services.js';
import { SUBGRAPHS, type SubgraphName } from '../subgraphs/index.js';
import { type OnProgress, openReadyDatabase, type ReadyDatabase } from './serve-database.js';
import { downloadRoutes } from './serve-downloads.js';
import type { Outlets } from './serve-outlets.js';
import { type Role, serves } from './serve-role.js';

const GRACE_MS = 10_000;

/** A process that answers. */
export interface RunningHub {
  readonly url: string;
  /** Paths of the graphs it serves. */
  readonly graphs: readonly string[];
  readonly databaseKind: Database['kind'] | null;
  /** Stops accepting, finishes what runs (10 s), closes gateway, subgraphs and database. */
  stop(): Promise<void>;
}

interface Parts {
  readonly routes: readonly Route[];
  readonly checks: readonly HealthCheck[];
  /** Of the subgraphs in other processes; absent: there is no gateway here. */
  readonly reach?: SubgraphReach;
  close(): Promise<void>;
}

/** Opens what `role` needs (its database may be `opening` already), brings the database up to date, and listens. */
export async function startHub(
  config: Config,
  role: Role,
  log: Logger,
  onProgress?: OnProgress,
  opening?: Promise<Database> | null,
): Promise<RunningHub> {
  const metrics = createMetrics();
  const database =
    role.kind === 'gateway' ? null : await openReadyDatabase(config, role, log, onProgress, opening);
  try {
    const parts = await openParts(config, role, database, log, metrics);
    const checks = [...(database?.checks ?? []), ...parts.checks];
    const server = await openHttpServer({
      host: config.host,
      port: config.port,
      routes: [
        ...parts.routes,
        ...downloadRoutes(config, role, database, parts.reach),
        ...operationsRoutes(checks, metrics, () => reached(parts)),
      ],
      largestBody: config.limits.bodyBytes,
      hostNames: loopbackNames(config.host),
      log,
      metrics,
    });
    const writable = database?.isReadOnly === false ? database : null;
    const outlets = writable && serves(role, 'updates') ? openOutlets(config, writable, log, metrics) : null;
    const worker =
      writable && serves(role, 'enforcement') ? createJudgementRunWorker(writable.deps, log) : null;
    worker?.start();
    return {
      url: server.url,
      graphs: parts.routes.map((route) => route.path),
      databaseKind: database?.kind ?? null,
      stop: async () => {
        await Promise.all([server.close(GRACE_MS), outlets?.then((opened) => opened?.stop())]);
        await worker?.stop();
        await parts.close();
        await database?.close();
      },
    };
  } catch (error) {
    await database?.close();
    throw error;
  }
}

/** Loaded when the hub answers already: nobody waits for it. */
async function openOutlets(
  config: Config,
  { deps }: ReadyDatabase,
  log: Logger,
  metrics: Metrics,
): Promise<Outlets | null> {
  try {
    const { startOutlets } = await import('./serve-outlets.js');
    return await startOutlets(config, deps, log, metrics);
  } catch (error) {
    log.error({ err: error }, 'webhooks and bridges could not be started');
    return null;
  }
}

function openParts(
  config: Config,
  role: Role,
  database: ReadyDatabase | null,
  log: Logger,
  metrics: Metrics,
): Promise<Parts> {
  if (database === null) return gatewayParts(config, [], metrics, null, log);
  const endpoint = (subgraph: Subgraph, path: string): Promise<SubgraphEndpoint> =>
    openSubgraphEndpoint({
      subgraph,
      path,
      limits: config.limits,
      hmacSecret: config.hmacSecret,
      log,
      metrics,
    });
  return role.kind === 'subgraph'
    ? subgraphParts(database.deps, role.name, endpoint)
    : allParts(config, database.deps, metrics, log, endpoint);
}

async function subgraphParts(
  deps: GraphDeps,
  name: SubgraphName,
  endpoint: (subgraph: Subgraph, path: string) => Promise<SubgraphEndpoint>,
): Promise<Parts> {
  const subgraph = await SUBGRAPHS[name](deps);
  const served = await endpoint(subgraph, '/graphql');
  return {
    routes: [served],
    checks: [],
    close: async () => {
      await served.close();
      await subgraph.stop();
    },
  };
}

async function allParts(
  config: Config,
  deps: GraphDeps,
  metrics: Metrics,
  log: Logger,
  endpoint: (subgraph: Subgraph, path: string) => Promise<SubgraphEndpoint>,
): Promise<Parts> {
  const subgraphs = await Promise.all(Object.values(SUBGRAPHS).map((create) => create(deps)));
  const gateway = await gatewayParts(config, subgraphs, metrics, deps.events.feed, log);
  const endpoints = config.subgraphEndpoints
    ? await Promise.all(subgraphs.map((subgraph) => endpoint(subgraph, subgraphPath(subgraph.name))))
    : [];
  return {
    routes: [...gateway.routes, ...endpoints],
    checks: gateway.checks,
    ...(gateway.reach ? { reach: gateway.reach } : {}),
    close: async () => {
      await gateway.close();
      await Promise.all(endpoints.map((served) => served.close()));
      await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
    },
  };
}

async function gatewayParts(
  config: Config,
  subgraphs: readonly Subgraph[],
  metrics: Metrics,
  feed: EventFeed | null,
  log: Logger,
): Promise<Parts> {
  const local = new Map<string, SubgraphExecutor>(
    subgraphs
      .filter((subgraph) => !(subgraph.name in config.subgraphUrls))
      .map((subgraph) => [subgraph.name, createCompiledExecutor(subgraph, metrics)]),
  );
  const supergraphSdl =
    subgraphs.length > 0 && config.supergraphPath === null
      ? await supergraphOf(subgraphs)
      : await readSupergraph(config.supergraphPath);
  const names = subgraphsOf(supergraphSdl, Object.keys(config.subgraphUrls));
  const reach = new SubgraphReach(names.filter((name) => !local.has(name)));
  const gateway = await createGateway({
    supergraphSdl,
    local,
    urls: config.subgraphUrls,
    hmacSecret: config.hmacSecret,
    limits: config.limits,
    metrics,
    reach,
    updates: { ...config.events, wakes: updateWakes(config, feed, log), principals: unchangingPrincipals },
  }).catch((error: unknown) => {
    throw config.supergraphPath === null ? error : unusableSupergraph(error);
  });
  return {
    routes: [graphqlRoute(gateway, { largestMessage: config.limits.bodyBytes, log })],
    checks: [supergraphCheck(gateway)],
    reach,
    close: () => gateway.close(),
  };
}

/** The subgraph that the updates are asked of. */
const UPDATES: SubgraphName = 'enforcement';

/** From the log where this process reads it, else from the subgraph that does. */
function updateWakes(config: Config, feed: EventFeed | null, log: Logger): UpdateWakes {
  const elsewhere = config.subgraphUrls[UPDATES];
  if (elsewhere === undefined && feed !== null) return feedWakes(feed);
  const url = elsewhere ?? defaultSubgraphUrl(UPDATES);
  return remoteWakes({ url, hmacSecret: config.hmacSecret, log });
}

/**
 * No check: while a subgraph is down its gateway answers what the others know, and a load balancer that took it out would
 * take out all gateways at once.
 */
function reached({ reach }: Parts): object {
  const subgraphs = reach?.report ?? {};
  return Object.keys(subgraphs).length === 0 ? {} : { subgraphs };
}

const supergraphCheck = ({ schema }: Gateway): HealthCheck => ({
  name: 'supergraph',
  check: async () => (schema.getQueryType() ? null : 'no supergraph is loaded'),
});
