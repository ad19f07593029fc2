import { Field, Float, InputType } from 'type-graphql';
import { DateTime, GeoJsonGeometry } from './scalars.js';

@InputType({ description: 'A disc around a point.' })
export class NearFilter {
  @Field(() => Float)
  longitude!: number;

  @Field(() => Float)
  latitude!: number;

  @Field(() => Float)
  radiusMetres!: number;
}

@InputType({ description: 'Where to look; exactly one of its fields.' })
export class SpatialFilter {
  @Field(() => [Float], { nullable: true, description: 'west, south, east, north in degrees.' })
  bbox?: number[] | null;

  @Field(() => GeoJsonGeometry, { nullable: true })
  intersects?: object | null;

  @Field(() => NearFilter, { nullable: true })
  near?: NearFilter | null;
}

@InputType({
  description:
    'Two time axes: what was in force (or seen) by `valid`, as the hub knew it at `known`. Without `valid` it counts ' +
    'whether in force or not, and whenever it was seen; without `known` it is what is known now.',
})
export class AsOf {
  @Field(() => DateTime, { nullable: true })
  valid?: Date | null;

  @Field(() => DateTime, { nullable: true })
  known?: Date | null;
}
