import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../graph/connection.js';
import { AsOf } from '../../graph/inputs.type.js';
import { DateTime, LocalDate } from '../../graph/scalars.js';
import { selectedFields } from '../../graph/selected-fields.js';
import { UpsertResult } from '../../graph/upsert-result.type.js';
import type { RequestContext } from '../../platform/context.js';
import { pageRequest } from '../../platform/keyset.js';
import { LicenceKind, LicenceStatus } from '../../vocabulary/licences.js';
import { type Licence, LicenceOrder } from './licence.js';
import type { LicencesService, LicenceUpsert } from './licences.service.js';
import {
  LicenceConnection,
  LicenceFilterInput,
  LicenceInput,
  LicenceType,
  MineStub,
} from './licences.type.js';

@Resolver(() => LicenceType)
export class LicenceResolver {
  constructor(private readonly service: LicencesService) {}

  @Query(() => LicenceType, { nullable: true, name: 'licence' })
  licence(
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('number', () => String, { nullable: true }) number: string | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Ctx() context: RequestContext,
  ): Promise<Licence | null> {
    return this.service.licence(context, { id, number }, asOf);
  }

  @Query(() => LicenceConnection, {
    description:
      'Licences as known at asOf.known (now, unless given), in force or not unless asOf.valid is given. A status is that ' +
      'of asOf.valid, unless a day is named, and of today where neither is.',
  })
  async licences(
    @Arg('filter', () => LicenceFilterInput, { nullable: true }) filter: LicenceFilterInput | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Arg('orderBy', () => LicenceOrder, { nullable: true }) orderBy: LicenceOrder | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Licence>> {
    return connection(
      await this.service.licences(context, filter ?? {}, orderBy ?? 'ID', pageRequest(first, after), asOf),
    );
  }

  @Mutation(() => UpsertResult, {
    description: 'Creates or corrects licences, keyed by number; a correction is the next version.',
  })
  upsertLicences(
    @Arg('input', () => [LicenceInput]) input: LicenceInput[],
    @Arg('reason', () => String, { nullable: true }) reason: string | null,
    @Arg('documentNumber', () => String, { nullable: true }) documentNumber: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenceUpsert> {
    return this.service.upsertLicences(
      context,
      input.map((licence) => ({
        ...licence,
        validTo: licence.validTo ?? null,
        suspendedFrom: licence.suspendedFrom ?? null,
        suspendedTo: licence.suspendedTo ?? null,
        revokedOn: licence.revokedOn ?? null,
        statedAreaSquareKilometres: licence.statedAreaSquareKilometres ?? null,
        capacityTonnesPerYear: licence.capacityTonnesPerYear ?? null,
        seams: licence.seams ?? [],
        supersedesNumber: licence.supersedesNumber ?? null,
      })),
      { ...(reason ? { reason } : {}), documentNumber: documentNumber ?? null },
    );
  }

  @FieldResolver(() => MineStub)
  mine(@Root() licence: Licence): MineStub {
    return { id: licence.mineId };
  }

  @FieldResolver(() => DateTime)
  updatedAt(@Root() licence: Licence): Date {
    return licence.recordedAt;
  }

  @FieldResolver(() => [LicenceType], { description: 'Every version of this licence, oldest first.' })
  history(@Root() licence: Licence, @Ctx() context: RequestContext): Promise<readonly Licence[]> {
    return this.service.history(context, licence);
  }

  @FieldResolver(() => LicenceStatus, {
    description: 'On a day in Asia/Shanghai, by default the one the licence was asked for as of, else today.',
  })
  status(
    @Root() licence: Licence,
    @Arg('on', () => LocalDate, { nullable: true }) on: string | null,
    @Ctx() context: RequestContext,
  ): LicenceStatus {
    return this.service.status(context, licence, on ?? null);
  }

  @FieldResolver(() => LicenceType, { nullable: true, description: 'The licence that this one replaced.' })
  supersedes(@Root() licence: Licence, @Ctx() context: RequestContext): Promise<Licence | null> {
    return this.service.superseded(context, licence);
  }
}

@Resolver(() => MineStub)
export class MineLicencesResolver {
  constructor(private readonly service: LicencesService) {}

  @FieldResolver(() => [LicenceType], {
    description:
      'Oldest first within each kind. validOn: those that are VALID on the day, which leaves out the suspended; ' +
      'asOf.valid: those whose validity covers it.',
  })
  licences(
    @Root() mine: MineStub,
    @Arg('kind', () => [LicenceKind], { nullable: true }) kinds: LicenceKind[] | null,
    @Arg('validOn', () => LocalDate, { nullable: true }) validOn: string | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly Licence[]> {
    const fields = selectedFields(info);
    return this.service.licencesOfMine(context, mine.id, kinds, validOn, fields, asOf);
  }
}
