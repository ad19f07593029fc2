import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { AsOf } from '../../../graph/inputs.type.js';
import type { RequestContext } from '../../../platform/context.js';
import type { EnforcementService } from '../enforcement.service.js';
import { MineStub, ObservationStub, OUT_OF_SIGHT, PermittedAreaStub } from '../stubs.type.js';
import type { Finding } from '../violations/violation.js';
import { FindingType } from '../violations/violation.type.js';
import type { Judgement } from './judgement.js';
import { DepthVerdict, JudgementType, PlanVerdict } from './judgement.type.js';

@Resolver(() => JudgementType)
export class JudgementResolver {
  constructor(private readonly service: EnforcementService) {}

  @Query(() => JudgementType, {
    name: 'judgement',
    description:
      'The judgement that stands now, or stood at `asOf.known`. What was permitted is always looked at on the ' +
      'day of the observation, so `asOf.valid` changes nothing.',
  })
  judgementOf(
    @Arg('observationId', () => ID) observationId: string,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Ctx() context: RequestContext,
  ): Promise<Judgement> {
    return this.service.judgement(context, observationId, asOf?.known ?? null);
  }

  @FieldResolver(() => ObservationStub, { nullable: true, description: OUT_OF_SIGHT })
  observation(@Root() judgement: Judgement, @Ctx() context: RequestContext): Promise<ObservationStub | null> {
    return this.service.seenObservation(context, judgement.observationId);
  }

  @FieldResolver(() => MineStub, { nullable: true, description: 'The mine it was judged for.' })
  mine(@Root() judgement: Judgement): MineStub | null {
    return judgement.mineId === null ? null : { id: judgement.mineId };
  }

  @FieldResolver(() => PlanVerdict)
  plan(@Root() judgement: Judgement): PlanVerdict {
    return {
      verdict: judgement.planVerdict,
      withinAreaSquareMetres: judgement.withinAreaSquareMetres,
      excessAreaSquareMetres: judgement.excessAreaSquareMetres,
      footprintAreaSquareMetres: judgement.footprintAreaSquareMetres,
      sliverCount: judgement.sliverCount,
      sliverAreaSquareMetres: judgement.sliverAreaSquareMetres,
      attribution: judgement.attribution,
    };
  }

  @FieldResolver(() => DepthVerdict, { nullable: true, description: 'Null: elevations were not compared.' })
  depth(@Root() judgement: Judgement): DepthVerdict | null {
    const { depthVerdict, depthOverrunMetres } = judgement;
    if (depthVerdict === null) return null;
    // The engine keeps how far inside the band it was as a distance below 0.
    const isOutside = depthOverrunMetres !== null && depthOverrunMetres > 0;
    return { verdict: depthVerdict, depthOverrunMetres: isOutside ? depthOverrunMetres : null };
  }

  @FieldResolver(() => [FindingType])
  findings(@Root() judgement: Judgement, @Ctx() context: RequestContext): Promise<readonly Finding[]> {
    return this.service.findingsOfJudgement(context, judgement.id);
  }

  @FieldResolver(() => [PermittedAreaStub], {
    description:
      'Every area that was taken into account, in the version that was; areas of mines that may not be seen are left out.',
  })
  async permittedAreas(
    @Root() judgement: Judgement,
    @Ctx() context: RequestContext,
  ): Promise<readonly PermittedAreaStub[]> {
    const seen = await this.service.seenAreas(context, judgement.areas);
    return seen.map(({ id, version }) => ({ versionId: `${id}@${version}` }));
  }
}

@Resolver(() => ObservationStub)
export class ObservationJudgementResolver {
  constructor(private readonly service: EnforcementService) {}

  @FieldResolver(() => JudgementType, { nullable: true, description: 'The judgement that stands now.' })
  judgement(@Root() observation: ObservationStub, @Ctx() context: RequestContext): Promise<Judgement | null> {
    return this.service.judgementOf(context, observation.id);
  }
}
