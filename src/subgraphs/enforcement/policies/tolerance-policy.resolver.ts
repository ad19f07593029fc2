import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import type { RequestContext } from '../../../platform/context.js';
import { pageRequest } from '../../../platform/keyset.js';
import type { JudgementRun } from '../runs/judgement-run.js';
import { JudgementRunType } from '../runs/judgement-run.type.js';
import type { TolerancePolicy } from './tolerance-policy.js';
import type { TolerancePolicyChange, TolerancePolicyService } from './tolerance-policy.service.js';
import {
  TolerancePolicyChangeType,
  TolerancePolicyConnection,
  TolerancePolicyInput,
  TolerancePolicyType,
} from './tolerance-policy.type.js';

@Resolver(() => TolerancePolicyChangeType)
export class TolerancePolicyResolver {
  constructor(private readonly service: TolerancePolicyService) {}

  @Query(() => TolerancePolicyType, {
    nullable: true,
    description: 'The one in force, unless a version is given.',
  })
  tolerancePolicy(
    @Arg('version', () => Int, { nullable: true }) version?: number | null,
  ): Promise<TolerancePolicy | null> {
    return this.service.policy(version ?? null);
  }

  @Query(() => TolerancePolicyConnection, { description: 'Newest first.' })
  async tolerancePolicies(
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<Connection<TolerancePolicy>> {
    return connection(await this.service.policies(pageRequest(first, after)));
  }

  @Mutation(() => TolerancePolicyChangeType, {
    description:
      'Judges everything by other numbers. Until the run is done everybody reads verdicts by the policy in force; ' +
      'then all change at once. Cancelling the run leaves everything as it is.',
  })
  changeTolerancePolicy(
    @Arg('input', () => TolerancePolicyInput) input: TolerancePolicyInput,
    @Arg('reason', () => String, { description: 'Kept with the version and with what it changes.' })
    reason: string,
    @Ctx() context: RequestContext,
  ): Promise<TolerancePolicyChange> {
    return this.service.change(context, input, reason);
  }

  @FieldResolver(() => TolerancePolicyType)
  policy(@Root() { version }: TolerancePolicyChange): Promise<TolerancePolicy | null> {
    return this.service.policy(version);
  }

  @FieldResolver(() => JudgementRunType, {
    description: 'How far judging by it has come; cancel it to keep the old one.',
  })
  run(@Root() { run }: TolerancePolicyChange): JudgementRun {
    return run;
  }
}
