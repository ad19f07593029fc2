import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { LocalDate } from '../../../graph/scalars.js';
import type { RequestContext } from '../../../platform/context.js';
import { JudgementDiffStub, judgementDiffOf } from '../foreign.type.js';
import type { LicenceAreasOutcome, LicenceAreasService } from './licence-areas.service.js';
import { LicenceAreasResult } from './permitted-area-change.type.js';

/** What becomes of a licence's areas when the licence is revoked or renewed. */
@Resolver(() => LicenceAreasResult)
export class LicenceAreasResolver {
  constructor(private readonly service: LicenceAreasService) {}

  @Mutation(() => LicenceAreasResult, {
    description: 'Ends all areas that were imported for a licence, as its revocation does.',
  })
  endAreasOfLicence(
    @Arg('licenceId', () => ID) licenceId: string,
    @Arg('on', () => LocalDate, { description: 'The first day no longer covered; may lie in the past.' })
    on: string,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenceAreasOutcome> {
    return this.service.end(context, licenceId, on, { reason, documentNumber: documentNumber ?? null });
  }

  @Mutation(() => LicenceAreasResult, {
    description: 'Has the areas of a licence that end last go on for longer, as its renewal does.',
  })
  renewAreasOfLicence(
    @Arg('licenceId', () => ID) licenceId: string,
    @Arg('validTo', () => LocalDate, {
      nullable: true,
      description: 'The first day no longer covered; absent: without end.',
    })
    validTo: string | null,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenceAreasOutcome> {
    const grounds = { reason, documentNumber: documentNumber ?? null };
    return this.service.renew(context, licenceId, validTo ?? null, grounds);
  }

  @FieldResolver(() => JudgementDiffStub, {
    nullable: true,
    description: 'What the change did to the verdicts; null: none rests on it.',
  })
  judgementDiff(@Root() { judgementDiffId }: LicenceAreasOutcome): JudgementDiffStub | null {
    return judgementDiffOf(judgementDiffId);
  }
}
