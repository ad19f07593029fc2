import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Knex } from 'knex';

/** Beside `src` in a checkout, beside `dist/src` in a build. */
export const MIGRATIONS_DIRECTORY = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Key of the advisory lock under which migrations and seeds run ("mine" in ASCII). */
const LOCK_KEY = 0x6d_69_6e_65;

/** Migrations by name without extension, so that source and build know them by the same names. */
class FolderMigrationSource implements Knex.MigrationSource<string> {
  async getMigrations(): Promise<string[]> {
    const files = await readdir(MIGRATIONS_DIRECTORY);
    return files.filter((file) => /^\d{14}_.*\.[jt]s$/.test(file)).sort();
  }

  getMigrationName(file: string): string {
    return file.replace(/\.[jt]s$/, '');
  }

  async getMigration(file: string): Promise<Knex.Migration> {
    return (await import(pathToFileURL(`${MIGRATIONS_DIRECTORY}${file}`).href)) as Knex.Migration;
  }
}

const migratorConfig = (): Knex.MigratorConfig => ({
  migrationSource: new FolderMigrationSource(),
  tableName: 'migration',
  schemaName: 'platform',
});

/** Runs `work` while holding the hub's advisory lock, on a connection of its own. */
export async function underAdvisoryLock<T>(knex: Knex, work: () => Promise<T>): Promise<T> {
  const connection = await knex.client.acquireConnection();
  try {
    await knex.raw('select pg_advisory_lock(?)', [LOCK_KEY]).connection(connection);
    try {
      return await work();
    } finally {
      await knex.raw('select pg_advisory_unlock(?)', [LOCK_KEY]).connection(connection);
    }
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

/** Brings the database to the newest schema; returns the names of the migrations that ran. */
export function migrateToLatest(knex: Knex): Promise<readonly string[]> {
  return underAdvisoryLock(knex, async () => {
    await knex.raw('create schema if not exists platform');
    // The advisory lock says nobody else migrates: a lock row still set was left by a process that died.
    await knex.migrate.forceFreeMigrationsLock(migratorConfig());
    const [, names] = (await knex.migrate.latest(migratorConfig())) as [number, string[]];
    return names;
  });
}

export function rollbackAll(knex: Knex): Promise<readonly string[]> {
  return underAdvisoryLock(knex, async () => {
    const [, names] = (await knex.migrate.rollback(migratorConfig(), true)) as [number, string[]];
    return names;
  });
}

/** Names of the migrations that this build has and the database lacks. Reads only. */
export async function pendingMigrations(knex: Knex): Promise<readonly string[]> {
  const source = new FolderMigrationSource();
  const names = (await source.getMigrations()).map((file) => source.getMigrationName(file));
  const { rows } = await knex.raw<{ rows: { present: boolean }[] }>(
    `select to_regclass('platform.migration') is not null as present`,
  );
  if (!rows[0]?.present) return names;
  const done = new Set(await knex.withSchema('platform').from('migration').pluck('name'));
  return names.filter((name) => !done.has(name));
}
