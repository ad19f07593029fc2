import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../platform/context.js';
import { JudgementDiffStub, judgementDiffOf } from '../foreign.type.js';
import { ObservationWithdrawalType } from './observation.type.js';
import type {
  ObservationWithdrawal,
  ObservationWithdrawalService,
} from './observation-withdrawal.service.js';

@Resolver(() => ObservationWithdrawalType)
export class ObservationWithdrawalResolver {
  constructor(private readonly service: ObservationWithdrawalService) {}

  @Mutation(() => ObservationWithdrawalType, {
    description:
      'Takes back an observation: it and its verdict stop counting, and stay readable as they were known.',
  })
  withdrawObservation(
    @Arg('id', () => ID) id: string,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ObservationWithdrawal> {
    return this.service.withdraw(context, id, { reason, documentNumber: documentNumber ?? null });
  }

  @FieldResolver(() => JudgementDiffStub, {
    nullable: true,
    description: 'What the withdrawal did to the verdicts; null: none rested on it.',
  })
  judgementDiff(@Root() { judgementDiffId }: ObservationWithdrawal): JudgementDiffStub | null {
    return judgementDiffOf(judgementDiffId);
  }
}
