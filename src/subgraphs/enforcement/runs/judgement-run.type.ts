import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import { DateTime, Json } from '../../../graph/scalars.js';
import { JudgementRunState } from './judgement-run.js';

registerEnumType(JudgementRunState, { name: 'JudgementRunState' });

@ObjectType('JudgementRun', {
  description: 'Judging a set of observations, in parts that are each committed by themselves.',
  simpleResolvers: true,
})
export class JudgementRunType {
  @Field(() => ID)
  id!: string;

  @Field(() => Json, {
    description: 'What was asked for (observationIds, mineIds or all), or what the run follows from.',
  })
  scope!: object;

  @Field(() => JudgementRunState)
  state!: JudgementRunState;

  @Field(() => Int, { description: 'Observations in scope when the run began.' })
  total!: number;

  @Field(() => Int)
  judged!: number;

  @Field(() => Int, {
    description: 'Observations whose verdict is new, differs from the one before, or names other versions.',
  })
  changed!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why it failed; while it is running: why its last part did, which will be tried again.',
  })
  error!: string | null;

  diffId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The tolerance policy that comes into force when it is done.',
  })
  policyVersion!: number | null;

  @Field(() => String)
  requestedBy!: string;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;
}

export const JudgementRunConnection = connectionType('JudgementRun', JudgementRunType);
