import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { AppError } from './errors.js';

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

/**
 * Brings the database to the newest schema; returns the names of the migrations that ran. Looks before it writes, so
 * that nothing is written where nothing is to be done. Errors: `DATABASE_UNAVAILABLE` for a database that a newer
 * version has migrated, or that cannot take the schema.
 */
export async function migrateToLatest(knex: Knex): Promise<readonly string[]> {
  const { pending, unknown } = await schemaState(knex);
  if (unknown.length > 0) throw newerSchema(unknown);
  if (pending.length === 0) return [];
  await checkFit(knex, pending);
  return underAdvisoryLock(knex, async () => {
    await knex.raw('create schema if not exists platform');
    // The advisory lock says nobody else migrates: a lock row still set was left by a process that died.
    await knex.migrate.forceFreeMigrationsLock(migratorConfig());
    // Somebody may have migrated further while the lock was waited for.
    const { unknown: others } = await schemaState(knex);
    if (others.length > 0) throw newerSchema(others);
    const [, names] = (await knex.migrate.latest(migratorConfig())) as [number, string[]];
    return names;
  });
}

const newerSchema = (unknown: readonly string[]): AppError =>
  new AppError(
    'DATABASE_UNAVAILABLE',
    `The database is newer than this program, which does not know ${listed(unknown)}. Install the version of minebound ` +
      'that made them, or a later one.',
  );

const listed = (names: readonly string[]): string =>
  names.length === 1
    ? `the migration ${names[0]}`
    : `${names.length} of its migrations, from ${names[0]} to ${names.at(-1)}`;

/** Whether the database is a replica, or whoever runs it lets nothing be written. */
export async function takesNoWrites(knex: Knex): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: { is_read_only: boolean }[] }>(
    `select current_setting('transaction_read_only')::boolean as is_read_only`,
  );
  return rows[0]?.is_read_only ?? false;
}

/** Errors: `DATABASE_UNAVAILABLE`, with what the database lacks for the migrations that are to run. */
async function checkFit(knex: Knex, pending: readonly string[]): Promise<void> {
  if (await takesNoWrites(knex)) {
    throw unfit(
      `The database is read-only, and ${pending.length} migrations are to run. Run minebound migrate on the primary ` +
        'database first, or let the user of the hub write.',
    );
  }
  const { rows } = await knex.raw<{ rows: { encoding: string; missing: string[] }[] }>(
    `select current_setting('server_encoding') as encoding,
            array(select name from unnest(array['postgis', 'btree_gist']) as name
                  where not exists (select from pg_extension where extname = name)
                    and not exists (select from pg_available_extensions as available where available.name = name.name)) as missing`,
  );
  const { encoding = '', missing = [] } = rows[0] ?? {};
  if (encoding !== 'UTF8') {
    throw unfit(
      `The database has the encoding ${encoding}, in which names cannot be kept; the hub needs UTF8. Create one: ` +
        "create database minebound encoding 'UTF8' template template0.",
    );
  }
  if (missing.length > 0) {
    throw unfit(
      `The database server has no extension ${missing.join(' and ')}. Install PostGIS and the contributed modules of ` +
        'PostgreSQL on it.',
    );
  }
}

const unfit = (message: string): AppError => new AppError('DATABASE_UNAVAILABLE', message);

export function rollbackAll(knex: Knex): Promise<readonly string[]> {
  return underAdvisoryLock(knex, async () => {
    const [, names] = (await knex.migrate.rollback(migratorConfig(), true)) as [number, string[]];
    return names;
  });
}

/** How the migrations of this build and those of the database differ, by name. */
export interface SchemaState {
  /** The build has them, the database lacks them. */
  readonly pending: readonly string[];
  /** The database has them, the build does not know them: a newer version has migrated it. */
  readonly unknown: readonly string[];
}

/** Reads only. */
export async function schemaState(knex: Knex): Promise<SchemaState> {
  const source = new FolderMigrationSource();
  const names = (await source.getMigrations()).map((file) => source.getMigrationName(file));
  const { rows } = await knex.raw<{ rows: { present: boolean }[] }>(
    `select to_regclass('platform.migration') is not null as present`,
  );
  if (!rows[0]?.present) return { pending: names, unknown: [] };
  const done = new Set<string>(
    await knex.withSchema('platform').from('migration').orderBy('id').pluck('name'),
  );
  const known = new Set(names);
  return {
    pending: names.filter((name) => !done.has(name)),
    unknown: [...done].filter((name) => !known.has(name)),
  };
}

/** Names of the migrations that this build has and the database lacks. Reads only. */
export async function pendingMigrations(knex: Knex): Promise<readonly string[]> {
  return (await schemaState(knex)).pending;
}
