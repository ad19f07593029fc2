import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { DateTime, LocalDate } from '../../../graph/scalars.js';
import type { RequestContext } from '../../../platform/context.js';
import { LARGEST_PAGE_SIZE, pageRequest } from '../../../platform/keyset.js';
import type { EnforcementService } from '../enforcement.service.js';
import { ObservationStub, OUT_OF_SIGHT } from '../stubs.type.js';
import type { Violation } from './violation.js';
import { ViolationType } from './violation.type.js';
import { squareMetresPerDay, type ViolationDay, type ViolationGrowth } from './violation-growth.js';
import type { ViolationGrowthService } from './violation-growth.service.js';
import { ViolationDayType, ViolationGrowthType } from './violation-growth.type.js';

@Resolver(() => ViolationType)
export class ViolationSeriesResolver {
  constructor(private readonly service: ViolationGrowthService) {}

  @FieldResolver(() => [ViolationDayType], {
    description: 'One row a day of observation (Asia/Shanghai), oldest first.',
  })
  series(
    @Root() violation: Violation,
    @Arg('first', () => Int, { nullable: true, description: 'At most this many, the latest; 500 if absent.' })
    first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly ViolationDay[]> {
    const { first: most } = pageRequest(first ?? LARGEST_PAGE_SIZE, null);
    return this.service.series(context, violation.id, most, violation.known ?? null);
  }

  @FieldResolver(() => ViolationGrowthType, {
    nullable: true,
    description: 'How it changed between two days (Asia/Shanghai), both included.',
  })
  growth(
    @Root() violation: Violation,
    @Arg('from', () => LocalDate, { nullable: true, description: 'If absent, when it was first seen.' })
    from: string | null,
    @Arg('to', () => LocalDate, { nullable: true, description: 'If absent, when it was last seen.' })
    to: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ViolationGrowth | null> {
    const period = { from: from ?? null, to: to ?? null };
    return this.service.growth(context, violation.id, period, violation.known ?? null);
  }
}

@Resolver(() => ViolationDayType)
export class ViolationDayResolver {
  constructor(private readonly service: EnforcementService) {}

  @FieldResolver(() => ObservationStub, {
    nullable: true,
    description: `The one by which the day is told. ${OUT_OF_SIGHT}`,
  })
  observation(@Root() day: ViolationDay, @Ctx() context: RequestContext): Promise<ObservationStub | null> {
    return this.service.seenObservation(context, day.observationId);
  }
}

@Resolver(() => ViolationGrowthType)
export class ViolationGrowthResolver {
  @FieldResolver(() => DateTime, { nullable: true, description: 'Null: not seen by then.' })
  observedAtFrom(@Root() growth: ViolationGrowth): Date | null {
    return growth.before?.observedAt ?? null;
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'Null: not seen by then.' })
  observedAtTo(@Root() growth: ViolationGrowth): Date | null {
    return growth.after?.observedAt ?? null;
  }

  @FieldResolver(() => Float, { description: 'Area at the earlier day; 0 if it was not seen by then.' })
  areaSquareMetresFrom(@Root() growth: ViolationGrowth): number {
    return growth.before?.areaSquareMetres ?? 0;
  }

  @FieldResolver(() => Float, { description: 'Area at the later day; 0 if it was not seen by then.' })
  areaSquareMetresTo(@Root() growth: ViolationGrowth): number {
    return growth.after?.areaSquareMetres ?? 0;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Between the instants of observation; null where it was seen but once.',
  })
  squareMetresPerDay(@Root() growth: ViolationGrowth): number | null {
    return squareMetresPerDay(growth.before, growth.after);
  }
}
