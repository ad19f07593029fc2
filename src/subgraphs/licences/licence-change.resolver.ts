import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { LocalDate } from '../../graph/scalars.js';
import type { RequestContext } from '../../platform/context.js';
import type { LicenceChangeOutcome, LicenceChangeService } from './licence-change.service.js';
import { JudgementDiffStub, LicenceChangeResult, LicenceRenewalInput } from './licences.type.js';

/** Changes of a licence: each is its next version, with a reason and the document that it rests on. */
@Resolver(() => LicenceChangeResult)
export class LicenceChangeResolver {
  constructor(private readonly service: LicenceChangeService) {}

  @Mutation(() => LicenceChangeResult, {
    description:
      'For longer under the same number, or as a licence with a new number that supersedes this one.',
  })
  renewLicence(
    @Arg('input', () => LicenceRenewalInput) input: LicenceRenewalInput,
    @Ctx() context: RequestContext,
  ): Promise<LicenceChangeOutcome> {
    const { number, reason, documentNumber, validTo, newNumber, validFrom, ...terms } = input;
    return this.service.renewLicence(
      context,
      number,
      { ...terms, validTo: validTo ?? null, newNumber: newNumber ?? null, validFrom: validFrom ?? null },
      { reason, documentNumber: documentNumber ?? null },
    );
  }

  @Mutation(() => LicenceChangeResult)
  suspendLicence(
    @Arg('number', () => String) number: string,
    @Arg('from', () => LocalDate, { description: 'First day suspended.' }) from: string,
    @Arg('to', () => LocalDate, {
      nullable: true,
      description: 'First day no longer suspended; absent: until further notice.',
    })
    to: string | null,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenceChangeOutcome> {
    return this.service.suspendLicence(context, number, from, to ?? null, {
      reason,
      documentNumber: documentNumber ?? null,
    });
  }

  @Mutation(() => LicenceChangeResult, { description: 'Ends a suspension.' })
  resumeLicence(
    @Arg('number', () => String) number: string,
    @Arg('on', () => LocalDate, { description: 'First day no longer suspended.' }) on: string,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenceChangeOutcome> {
    return this.service.resumeLicence(context, number, on, {
      reason,
      documentNumber: documentNumber ?? null,
    });
  }

  @Mutation(() => LicenceChangeResult, {
    description:
      'Ends a licence for good before its time. What it permitted is told by its areas: end them with endAreasOfLicence.',
  })
  revokeLicence(
    @Arg('number', () => String) number: string,
    @Arg('on', () => LocalDate, { description: 'First day no longer covered.' }) on: string,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenceChangeOutcome> {
    return this.service.revokeLicence(context, number, on, {
      reason,
      documentNumber: documentNumber ?? null,
    });
  }

  @Mutation(() => LicenceChangeResult, {
    description:
      'For a licence that was entered by mistake: it never counted. What was known before stays readable.',
  })
  withdrawLicence(
    @Arg('number', () => String) number: string,
    @Arg('reason', () => String) reason: string,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenceChangeOutcome> {
    return this.service.withdrawLicence(context, number, { reason, documentNumber: documentNumber ?? null });
  }

  @FieldResolver(() => JudgementDiffStub, {
    nullable: true,
    description: 'What the change did to the verdicts; null: none rests on it.',
  })
  judgementDiff(@Root() { judgementDiffId }: LicenceChangeOutcome): JudgementDiffStub | null {
    return judgementDiffId === null ? null : { id: judgementDiffId };
  }
}
