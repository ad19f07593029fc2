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
  query.whereIn(mineColumn, (mines: Knex.QueryBuilder) =>
    scope(
      mines.select('visible_mine.id').from('registry.published_mine as visible_mine'),
      principal,
      'visible_mine.division_code',
    ),
  );
  return query;
}
