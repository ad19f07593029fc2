import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { LocalDate } from '../../../graph/scalars.js';
import type { RequestContext } from '../../../platform/context.js';
import { JudgementDiffStub, judgementDiffOf } from '../foreign.type.js';
import type { AreaChangeOutcome, PermittedAreaChangeService } from './permitted-area-change.service.js';
import { PermittedAreaChangeResult, PermittedAreaCorrectionInput } from './permitted-area-change.type.js';

/** Changes of a permitted area: each is its next version, with a reason and the document that it rests on. */
@Resolver(() => PermittedAreaChangeResult)
export class PermittedAreaChangeResolver {
  constructor(private readonly service: PermittedAreaChangeService) {}

  @Mutation(() => PermittedAreaChangeResult, {
    description: 'Corrects what was recorded of an area; verdicts that rest on it are reached again.',
  })
  correctPermittedArea(
    @Arg('input', () => PermittedAreaCorrectionInput) input: PermittedAreaCorrectionInput,
    @Ctx() context: RequestContext,
  ): Promise<AreaChangeOutcome> {
    const { id, reason, documentNumber, ...correction } = input;
    return this.service.correct(context, id, correction, { reason, documentNumber: documentNumber ?? null });
  }

  @Mutation(() => PermittedAreaChangeResult, {
    description:
      'Ends an area before its time, as a revocation does; it goes on to permit what was done before.',
  })
  endPermittedArea(
    @Arg('id', () => ID) id: string,
    @Arg('on', () => LocalDate, { description: 'The first day no longer covered; may lie in the past.' })
    on: string,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<AreaChangeOutcome> {
    return this.service.end(context, id, on, { reason, documentNumber: documentNumber ?? null });
  }

  @Mutation(() => PermittedAreaChangeResult, {
    description:
      'For an area that was entered by mistake: it never counted. What was known before stays readable.',
  })
  withdrawPermittedArea(
    @Arg('id', () => ID) id: string,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<AreaChangeOutcome> {
    return this.service.withdraw(context, id, { reason, documentNumber: documentNumber ?? null });
  }

  @FieldResolver(() => JudgementDiffStub, {
    nullable: true,
    description: 'What the change did to the verdicts; null: none rests on it.',
  })
  judgementDiff(@Root() { judgementDiffId }: AreaChangeOutcome): JudgementDiffStub | null {
    return judgementDiffOf(judgementDiffId);
  }
}
