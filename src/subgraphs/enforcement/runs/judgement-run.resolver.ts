import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import type { RequestContext } from '../../../platform/context.js';
import { pageRequest } from '../../../platform/keyset.js';
import type { EnforcementService } from '../enforcement.service.js';
import type { JudgementDiff } from '../judgements/judgement-diff.js';
import type { JudgementDiffService } from '../judgements/judgement-diff.service.js';
import { JudgementDiffType } from '../judgements/judgement-diff.type.js';
import type { JudgementRun } from './judgement-run.js';
import { JudgementRunConnection, JudgementRunType } from './judgement-run.type.js';

@Resolver(() => JudgementRunType)
export class JudgementRunResolver {
  constructor(
    private readonly service: EnforcementService,
    private readonly diffs: JudgementDiffService,
  ) {}

  @Query(() => JudgementRunType, { nullable: true })
  judgementRun(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<JudgementRun | null> {
    return this.service.judgementRun(context, id);
  }

  @Query(() => JudgementRunConnection, { description: 'Newest first.' })
  async judgementRuns(
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<JudgementRun>> {
    return connection(await this.service.judgementRuns(context, pageRequest(first, after)));
  }

  @Mutation(() => JudgementRunType, {
    description:
      'Judges stored observations with what is known now; exactly one argument. A small scope is judged when ' +
      'this answers; a large one goes on, and `judgementRun` tells how far it is. Judging again changes nothing, unless what a verdict names has got another version since that left it as it is (an area, say, whose end was set later than the observation): then it is stated anew with that version.',
  })
  judge(
    @Arg('observationIds', () => [ID], { nullable: true }) observationIds: string[] | null,
    @Arg('mineIds', () => [ID], {
      nullable: true,
      description: 'Observations of these mines, and those that touch what they are permitted.',
    })
    mineIds: string[] | null,
    @Arg('all', () => Boolean, { nullable: true }) all: boolean | null,
    @Ctx() context: RequestContext,
  ): Promise<JudgementRun> {
    return this.service.judge(context, { observationIds, mineIds, all });
  }

  @Mutation(() => JudgementRunType, {
    description:
      'Ends a running run. What was judged is kept, the parts under way are undone; of a run for a tolerance policy ' +
      'nothing is kept: the one in force stays. A run that a recorded change asked for cannot be cancelled.',
  })
  cancelJudgementRun(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<JudgementRun> {
    return this.service.cancelJudgementRun(context, id);
  }

  @FieldResolver(() => JudgementDiffType, {
    nullable: true,
    description:
      'Where a recorded change is behind the run, or a tolerance policy that has come into force by it.',
  })
  judgementDiff(
    @Root() { diffId, policyVersion }: JudgementRun,
    @Ctx() context: RequestContext,
  ): Promise<JudgementDiff | null> {
    if (diffId !== null) return this.diffs.diff(context, diffId);
    return policyVersion === null ? Promise.resolve(null) : this.diffs.diffOfPolicy(context, policyVersion);
  }
}
