import type { Knex } from 'knex';

/** SQL of the key of the advisory lock whose name is what the SQL `name` says. */
export const lockKey = (name: string): string => `hashtextextended(${name}, 0)`;

/**
 * Makes transactions that take locks of these names take turns until they end. Whoever takes several takes them in one
 * order, so that none deadlock.
 */
export async function takeLocks(sql: Knex, names: readonly string[]): Promise<void> {
  const inOrder = [...new Set(names)].sort();
  await sql.raw(`select pg_advisory_xact_lock(${lockKey('name')}) from unnest(?::text[]) as name`, [inOrder]);
}
