import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { signal } from './signal.js';

/** How two transactions that were under way at once have ended, and whether the second had to wait for the first. */
export interface TwoTransactions<A, B> {
  readonly waited: boolean;
  readonly first: PromiseSettledResult<A>;
  readonly second: PromiseSettledResult<B>;
}

/**
 * Runs `first` up to where it calls `meanwhile`, and there holds it until `second` is seen waiting for a lock in the
 * database, or has ended without. Both run their transactions themselves. A server is needed: the embedded database has
 * one transaction at a time.
 */
export async function twoTransactions<A, B>(
  knex: Knex,
  first: (meanwhile: () => Promise<void>) => Promise<A>,
  second: () => Promise<B>,
): Promise<TwoTransactions<A, B>> {
  const [reached, released] = [signal(), signal()];
  const one = first(() => {
    reached.give();
    return released.given;
  });
  // One that fails on its way there, or never comes by, is not waited for.
  await Promise.race([reached.given, one.then(reached.give, reached.give)]);
  const other = second();
  const waited = await waitsForLock(knex, other);
  released.give();
  const [a, b] = await Promise.allSettled([one, other]);
  return { waited, first: a, second: b };
}

/** Whether somebody in this database waits for a lock before `work` has ended. */
async function waitsForLock(knex: Knex, work: Promise<unknown>): Promise<boolean> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  work.then(end, end);
  while (!ended) {
    const { rows } = await knex.raw(
      `select from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    if (rows.length > 0) return true;
    await pause(5);
  }
  return false;
}
