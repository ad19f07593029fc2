import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** The registry's mine, to which this subgraph adds its violations. */
@ObjectType('Mine', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class MineStub {
  @Field(() => ID)
  id!: string;
}

/** The boundaries' observation, to which this subgraph adds its judgement. */
@ObjectType('Observation', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class ObservationStub {
  @Field(() => ID)
  id!: string;
}

/** Why an observation that was judged is not told. */
export const OUT_OF_SIGHT =
  'Null: it may not be seen. An observation is seen by those who see the mine it names, also where it was judged for ' +
  'another; one that names none, by those who see everything.';

/**
 * The boundaries' permitted area, in one version: `id@version`. With `id` as a field here, a query planner may ask
 * by id alone and get the current version instead of the judged one.
 */
@ObjectType('PermittedArea', { simpleResolvers: true })
@Directive('@key(fields: "versionId", resolvable: false)')
export class PermittedAreaStub {
  @Field(() => ID)
  versionId!: string;
}
