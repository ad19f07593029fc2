import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import { DateTime, GeoJsonGeometry } from '../../../graph/scalars.js';
import { Rejection } from '../../../graph/upsert-result.type.js';
import { WithdrawalType } from '../../../graph/withdrawal.type.js';
import { Activity, ObservationMethod } from '../../../vocabulary/boundaries.js';
import { LONGEST_KEY } from '../../../vocabulary/longest-key.js';
import { JudgementStub, ViolationStub } from '../foreign.type.js';

@ObjectType('Observation', { description: 'Where an activity was seen (图斑).', simpleResolvers: true })
@Directive('@key(fields: "id")')
export class ObservationType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  version!: number;

  mineId!: string | null;

  @Field(() => Activity)
  activity!: Activity;

  @Field(() => ObservationMethod)
  method!: ObservationMethod;

  @Field(() => DateTime)
  observedAt!: Date;

  @Field(() => Float, { description: 'Horizontal accuracy, 1σ.' })
  sigmaMetres!: number;

  @Field(() => Float, { nullable: true })
  zMinMetres!: number | null;

  @Field(() => Float, { nullable: true })
  zMaxMetres!: number | null;

  @Field(() => Float, { nullable: true, description: 'Vertical accuracy, 1σ.' })
  sigmaZMetres!: number | null;

  @Field(() => String, { nullable: true })
  seam!: string | null;

  @Field(() => Float, { description: 'On the ellipsoid.' })
  areaSquareMetres!: number;

  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true })
  providerRef!: string | null;

  @Field(() => DateTime, { description: 'Since when the hub has known it so.' })
  recordedAt!: Date;

  @Field(() => WithdrawalType, { nullable: true, description: 'Null: the observation counts.' })
  withdrawal!: WithdrawalType | null;
}

export const ObservationConnection = connectionType('Observation', ObservationType);

@InputType('ObservationFilter')
export class ObservationFilterInput {
  @Field(() => [ID], { nullable: true })
  mineIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'A division and everything below it.' })
  divisionCode?: string | null;

  @Field(() => [Activity], { nullable: true })
  activity?: Activity[] | null;

  @Field(() => [ObservationMethod], { nullable: true })
  method?: ObservationMethod[] | null;

  @Field(() => String, { nullable: true })
  provider?: string | null;

  @Field(() => DateTime, { nullable: true })
  observedFrom?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The first instant no longer meant.' })
  observedTo?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: those that were withdrawn, in place of those that count.',
  })
  withdrawn?: boolean | null;
}

@InputType({ description: 'What a provider saw; keyed by provider and providerRef where that is given.' })
export class ObservationInput {
  @Field(() => String, { description: `At most ${LONGEST_KEY} characters.` })
  provider!: string;

  @Field(() => String, { nullable: true, description: `At most ${LONGEST_KEY} characters.` })
  providerRef?: string | null;

  @Field(() => String, { nullable: true, description: 'Absent: the mine is found by place.' })
  mineCode?: string | null;

  @Field(() => Activity)
  activity!: Activity;

  @Field(() => ObservationMethod)
  method!: ObservationMethod;

  @Field(() => DateTime)
  observedAt!: Date;

  @Field(() => GeoJsonGeometry, {
    description: 'A Polygon or MultiPolygon; refused when invalid, never repaired.',
  })
  geometry!: object;

  @Field(() => Float)
  sigmaMetres!: number;

  @Field(() => Float, { nullable: true })
  zMinMetres?: number | null;

  @Field(() => Float, { nullable: true })
  zMaxMetres?: number | null;

  @Field(() => Float, { nullable: true })
  sigmaZMetres?: number | null;

  @Field(() => String, { nullable: true })
  seam?: string | null;
}

@ObjectType('ObservationSubmission', {
  description: 'What was stored of a submission and what came of judging it.',
  simpleResolvers: true,
})
export class ObservationSubmissionType {
  @Field(() => [ObservationType])
  observations!: ObservationType[];

  @Field(() => [JudgementStub], {
    nullable: 'items',
    description:
      'Of each observation, in their order; null: it was judged for a mine that may not be seen, or for none.',
  })
  judgements!: JudgementStub[];

  @Field(() => [ViolationStub], { description: 'Those that were opened or changed and may be seen.' })
  violations!: ViolationStub[];

  @Field(() => [Rejection])
  rejected!: Rejection[];
}

@ObjectType('ObservationWithdrawal', { simpleResolvers: true })
export class ObservationWithdrawalType {
  @Field(() => ObservationType)
  observation!: ObservationType;
}
