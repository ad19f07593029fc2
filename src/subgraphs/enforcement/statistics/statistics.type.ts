import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../graph/scalars.js';
import { StatisticsKey } from './statistics.js';

registerEnumType(StatisticsKey, {
  name: 'StatisticsKey',
  valuesConfig: {
    MONTH: { description: 'Of the first observation, YYYY-MM in Asia/Shanghai.' },
    YEAR: { description: 'Of the first observation, YYYY in Asia/Shanghai.' },
  },
});

@ObjectType('StatisticsValue', { simpleResolvers: true })
export class StatisticsValueType {
  @Field(() => StatisticsKey)
  key!: StatisticsKey;

  @Field(() => String, {
    nullable: true,
    description: 'Null where it does not apply, as the county of a violation without a mine.',
  })
  value!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the division, mine or operator that the value stands for.',
  })
  label!: string | null;
}

@ObjectType('StatisticsRow', {
  description: 'The violations that share a combination of values.',
  simpleResolvers: true,
})
export class StatisticsRowType {
  @Field(() => [StatisticsValueType], { description: 'In the order of groupBy.' })
  keys!: readonly StatisticsValueType[];

  @Field(() => Int)
  count!: number;

  @Field(() => Int)
  confirmedCount!: number;

  @Field(() => Int, { description: 'Different mines among them.' })
  mineCount!: number;

  @Field(() => Float, { description: 'Sum of the latest areas.' })
  areaSquareMetres!: number;

  @Field(() => Float, { nullable: true })
  greatestAreaSquareMetres!: number | null;

  @Field(() => Float, { nullable: true })
  greatestOverrunMetres!: number | null;

  @Field(() => Float, { nullable: true })
  greatestDepthOverrunMetres!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Of the one first seen longest ago.' })
  firstObservedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Of the one seen most recently.' })
  lastObservedAt!: Date | null;
}
