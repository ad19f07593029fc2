import knexFactory, { type Knex } from 'knex';
import pg from 'pg';
import type { Config } from '../config.js';
import { openEmbeddedDatabase } from './embedded-database.js';
import type { Logger } from './logging.js';
import { PreparedStatements } from './prepared-statements.js';

/** One connected PostGIS, embedded or native; everything above it uses the same knex and pg. */
export interface Database {
  readonly knex: Knex;
  readonly kind: 'embedded' | 'native';
  /** Closes the pool and, when embedded, the database itself. */
  close(): Promise<void>;
}

export type DatabaseConfig = Pick<Config, 'databaseUrl' | 'databasePool' | 'dataDir' | 'debugSql'>;

/** How rows arrive: dates stay `YYYY-MM-DD` text, 64-bit counts become numbers. */
const TEXT_AS_IS = (text: string): string => text;
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === pg.types.builtins.DATE) return TEXT_AS_IS;
    if (oid === pg.types.builtins.INT8) return Number;
    return pg.types.getTypeParser(oid, format);
  },
};

export async function openDatabase(config: DatabaseConfig, log: Logger): Promise<Database> {
  if (config.databaseUrl !== null) {
    const knex = connect({ connectionString: config.databaseUrl }, config, log, new PreparedStatements());
    return { knex, kind: 'native', close: () => knex.destroy() };
  }
  const embedded = await openEmbeddedDatabase(config.dataDir);
  const knex = connect(
    { host: embedded.socketDirectory, port: embedded.port, user: 'postgres', database: 'postgres' },
    config,
    log,
    // Its connections are one session, in which two of them cannot prepare the same name.
    null,
  );
  return {
    knex,
    kind: 'embedded',
    close: async () => {
      await knex.destroy();
      await embedded.close();
    },
  };
}

function connect(
  connection: Knex.PgConnectionConfig,
  config: DatabaseConfig,
  log: Logger,
  statements: PreparedStatements | null,
): Knex {
  const knex = knexFactory({
    client: 'pg',
    connection: { ...connection, types, application_name: 'minebound' } as Knex.PgConnectionConfig,
    pool: { min: 0, max: config.databasePool, afterCreate: prepareConnection(statements) },
    acquireConnectionTimeout: 30_000,
    log: knexLog(log),
  });
  if (config.debugSql) logQueries(knex, log);
  return knex;
}

/** Compiling a long spatial statement takes PostgreSQL's JIT seconds, running it milliseconds. */
const prepareConnection =
  (statements: PreparedStatements | null) =>
  (connection: pg.Client, done: (error: Error | null, connection: pg.Client) => void): void => {
    statements?.attach(connection);
    connection.query('set jit = off', (error) => done(error, connection));
  };

/** knex would write to standard output, which belongs to results. What it warns of, callers are told as an error. */
const knexLog = (log: Logger): Knex.Logger => ({
  warn: (message) => log.debug({ knex: message }, 'knex warns'),
  error: (message) => log.error({ knex: message }, 'knex fails'),
  deprecate: (method, alternative) => log.debug({ method, alternative }, 'knex deprecates'),
  debug: (message) => log.trace({ knex: message }, 'knex'),
});

function logQueries(knex: Knex, log: Logger): void {
  const started = new Map<string, number>();
  knex.on('query', (query: { __knexQueryUid: string }) =>
    started.set(query.__knexQueryUid, performance.now()),
  );
  const finish = (query: { __knexQueryUid: string; sql: string; bindings: unknown[] }): void => {
    const since = started.get(query.__knexQueryUid) ?? performance.now();
    started.delete(query.__knexQueryUid);
    log.info({ sql: query.sql, bindings: query.bindings, milliseconds: performance.now() - since }, 'sql');
  };
  knex.on('query-response', (_response, query) => finish(query));
  knex.on('query-error', (_error, query) => finish(query));
}
