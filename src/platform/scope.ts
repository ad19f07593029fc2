import type { Knex } from 'knex';
import { divisionPrefix } from './division-code.js';
import type { Principal } from './principal.js';

/**
 * The one place where a query is narrowed to what its principal may see. `divisionColumn` is the column that
 * holds the row's division code; rows without a division are seen by unrestricted principals only.
 */
export function scope<Q extends Knex.QueryBuilder>(
  query: Q,
  principal: Principal,
  divisionColumn: string,
): Q {
  if (principal.divisions === 'all') return query;
  const prefixes = principal.divisions.map((code) => `${divisionPrefix(code)}%`);
  query.whereRaw('?? like any (?)', [divisionColumn, prefixes]);
  return query;
}

/** Like `scope`, for rows that know their division only through their mine. */
export function scopeByMine<Q extends Knex.QueryBuilder>(
  query: Q,
  principal: Principal,
  mineColumn: string,
): Q {
  if (principal.divisions === 'all') return query;
  query.whereIn(mineColumn, (mines: Knex.QueryBuilder) => visibleMines(mines, principal));
  return query;
}

/**
 * What `scopeByMine` asks, as a column of true and false: a write reads its rows whoever asks, and may not replace those
 * that the principal may not see.
 */
export function visibleByMine(knex: Knex, principal: Principal, mineColumn: string): Knex.Raw {
  if (principal.divisions === 'all') return knex.raw('true');
  return knex.raw('coalesce(?? in (?), false)', [mineColumn, visibleMines(knex.queryBuilder(), principal)]);
}

/** What `scope` asks, of a division code in hand. */
export function divisionTest({ divisions }: Principal): (code: string | null | undefined) => boolean {
  if (divisions === 'all') return () => true;
  const prefixes = divisions.map(divisionPrefix);
  return (code) => code != null && prefixes.some((prefix) => code.startsWith(prefix));
}

const visibleMines = (mines: Knex.QueryBuilder, principal: Principal): Knex.QueryBuilder =>
  scope(
    mines.select('visible_mine.id').from('registry.published_mine as visible_mine'),
    principal,
    'visible_mine.division_code',
  );
