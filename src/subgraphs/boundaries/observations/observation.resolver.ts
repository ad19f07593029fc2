import type { Geometry } from 'geojson';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import { AsOf, SpatialFilter } from '../../../graph/inputs.type.js';
import { GeoJsonGeometry } from '../../../graph/scalars.js';
import type { RequestContext } from '../../../platform/context.js';
import { pageRequest } from '../../../platform/keyset.js';
import type { BoundariesService } from '../boundaries.service.js';
import { JudgementDiffStub, judgementDiffOf, MineStub } from '../foreign.type.js';
import type { Observation, ObservationSubmission } from './observation.js';
import {
  ObservationConnection,
  ObservationFilterInput,
  ObservationInput,
  ObservationSubmissionType,
  ObservationType,
} from './observation.type.js';

@Resolver(() => ObservationType)
export class ObservationResolver {
  constructor(private readonly service: BoundariesService) {}

  @Query(() => ObservationType, {
    nullable: true,
    name: 'observation',
    description: 'As it stands, withdrawn or not, or as it was on record at asOf.known.',
  })
  observation(
    @Arg('id', () => ID) id: string,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Ctx() context: RequestContext,
  ): Promise<Observation | null> {
    return this.service.observation(context, id, asOf);
  }

  @Query(() => ObservationConnection, {
    description:
      'Observations that count, or that counted as known at asOf.known; with asOf.valid only what was seen by then.',
  })
  async observations(
    @Arg('filter', () => ObservationFilterInput, { nullable: true }) filter: ObservationFilterInput | null,
    @Arg('within', () => SpatialFilter, { nullable: true }) within: SpatialFilter | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Observation>> {
    return connection(
      await this.service.observations(context, filter ?? {}, within, asOf, pageRequest(first, after)),
    );
  }

  @Mutation(() => ObservationSubmissionType, {
    description: 'Stores observations, keyed by provider and providerRef, and judges them in the same call.',
  })
  submitObservations(
    @Arg('input', () => [ObservationInput]) input: ObservationInput[],
    @Ctx() context: RequestContext,
  ): Promise<ObservationSubmission> {
    return this.service.submitObservations(context, input);
  }

  @FieldResolver(() => MineStub, { nullable: true })
  mine(@Root() observation: Observation): MineStub | null {
    return observation.mineId === null ? null : { id: observation.mineId };
  }

  @FieldResolver(() => GeoJsonGeometry)
  geometry(@Root() observation: Observation, @Ctx() context: RequestContext): Promise<Geometry | null> {
    return this.service.observationGeometry(context, observation);
  }
}

@Resolver(() => ObservationSubmissionType)
export class ObservationSubmissionResolver {
  @FieldResolver(() => JudgementDiffStub, {
    nullable: true,
    description: 'What observations that were known in another version changed; null: there was none.',
  })
  judgementDiff(@Root() { judgementDiffId }: ObservationSubmission): JudgementDiffStub | null {
    return judgementDiffOf(judgementDiffId);
  }
}
