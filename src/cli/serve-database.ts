import type { Config } from '../config.js';
import { type Database, openDatabase } from '../platform/database.js';
import type { HealthCheck } from '../platform/health.js';
import type { Logger } from '../platform/logging.js';
import { migrateToLatest, pendingMigrations } from '../platform/migrations.js';
import type { Role } from './serve-role.js';

/** The database of a serving process, migrated. Every process may migrate: the advisory lock orders them. */
export async function openReadyDatabase(config: Config, _role: Role, log: Logger): Promise<Database> {
  const database = await openDatabase(config, log);
  try {
    const ran = await migrateToLatest(database.knex);
    if (ran.length > 0) log.info({ migrations: ran }, 'migrated');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

export function databaseChecks({ knex }: Database): readonly HealthCheck[] {
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
        const pending = await pendingMigrations(knex);
        return pending.length === 0 ? null : `${pending.length} to run`;
      },
    },
  ];
}
