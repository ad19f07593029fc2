import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../graph/connection.js';
import { LocalDate } from '../../graph/scalars.js';
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
    @Ctx() context: RequestContext,
  ): Promise<Licence | null> {
    return this.service.licence(context, { id, number });
  }

  @Query(() => LicenceConnection)
  async licences(
    @Arg('filter', () => LicenceFilterInput, { nullable: true }) filter: LicenceFilterInput | null,
    @Arg('orderBy', () => LicenceOrder, { nullable: true }) orderBy: LicenceOrder | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Licence>> {
    return connection(
      await this.service.licences(context, filter ?? {}, orderBy ?? 'ID', pageRequest(first, after)),
    );
  }

  @Mutation(() => UpsertResult, { description: 'Creates or corrects licences, keyed by number.' })
  upsertLicences(
    @Arg('input', () => [LicenceInput]) input: LicenceInput[],
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
        supersededNumber: licence.supersededNumber ?? null,
      })),
    );
  }

  @FieldResolver(() => MineStub)
  mine(@Root() licence: Licence): MineStub {
    return { id: licence.mineId };
  }

  @FieldResolver(() => LicenceStatus, { description: 'On a day in Asia/Shanghai, by default today.' })
  status(
    @Root() licence: Licence,
    @Arg('on', () => LocalDate, { nullable: true }) on: string | null,
    @Ctx() context: RequestContext,
  ): LicenceStatus {
    return this.service.status(context, licence, on ?? null);
  }

  @FieldResolver(() => LicenceType, { nullable: true, description: 'The licence that this one replaced.' })
  supersedes(@Root() licence: Licence, @Ctx() context: RequestContext): Promise<Licence | null> {
    return this.service.licence(context, { id: licence.supersedesId });
  }
}

@Resolver(() => MineStub)
export class MineLicencesResolver {
  constructor(private readonly service: LicencesService) {}

  @FieldResolver(() => [LicenceType], { description: 'Oldest first within each kind.' })
  licences(
    @Root() mine: MineStub,
    @Arg('kind', () => [LicenceKind], { nullable: true }) kinds: LicenceKind[] | null,
    @Arg('validOn', () => LocalDate, { nullable: true }) validOn: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly Licence[]> {
    const fields = selectedFields(info);
    return this.service.licencesOfMine(context, mine.id, kinds ?? null, validOn ?? null, fields);
  }
}
