import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { belowDivision } from '../../../platform/division-code.js';
import { isId } from '../../../platform/ids.js';
import { scopeByMine } from '../../../platform/scope.js';
import { applySpatialFilter, type SpatialFilterInput } from '../../../spatial/spatial-filter.js';
import { EVER, type SightingInstant } from '../../../vocabulary/versions.js';
import type { ViolationFilter } from './violation.js';

/**
 * The table that violations are read from, as `violation`: as they are, or in every version with the period in which it
 * was known.
 */
export const violationsAt = (known: Date | null): string =>
  known === null ? 'enforcement.violation as violation' : 'enforcement.violation_version as violation';

/** Narrows `table`, which has versions where `known` is given, to what was known then. */
export function applyKnown(query: Knex.QueryBuilder, table: string, known: Date | null): void {
  if (known === null) return;
  query.whereRaw('??.recorded_at <= ? and (??.superseded_at is null or ??.superseded_at > ?)', [
    ...[table, known],
    ...[table, table, known],
  ]);
}

/**
 * Violations as `violation`, their mines as `mine`, narrowed to what the principal may see and to the filter.
 * A left join, so that violations nobody is named for stay, unless the filter speaks of mines.
 */
export function matchingViolations(
  knex: Knex,
  context: RequestContext,
  filter: ViolationFilter,
  within: SpatialFilterInput | null,
  { seenBy, known }: SightingInstant = EVER,
): Knex.QueryBuilder {
  const query = knex(violationsAt(known)).leftJoin(
    'registry.published_mine as mine',
    'mine.id',
    'violation.mine_id',
  );
  applyKnown(query, 'violation', known);
  if (seenBy !== null) query.where('violation.first_observed_at', '<=', seenBy);
  scopeByMine(query, context.principal, 'violation.mine_id');
  applyOwnFilter(query, filter);
  applyMineFilter(query, filter);
  applySpatialFilter(knex, query, 'violation.geom', within);
  return query;
}

/** Of each violation the `most` rows of `table` that were added last, in the order they were added. */
export async function latestOfViolations(
  knex: Knex,
  context: RequestContext,
  table: 'evidence_pack' | 'violation_transition',
  violationIds: readonly string[],
  most: number,
): Promise<readonly Record<string, unknown>[]> {
  const ranked = scopeByMine(
    knex(`enforcement.${table} as added`)
      .join('enforcement.violation as violation', 'violation.id', 'added.violation_id')
      .whereRaw('added.violation_id = any(?)', [[...violationIds]])
      .select(
        'added.*',
        knex.raw('row_number() over (partition by added.violation_id order by added.sequence desc) as rank'),
      ),
    context.principal,
    'violation.mine_id',
  );
  return knex.select('*').from(ranked.as('ranked')).where('rank', '<=', most).orderBy('sequence');
}

function applyOwnFilter(query: Knex.QueryBuilder, filter: ViolationFilter): void {
  if (filter.mineIds) query.whereRaw('violation.mine_id = any(?)', [filter.mineIds.filter(isId)]);
  for (const column of ['kind', 'verdict', 'state'] as const) {
    const values = filter[column];
    if (values) query.whereRaw('?? = any(?)', [`violation.${column}`, [...values]]);
  }
  if (filter.minAreaSquareMetres != null) query.where('violation.area_m2', '>=', filter.minAreaSquareMetres);
  if (filter.observedFrom) query.where('violation.last_observed_at', '>=', filter.observedFrom);
  if (filter.observedTo) query.where('violation.first_observed_at', '<', filter.observedTo);
}

function applyMineFilter(query: Knex.QueryBuilder, filter: ViolationFilter): void {
  if (filter.divisionCode != null) query.whereLike('mine.division_code', belowDivision(filter.divisionCode));
  for (const column of ['resource', 'method', 'scale'] as const) {
    const values = filter[column];
    if (values) query.whereRaw('?? = any(?)', [`mine.${column}`, [...values]]);
  }
}
