import type { Knex } from 'knex';
// @ts-expect-error: knex has no types for its dialects, from which it lets others be derived.
import untypedPgClient from 'knex/lib/dialects/postgres/index.js';
import { asConnectionFault, asDatabaseFault, DatabaseFault, poolExhausted } from './database-fault.js';
import type { Logger } from './logging.js';

/** The part of knex's client for pg that is of interest here. */
interface PgClient {
  acquireRawConnection(): Promise<unknown>;
  acquireConnection(): Promise<unknown>;
  query(connection: unknown, statement: unknown): Promise<unknown>;
}

const PgClient = untypedPgClient as new (config: Knex.Config) => PgClient;

/**
 * knex's client for pg, whose errors tell whether the database is to blame (`DatabaseFault`): whatever asks the
 * database, in a transaction or not, passes here. An outage is logged when it begins and when it is over.
 */
export function databaseClient(log: Logger): typeof Knex.Client {
  const outage = new Outage(log);
  class DatabaseClient extends PgClient {
    override async acquireRawConnection(): Promise<unknown> {
      try {
        const connection = await super.acquireRawConnection();
        outage.ended();
        return connection;
      } catch (error) {
        throw outage.told(asConnectionFault(error));
      }
    }

    override async acquireConnection(): Promise<unknown> {
      try {
        return await super.acquireConnection();
      } catch (error) {
        throw (error as Error).name === 'KnexTimeoutError' ? poolExhausted(error) : asConnectionFault(error);
      }
    }

    override query(connection: unknown, statement: unknown): Promise<unknown> {
      return super.query(connection, statement).catch((error: unknown) => {
        throw outage.told(asDatabaseFault(error));
      });
    }
  }
  return DatabaseClient as unknown as typeof Knex.Client;
}

/**
 * Between the first fault that concerns whatever is asked and the next connection that is made. While there has been
 * no connection, whoever wanted one tells what is wrong.
 */
class Outage {
  private known = false;
  private since: number | null = null;
  private faults = 0;

  constructor(private readonly log: Logger) {}

  told<E>(error: E): E {
    if (!this.known || !(error instanceof DatabaseFault) || error.kind !== 'outage') return error;
    this.faults += 1;
    if (this.since === null) {
      this.since = performance.now();
      this.log.warn({ reason: error.message, advice: error.advice }, 'the database is not available');
    }
    return error;
  }

  ended(): void {
    this.known = true;
    if (this.since === null) return;
    const milliseconds = Math.round(performance.now() - this.since);
    this.log.info({ milliseconds, faults: this.faults }, 'the database is available again');
    this.since = null;
    this.faults = 0;
  }
}
