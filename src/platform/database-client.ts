import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import PgClient from 'knex/lib/dialects/postgres/index.js';
import { type Cancellation, cancellationHere } from './cancellation.js';
import { asConnectionFault, asDatabaseFault, DatabaseFault, poolExhausted } from './database-fault.js';
import type { Logger } from './logging.js';

/** Begins and ends what other statements are in; a transaction that is given up is left by them. */
const CONTROL = /^(begin|commit|rollback|savepoint|release)\b/i;
const COMMIT = /^commit\b/i;

/** Before a statement that goes on all the same is cancelled again. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * knex's client for pg, whose errors tell whether the database is to blame (`DatabaseFault`): whatever asks the
 * database, in a transaction or not, passes here. An outage is logged when it begins and when it is over. A statement
 * for a request that is cancelled fails with its reason: one under way is cancelled where the database can do that, others
 * are not begun, and a transaction is rolled back in place of being committed.
 */
export function databaseClient(log: Logger, canCancel: boolean): typeof Knex.Client {
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
      cancellationHere()?.throwIfCancelled();
      try {
        return await super.acquireConnection();
      } catch (error) {
        throw (error as Error).name === 'KnexTimeoutError' ? poolExhausted(error) : asConnectionFault(error);
      }
    }

    override query(connection: unknown, statement: unknown): Promise<unknown> {
      const request = cancellationHere();
      return request === undefined
        ? this.ask(connection, statement)
        : this.askFor(request, connection, statement);
    }

    private ask(connection: unknown, statement: unknown): Promise<unknown> {
      return super.query(connection, statement).catch((error: unknown) => {
        throw outage.told(asDatabaseFault(error));
      });
    }

    private async askFor(request: Cancellation, connection: unknown, statement: unknown): Promise<unknown> {
      const sql = textOf(statement);
      if (request.isCancelled && COMMIT.test(sql)) await this.ask(connection, 'ROLLBACK');
      else if (CONTROL.test(sql)) return this.ask(connection, statement);
      request.throwIfCancelled();
      const answer = this.ask(connection, statement);
      const settled = answer.then(nothing, nothing);
      let cancelling: Promise<void> | undefined;
      const heedNoMore = request.onCancel(() => {
        if (canCancel) cancelling = this.cancelUntil(settled, connection);
      });
      try {
        return await answer;
      } catch (error) {
        request.throwIfCancelled();
        throw error;
      } finally {
        heedNoMore();
        // Until then the connection is kept, or a statement of somebody else's might be cancelled on it.
        await cancelling;
      }
    }

    /** Again and again: the first time the server may not have begun the statement yet. */
    private async cancelUntil(settled: Promise<void>, connection: unknown): Promise<void> {
      let over = false;
      void settled.then(() => {
        over = true;
      });
      for (let wait = FIRST_PAUSE_MS; !over; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
        await this.cancelQuery(connection).catch(nothing);
        await Promise.race([settled, pause(wait, undefined, { ref: false })]);
      }
    }
  }
  return DatabaseClient;
}

/** knex passes what it says itself as a text, and what it is asked with its bindings. */
const textOf = (statement: unknown): string =>
  typeof statement === 'string' ? statement : String((statement as { readonly sql?: unknown }).sql);

const nothing = (): void => {};

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
