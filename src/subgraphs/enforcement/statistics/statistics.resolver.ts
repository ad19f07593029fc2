import { Arg, Ctx, FieldResolver, Float, Query, Resolver, Root } from 'type-graphql';
import { SpatialFilter } from '../../../graph/inputs.type.js';
import type { RequestContext } from '../../../platform/context.js';
import type { EnforcementService } from '../enforcement.service.js';
import { muOf } from '../violations/violation.js';
import { ViolationFilterInput } from '../violations/violation.type.js';
import { StatisticsKey, type StatisticsRow } from './statistics.js';
import { StatisticsRowType } from './statistics.type.js';

@Resolver(() => StatisticsRowType)
export class StatisticsResolver {
  constructor(private readonly service: EnforcementService) {}

  @Query(() => [StatisticsRowType], {
    description:
      'One row for each combination of values that occurs, in the order of the keys; without keys, totals.',
  })
  violationStatistics(
    @Arg('groupBy', () => [StatisticsKey]) groupBy: StatisticsKey[],
    @Arg('filter', () => ViolationFilterInput, { nullable: true }) filter: ViolationFilterInput | null,
    @Arg('within', () => SpatialFilter, { nullable: true }) within: SpatialFilter | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly StatisticsRow[]> {
    return this.service.statistics(context, groupBy, filter ?? {}, within ?? null);
  }

  @FieldResolver(() => Float, { description: 'Sum of the latest areas in mu (亩), 2000/3 m².' })
  areaMu(@Root() row: StatisticsRow): number {
    return muOf(row.areaSquareMetres);
  }
}
