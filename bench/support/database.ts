import pg from 'pg';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { migrateToLatest } from '../../src/platform/migrations.js';

export interface BenchDatabase extends Database {
  readonly url: string;
}

/** A migrated, empty database of its own on the server of BENCH_DATABASE_URL, dropped when closed. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const server = process.env['BENCH_DATABASE_URL'];
  if (!server)
    throw new Error('Set BENCH_DATABASE_URL to a PostgreSQL with PostGIS on which databases may be created.');
  const name = `minebound_bench_${process.pid}`;
  await onServer(server, `drop database if exists ${name} with (force)`);
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const log = createLogger('silent');
  const database = await openDatabase(
    { databaseUrl: url.href, databasePool: 4, dataDir: '', debugSql: false },
    log,
  );
  await migrateToLatest(database.knex);
  return {
    ...database,
    url: url.href,
    close: async () => {
      await database.close();
      await onServer(server, `drop database ${name} with (force)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
