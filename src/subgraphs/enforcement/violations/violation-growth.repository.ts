import type { Geometry } from 'geojson';
import type { Knex } from 'knex';
import { overlayGrid } from '../../../judgement/overlay-grid.js';
import { JUDGEMENT_SQL } from '../../../judgement/sql.js';
import type { RequestContext } from '../../../platform/context.js';
import { scopeByMine } from '../../../platform/scope.js';
import type { GrowthPeriod, ViolationDay, ViolationGrowth, ViolationStand } from './violation-growth.js';
import { applyKnown, violationsAt } from './violation-query.repository.js';

/** Series and growth of violations, from the findings that are theirs, or were as known at an instant. */
export class ViolationGrowthRepository {
  constructor(private readonly knex: Knex) {}

  /** Of each violation the latest `most` days on which it was seen, oldest first. */
  async days(
    context: RequestContext,
    violationIds: readonly string[],
    most: number,
    known: Date | null = null,
  ): Promise<readonly Omit<ViolationDay, 'growthSquareMetresPerDay'>[]> {
    const ids = await this.visible(context, violationIds, known);
    const { rows } = await this.knex.raw(JUDGEMENT_SQL.violationDays, { ids, known, most });
    return (rows as Record<string, unknown>[]).map(mapDay);
  }

  async growth(
    context: RequestContext,
    violationIds: readonly string[],
    { from, to }: GrowthPeriod,
    known: Date | null = null,
  ): Promise<readonly ViolationGrowth[]> {
    const ids = await this.visible(context, violationIds, known);
    const { metres } = await overlayGrid(this.knex);
    const { rows } = await this.knex.raw(JUDGEMENT_SQL.violationGrowth, {
      ids,
      known,
      from_day: from,
      to_day: to,
      grid: metres,
    });
    return (rows as Record<string, unknown>[]).map(mapGrowth);
  }

  private visible(context: RequestContext, ids: readonly string[], known: Date | null): Promise<string[]> {
    const query = this.knex(violationsAt(known)).whereRaw('violation.id = any(?)', [[...ids]]);
    applyKnown(query, 'violation', known);
    return scopeByMine(query, context.principal, 'violation.mine_id').pluck('violation.id');
  }
}

function mapDay(row: Record<string, unknown>): Omit<ViolationDay, 'growthSquareMetresPerDay'> {
  return {
    violationId: row['violation_id'] as string,
    observedOn: row['observed_on'] as string,
    observedAt: row['observed_at'] as Date,
    observationId: row['observation_id'] as string,
    observations: row['observations'] as number,
    areaSquareMetres: row['area_m2'] as number,
    overrunMetres: row['overrun_m'] as number | null,
    depthOverrunMetres: row['depth_overrun_m'] as number | null,
    volumeCubicMetres: row['volume_m3'] as number | null,
  };
}

function mapGrowth(row: Record<string, unknown>): ViolationGrowth {
  const added = row['added'] as string | null;
  return {
    violationId: row['id'] as string,
    firstSeen: row['first_day'] as string,
    lastSeen: row['last_day'] as string,
    from: row['from_day'] as string,
    to: row['to_day'] as string,
    before: stand(row['before_at'], row['before_area_m2']),
    after: stand(row['after_at'], row['after_area_m2']),
    addedGeometry: added === null ? null : (JSON.parse(added) as Geometry),
    addedAreaSquareMetres: row['added_area_m2'] as number,
    removedAreaSquareMetres: row['removed_area_m2'] as number,
  };
}

const stand = (at: unknown, area: unknown): ViolationStand | null =>
  at === null ? null : { observedAt: at as Date, areaSquareMetres: area as number };
