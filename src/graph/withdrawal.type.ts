import { Directive, Field, ObjectType } from 'type-graphql';
import { DateTime } from './scalars.js';

@ObjectType('Withdrawal', {
  description:
    'Why something that was recorded by mistake does not count any more. Its history stays readable.',
  simpleResolvers: true,
})
@Directive('@shareable')
export class WithdrawalType {
  @Field(() => DateTime, { description: 'Since when the hub knows that it does not count.' })
  at!: Date;

  @Field(() => String)
  reason!: string;

  @Field(() => String, { nullable: true, description: 'The document that the withdrawal rests on.' })
  documentNumber!: string | null;
}
