import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../../../graph/scalars.js';
import { ViolationState } from '../../../vocabulary/enforcement.js';
import { ViolationAction } from '../../../vocabulary/violation-life.js';

@ObjectType('ViolationTransition', {
  description: 'One step in the life of a violation: who moved it from where to where, when and why.',
  simpleResolvers: true,
})
export class ViolationTransitionType {
  violationId!: string;

  @Field(() => ViolationAction)
  action!: ViolationAction;

  @Field(() => ViolationState)
  from!: ViolationState;

  @Field(() => ViolationState)
  to!: ViolationState;

  @Field(() => String, {
    description: 'Who decided; for AUTO_CLOSE and AUTO_REOPEN, who had the observation judged again.',
  })
  by!: string;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => String, { nullable: true, description: 'What was said to it.' })
  note!: string | null;
}
