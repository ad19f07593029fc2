import { fillRegistry } from '../../seeds/fill-registry.js';
import type { Config } from '../config.js';
import { createRequestContext } from '../platform/context.js';
import { type Database, openDatabase } from '../platform/database.js';
import { maintainEventLogRegularly, prepareEventLog } from '../platform/events/event-maintenance.js';
import type { HealthCheck } from '../platform/health.js';
import type { Logger } from '../platform/logging.js';
import { migrateToLatest, schemaState, takesNoWrites } from '../platform/migrations.js';
import type { GraphDeps } from '../subgraphs/deps.js';
import { createGraphDeps } from './graph-deps.js';
import { type Role, serves } from './serve-role.js';

/** Tells how far loading the seeds has come. */
export type OnProgress = (done: number, total: number, what: string) => void;

/** A database that can be served from, and what subgraphs are made of. */
export interface ReadyDatabase extends Database {
  readonly deps: GraphDeps;
  readonly checks: readonly HealthCheck[];
  /** A replica, say: it answers, and nothing that writes runs in the background. */
  readonly isReadOnly: boolean;
}

/**
 * Opens and migrates the database. Of a split hub every process may migrate (an advisory lock orders them), and
 * the registry's fills an empty registry as MINEBOUND_SEED says. A database that takes no writes is served as it is.
 */
export async function openReadyDatabase(
  config: Config,
  role: Role,
  log: Logger,
  onProgress?: OnProgress,
  opening?: Promise<Database> | null,
): Promise<ReadyDatabase> {
  const database = await (opening ?? openDatabase(config, log));
  const { knex } = database;
  const deps = createGraphDeps(database, config, log);
  try {
    const ran = await migrateToLatest(knex);
    if (ran.length > 0) log.info({ migrations: ran }, 'migrated');
    const isReadOnly = await takesNoWrites(knex);
    const stopUpkeep = isReadOnly ? () => {} : await keepUp(config, role, deps, log, onProgress);
    if (isReadOnly) {
      log.warn(
        'the database is read-only: queries are answered, changes refused; nothing is judged or sent from here',
      );
    }
    return {
      ...database,
      deps,
      isReadOnly,
      checks: databaseChecks(database),
      close: async () => {
        stopUpkeep();
        await deps.events.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Brings the contents up to date and keeps the event log so; returns what ends that. */
async function keepUp(
  config: Config,
  role: Role,
  deps: GraphDeps,
  log: Logger,
  onProgress?: OnProgress,
): Promise<() => void> {
  const upkeep = { knex: deps.knex, retentionDays: config.events.retentionDays, log };
  await prepareEventLog(upkeep);
  if (serves(role, 'registry')) {
    await fillRegistry(config.seed, deps, createRequestContext({ log }), onProgress);
  }
  return maintainEventLogRegularly(upkeep);
}

function databaseChecks({ knex }: Database): readonly HealthCheck[] {
  return [
    {
      name: 'database',
      check: async () => {
        await knex.raw('select 1');
        return null;
      },
    },
    {
      name: 'migrations',
      check: async () => {
        const { pending, unknown } = await schemaState(knex);
        if (unknown.length > 0) return `newer than this program by ${unknown.length}`;
        return pending.length === 0 ? null : `${pending.length} to run`;
      },
    },
  ];
}
