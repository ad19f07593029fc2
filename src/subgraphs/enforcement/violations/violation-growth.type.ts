import type { Geometry } from 'geojson';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime, GeoJsonGeometry, LocalDate } from '../../../graph/scalars.js';
import type { ViolationStand } from './violation-growth.js';

@ObjectType('ViolationDay', {
  description: 'What a violation was on a day on which it was seen; of several observations, by the last.',
  simpleResolvers: true,
})
export class ViolationDayType {
  violationId!: string;

  observationId!: string;

  @Field(() => LocalDate)
  observedOn!: string;

  @Field(() => DateTime)
  observedAt!: Date;

  @Field(() => Int, { description: 'Observations of the day that found it.' })
  observations!: number;

  @Field(() => Float, { description: 'On the ellipsoid.' })
  areaSquareMetres!: number;

  @Field(() => Float, { nullable: true })
  overrunMetres!: number | null;

  @Field(() => Float, { nullable: true })
  depthOverrunMetres!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Where a thickness is known; of findings over the same ground at least this, the greatest.',
  })
  volumeCubicMetres!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Since the row before, by the instants of observation; null in the first.',
  })
  growthSquareMetresPerDay!: number | null;
}

@ObjectType('ViolationGrowth', {
  description: 'How a violation changed between two days, as it was last seen by the end of each.',
  simpleResolvers: true,
})
export class ViolationGrowthType {
  violationId!: string;

  before!: ViolationStand | null;

  after!: ViolationStand | null;

  @Field(() => LocalDate)
  from!: string;

  @Field(() => LocalDate)
  to!: string;

  @Field(() => GeoJsonGeometry, {
    nullable: true,
    description: 'What is there at the later day and was not at the earlier; null where nothing was added.',
  })
  addedGeometry!: Geometry | null;

  @Field(() => Float, { description: 'Of what was added, on the ellipsoid.' })
  addedAreaSquareMetres!: number;

  @Field(() => Float, { description: 'Of what is there no longer, on the ellipsoid.' })
  removedAreaSquareMetres!: number;
}
