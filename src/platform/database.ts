import knexFactory, { type Knex } from 'knex';
import pg from 'pg';
import type { Config } from '../config.js';
import { databaseClient } from './database-client.js';
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
    // The embedded database does one thing after the other, and cannot be told to stop.
    client: databaseClient(log, config.databaseUrl !== null),
    connection: { ...connection, types, application_name: 'minebound' } as Knex.PgConnectionConfig,
    pool: { min: 0, max: config.databasePool, afterCreate: prepareConnection(statements) },
    acquireConnectionTimeout: 30_000,
    log: knexLog(log),
  });
  if (config.debugSql) logQueries(knex, log);
  return knex;
}

/**
 * What the answers depend on, whatever server, database or role were given as their own: how days, instants and numbers
 * are written (they are read as text, and cursors hold them), what a transaction sees, where names are looked up. What
 * keeps statements short or plans them is left to the operator, except that compiling a long spatial statement takes
 * PostgreSQL's JIT seconds, running it milliseconds.
 */
const PINNED: Readonly<Record<string, string>> = {
  jit: 'off',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  xmloption: 'content',
  lc_numeric: 'C',
  array_nulls: 'on',
  transform_null_equals: 'off',
  standard_conforming_strings: 'on',
  gin_fuzzy_search_limit: '0',
  default_transaction_isolation: 'read committed',
};

/** PostGIS and btree_gist may be in a schema of their own; functions look them up when they run. */
const SEARCH_PATH = `
  select string_agg(name, ', ' order by place, name) from (
    select 'public' as name, 0 as place
    union
    select quote_ident(n.nspname), 1 from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname in ('postgis', 'btree_gist') and n.nspname not in ('public', 'pg_catalog')
  ) as schema`;

/** One statement, so that a connection costs one round trip; not parameters of the start, which poolers refuse. */
const PREPARE_CONNECTION = `select ${Object.entries(PINNED)
  .map(([name, value]) => `set_config('${name}', '${value}', false)`)
  .join(', ')}, set_config('search_path', (${SEARCH_PATH}), false)`;

const prepareConnection =
  (statements: PreparedStatements | null) =>
  (connection: pg.Client, done: (error: Error | null, connection: pg.Client) => void): void => {
    statements?.attach(connection);
    connection.query(PREPARE_CONNECTION, (error) => done(error, connection));
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
