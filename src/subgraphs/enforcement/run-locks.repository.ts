import type { Knex } from 'knex';

/** First key of the advisory locks that runs hold ("judg" in ASCII); the second is made of the run's id. */
const LOCK_CLASS = 0x6a_75_64_67;

const locksOf = new WeakMap<Knex, RunLocks>();

/**
 * Tells runs that are alive from those whose process died. While a run goes on, its process holds an advisory
 * lock named after it, on one connection for all its runs; the lock of a dead process is free.
 */
export class RunLocks {
  private readonly held = new Set<string>();
  private connection: unknown = null;
  /** Statements on the connection go one after another, and so do its opening and closing. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly knex: Knex) {}

  /** Those of all services on the same pool: a process must know its own runs. */
  static of(knex: Knex): RunLocks {
    const known = locksOf.get(knex);
    if (known) return known;
    const made = new RunLocks(knex);
    locksOf.set(knex, made);
    return made;
  }

  hold(run: string): Promise<void> {
    return this.inTurn(async () => {
      this.connection ??= await this.knex.client.acquireConnection();
      this.held.add(run);
      try {
        await this.ask('select pg_advisory_lock(?, hashtext(?))', run);
      } catch (error) {
        await this.letGo(run);
        throw error;
      }
    });
  }

  release(run: string): Promise<void> {
    return this.inTurn(async () => {
      // Should the connection be broken, the lock went with it.
      await this.ask('select pg_advisory_unlock(?, hashtext(?))', run).catch(() => undefined);
      await this.letGo(run);
    });
  }

  /** Whether no process holds the run. */
  async isAbandoned(run: string): Promise<boolean> {
    if (this.held.has(run)) return false;
    return this.knex.transaction(async (sql) => {
      const { rows } = await sql.raw('select pg_try_advisory_xact_lock(?, hashtext(?)) as free', [
        LOCK_CLASS,
        run,
      ]);
      return rows[0].free === true;
    });
  }

  private async ask(statement: string, run: string): Promise<void> {
    await this.knex.raw(statement, [LOCK_CLASS, run]).connection(this.connection);
  }

  private async letGo(run: string): Promise<void> {
    this.held.delete(run);
    if (this.held.size > 0) return;
    const { connection } = this;
    this.connection = null;
    await this.knex.client.releaseConnection(connection);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
