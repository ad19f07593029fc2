import type { Config } from '../config.js';
import type { Route } from '../platform/http-server.js';
import { exportRoute } from '../subgraphs/boundaries/export/export.route.js';
import { createExportService } from '../subgraphs/boundaries/services.js';
import { evidenceRoute } from '../subgraphs/enforcement/evidence/evidence.route.js';
import { createEvidenceService } from '../subgraphs/enforcement/services.js';
import type { ReadyDatabase } from './serve-database.js';
import { type Role, serves } from './serve-role.js';
import { packageVersion } from './version.js';

/** The files that a process of `role` hands out beside its graph. */
export function downloadRoutes(config: Config, role: Role, database: ReadyDatabase | null): readonly Route[] {
  if (database === null) return [];
  const { chromium } = config;
  return [
    ...(serves(role, 'enforcement')
      ? [evidenceRoute(createEvidenceService(database.deps, { chromium, hub: packageVersion() }))]
      : []),
    ...(serves(role, 'boundaries') ? [exportRoute(createExportService(database.deps))] : []),
  ];
}
