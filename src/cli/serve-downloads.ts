import type { Config } from '../config.js';
import { forwardedDownloads } from '../gateway/download-forwarding.js';
import { defaultSubgraphUrl, subgraphBase } from '../gateway/subgraph-address.js';
import type { SubgraphReach } from '../gateway/subgraph-reach.js';
import { signedOnly } from '../gateway/upstream-signature.js';
import type { Route } from '../platform/http-server.js';
import { exportRoute } from '../subgraphs/boundaries/export/export.route.js';
import { createExportService } from '../subgraphs/boundaries/services.js';
import type { GraphDeps } from '../subgraphs/deps.js';
import { evidenceRoute } from '../subgraphs/enforcement/evidence/evidence.route.js';
import { createEvidenceService } from '../subgraphs/enforcement/services.js';
import type { SubgraphName } from '../subgraphs/index.js';
import type { ReadyDatabase } from './serve-database.js';
import { type Role, serves } from './serve-role.js';
import { packageVersion } from './version.js';

interface Downloads {
  readonly subgraph: SubgraphName;
  readonly path: string;
  open(deps: GraphDeps, config: Config): Route;
}

const DOWNLOADS: readonly Downloads[] = [
  {
    subgraph: 'enforcement',
    path: '/evidence/',
    open: (deps, { chromium, limits }) =>
      evidenceRoute(createEvidenceService(deps, { chromium, hub: packageVersion() }), limits.timeoutMs),
  },
  {
    subgraph: 'boundaries',
    path: '/export/',
    open: (deps, { limits }) => exportRoute(createExportService(deps), limits.timeoutMs),
  },
];

/** The files that a process of `role` hands out beside its graph: its own, or as a gateway those of its subgraphs. */
export function downloadRoutes(
  config: Config,
  role: Role,
  database: ReadyDatabase | null,
  reach?: SubgraphReach,
): readonly Route[] {
  const { hmacSecret, subgraphUrls, limits } = config;
  if (database === null) {
    return DOWNLOADS.map(({ subgraph, path }) => {
      const base = subgraphBase(subgraph, subgraphUrls[subgraph] ?? defaultSubgraphUrl(subgraph));
      return forwardedDownloads({ path, subgraph, base, hmacSecret, timeoutMs: limits.timeoutMs, reach });
    });
  }
  const routes = DOWNLOADS.filter(({ subgraph }) => serves(role, subgraph)).map(({ open }) =>
    open(database.deps, config),
  );
  // Whoever asks a hub that is one process asks its gateway.
  return role.kind === 'subgraph' && hmacSecret !== null
    ? routes.map((route) => signedOnly(hmacSecret, route))
    : routes;
}
