import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTime, Json } from '../../../graph/scalars.js';
import { Attribution, DepthClass, PlanClass } from '../../../vocabulary/enforcement.js';
import type { AreaVersion } from './judgement.js';

@ObjectType({
  description: 'Whether the activity lies inside the permitted plan. Areas are on the ellipsoid.',
  simpleResolvers: true,
})
export class PlanVerdict {
  @Field(() => PlanClass)
  verdict!: PlanClass;

  @Field(() => Float)
  withinAreaSquareMetres!: number;

  @Field(() => Float)
  excessAreaSquareMetres!: number;

  @Field(() => Float)
  footprintAreaSquareMetres!: number;

  @Field(() => Int, { description: 'Parts of the excess below the smallest area that counts.' })
  sliverCount!: number;

  @Field(() => Float)
  sliverAreaSquareMetres!: number;

  @Field(() => Attribution, { description: 'How the mine was found.' })
  attribution!: Attribution;
}

@ObjectType({
  description: 'Whether extraction stays inside the permitted elevation bands.',
  simpleResolvers: true,
})
export class DepthVerdict {
  @Field(() => DepthClass)
  verdict!: DepthClass;

  @Field(() => Float, { nullable: true, description: 'Metres above or below the band; null: inside it.' })
  depthOverrunMetres!: number | null;
}

@ObjectType('Judgement', {
  description:
    'The verdict on one observation with what was known at an instant, and all it was reached with.',
  simpleResolvers: true,
})
@Directive('@key(fields: "id")')
export class JudgementType {
  @Field(() => ID)
  id!: string;

  observationId!: string;

  @Field(() => Int, { description: 'Version of the observation that was judged.' })
  observationVersion!: number;

  @Field(() => Int, { description: 'Counts the judgements of the observation, from 1.' })
  sequence!: number;

  mineId!: string | null;

  areas!: readonly AreaVersion[];

  @Field(() => Int, { description: 'SRID of the plane in which was judged.' })
  judgingSrid!: number;

  @Field(() => Int)
  policyVersion!: number;

  @Field(() => DateTime)
  observedAt!: Date;

  @Field(() => DateTime, { description: 'What the hub knew at this instant was taken into account.' })
  known!: Date;

  @Field(() => DateTime)
  judgedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When another judgement took its place.' })
  supersededAt!: Date | null;

  @Field(() => Json, { description: 'Versions of PostGIS, GEOS and PROJ.' })
  engine!: object;

  @Field(() => String, { description: 'Equal verdicts with equal inputs have equal digests.' })
  digest!: string;
}
