/** knex lets clients be derived from its dialects, and has no types for them. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import { Knex } from 'knex';

  export default class PgClient extends Knex.Client {
    /** Cancels what `connection` is at, over a connection of its own. */
    override cancelQuery(connection?: unknown): Promise<unknown>;
  }
}
