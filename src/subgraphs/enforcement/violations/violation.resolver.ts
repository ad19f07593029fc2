import type { Geometry, Point } from 'geojson';
import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import { AsOf, SpatialFilter } from '../../../graph/inputs.type.js';
import { GeoJsonGeometry } from '../../../graph/scalars.js';
import type { RequestContext } from '../../../platform/context.js';
import { LARGEST_PAGE_SIZE, pageRequest } from '../../../platform/keyset.js';
import { sightingInstantOf } from '../../../vocabulary/versions.js';
import type { EnforcementService } from '../enforcement.service.js';
import type { Judgement } from '../judgements/judgement.js';
import { JudgementType } from '../judgements/judgement.type.js';
import { MineStub, ObservationStub, OUT_OF_SIGHT } from '../stubs.type.js';
import { type Finding, muOf, type Violation, ViolationOrder } from './violation.js';
import { FindingType, ViolationConnection, ViolationFilterInput, ViolationType } from './violation.type.js';

@Resolver(() => ViolationType)
export class ViolationResolver {
  constructor(private readonly service: EnforcementService) {}

  @Query(() => ViolationType, {
    nullable: true,
    name: 'violation',
    description:
      'By its id, or by one that it has taken over from another violation; as known at asOf.known, when it may have had ' +
      'another id, and null if it was first seen after asOf.valid.',
  })
  violation(
    @Arg('id', () => ID) id: string,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Ctx() context: RequestContext,
  ): Promise<Violation | null> {
    return this.service.violation(context, id, asOf);
  }

  @Query(() => ViolationConnection, {
    description:
      'Violations in the state and extent that the hub knew at asOf.known (now, unless given), with asOf.valid those ' +
      'first seen by then. The filter speaks of what they were then, and of their mines as they are.',
  })
  async violations(
    @Arg('filter', () => ViolationFilterInput, { nullable: true }) filter: ViolationFilterInput | null,
    @Arg('within', () => SpatialFilter, { nullable: true }) within: SpatialFilter | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Arg('orderBy', () => ViolationOrder, { nullable: true }) orderBy: ViolationOrder | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Violation>> {
    const page = pageRequest(first, after);
    return connection(
      await this.service.violations(context, filter ?? {}, within ?? null, orderBy ?? 'ID', page, asOf),
    );
  }

  @FieldResolver(() => MineStub, { nullable: true, description: 'Null: no mine could be named.' })
  mine(@Root() violation: Violation): MineStub | null {
    return violation.mineId === null ? null : { id: violation.mineId };
  }

  @FieldResolver(() => MineStub, {
    nullable: true,
    description: 'The neighbour whose right is encroached upon, if it may be seen.',
  })
  otherMine(@Root() violation: Violation, @Ctx() context: RequestContext): Promise<MineStub | null> {
    return this.service.seenMine(context, violation.otherMineId);
  }

  @FieldResolver(() => GeoJsonGeometry)
  geometry(@Root() violation: Violation, @Ctx() context: RequestContext): Promise<Geometry | null> {
    return this.service.violationGeometry(context, violation);
  }

  @FieldResolver(() => Float, { description: 'Latest area in mu (亩), 2000/3 m².' })
  areaMu(@Root() violation: Violation): number {
    return muOf(violation.areaSquareMetres);
  }

  @FieldResolver(() => [FindingType], { description: 'Oldest first.' })
  findings(
    @Root() violation: Violation,
    @Arg('first', () => Int, { nullable: true, description: 'At most this many, the latest; 500 if absent.' })
    first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly Finding[]> {
    const { first: most } = pageRequest(first ?? LARGEST_PAGE_SIZE, null);
    return this.service.findingsOfViolation(context, violation, most);
  }
}

@Resolver(() => FindingType)
export class FindingResolver {
  constructor(private readonly service: EnforcementService) {}

  @FieldResolver(() => GeoJsonGeometry)
  async geometry(@Root() finding: Finding, @Ctx() context: RequestContext): Promise<Geometry | null> {
    return (await this.service.findingPlace(context, finding.id))?.geometry ?? null;
  }

  @FieldResolver(() => GeoJsonGeometry, { nullable: true, description: 'Where the overrun is greatest.' })
  async overrunPoint(@Root() finding: Finding, @Ctx() context: RequestContext): Promise<Point | null> {
    return (await this.service.findingPlace(context, finding.id))?.overrunPoint ?? null;
  }

  @FieldResolver(() => Float, { description: 'Area in mu (亩), 2000/3 m².' })
  areaMu(@Root() finding: Finding): number {
    return muOf(finding.areaSquareMetres);
  }

  @FieldResolver(() => MineStub, {
    nullable: true,
    description: 'The neighbour whose right is encroached upon, if it may be seen.',
  })
  otherMine(@Root() finding: Finding, @Ctx() context: RequestContext): Promise<MineStub | null> {
    return this.service.seenMine(context, finding.otherMineId);
  }

  @FieldResolver(() => ObservationStub, { nullable: true, description: OUT_OF_SIGHT })
  observation(@Root() finding: Finding, @Ctx() context: RequestContext): Promise<ObservationStub | null> {
    return this.service.seenObservation(context, finding.observationId);
  }

  @FieldResolver(() => JudgementType, { nullable: true })
  judgement(@Root() finding: Finding, @Ctx() context: RequestContext): Promise<Judgement | null> {
    return this.service.judgementById(context, finding.judgementId);
  }
}

@Resolver(() => MineStub)
export class MineViolationsResolver {
  constructor(private readonly service: EnforcementService) {}

  @FieldResolver(() => ViolationConnection)
  async violations(
    @Root() mine: MineStub,
    @Arg('filter', () => ViolationFilterInput, { nullable: true }) filter: ViolationFilterInput | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Arg('orderBy', () => ViolationOrder, { nullable: true }) orderBy: ViolationOrder | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Violation>> {
    const asked = {
      filter: filter ?? {},
      order: orderBy ?? 'ID',
      page: pageRequest(first, after),
      instant: sightingInstantOf(asOf),
    } as const;
    return connection(await this.service.violationsOfMine(context, mine.id, asked));
  }
}
