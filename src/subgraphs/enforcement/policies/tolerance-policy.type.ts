import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import { DateTime } from '../../../graph/scalars.js';
import { TolerancePolicyState } from './tolerance-policy.js';

registerEnumType(TolerancePolicyState, {
  name: 'TolerancePolicyState',
  valuesConfig: {
    PENDING: { description: 'Everything is being judged by it; nobody reads that yet.' },
    IN_FORCE: { description: 'Every current verdict was reached by it.' },
    REPLACED: { description: 'It was in force until another came.' },
    CANCELLED: { description: 'Its run was cancelled: it never was in force.' },
    FAILED: { description: 'Its run failed: it never was in force.' },
  },
});

@ObjectType('TolerancePolicy', {
  description: 'The numbers of judging, in one version.',
  simpleResolvers: true,
})
export class TolerancePolicyType {
  @Field(() => Int)
  version!: number;

  @Field(() => TolerancePolicyState)
  state!: TolerancePolicyState;

  @Field(() => Float, { description: 'Up to this many standard errors an excess is explained by them.' })
  kProbable!: number;

  @Field(() => Float, { description: 'Beyond this many standard errors an excess is confirmed.' })
  kConfirmed!: number;

  @Field(() => Float, { description: 'What is smaller is a sliver: counted, never a violation.' })
  minAreaSquareMetres!: number;

  @Field(() => Float, { description: 'How far the nearest mine may be to be suspected.' })
  attributionRadiusMetres!: number;

  @Field(() => String)
  reason!: string;

  @Field(() => String)
  createdBy!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Since when verdicts by it have been read.' })
  adoptedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When another took its place.' })
  replacedAt!: Date | null;
}

export const TolerancePolicyConnection = connectionType('TolerancePolicy', TolerancePolicyType);

@ObjectType('TolerancePolicyChange', { simpleResolvers: true })
export class TolerancePolicyChangeType {
  @Field(() => Int)
  version!: number;
}

@InputType('TolerancePolicyInput', { description: 'Numbers to change; those left out stay as they are.' })
export class TolerancePolicyInput {
  @Field(() => Float, { nullable: true, description: 'From 0.1 to 10.' })
  kProbable?: number | null;

  @Field(() => Float, { nullable: true, description: 'Not below kProbable, at most 20.' })
  kConfirmed?: number | null;

  @Field(() => Float, { nullable: true, description: 'At most 100 000.' })
  minAreaSquareMetres?: number | null;

  @Field(() => Float, { nullable: true, description: 'At most 50 000.' })
  attributionRadiusMetres?: number | null;
}
