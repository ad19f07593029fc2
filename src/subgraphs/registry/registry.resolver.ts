import type { Point } from 'geojson';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../graph/connection.js';
import { SpatialFilter } from '../../graph/inputs.type.js';
import { GeoJsonGeometry } from '../../graph/scalars.js';
import { selectedNodeFields } from '../../graph/selected-fields.js';
import { UpsertResult } from '../../graph/upsert-result.type.js';
import type { RequestContext } from '../../platform/context.js';
import { pageRequest } from '../../platform/keyset.js';
import type { Division } from './division.js';
import { type Mine, MineOrder } from './mine.js';
import type { Operator } from './operator.js';
import type { MineUpsert, RegistryService } from './registry.service.js';
import {
  DivisionType,
  MineConnection,
  MineFilterInput,
  MineInput,
  MineType,
  OperatorType,
} from './registry.type.js';

@Resolver(() => MineType)
export class MineResolver {
  constructor(private readonly service: RegistryService) {}

  @Query(() => MineType, { nullable: true, name: 'mine' })
  mine(
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('code', () => String, { nullable: true }) code: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Mine | null> {
    return this.service.mine(context, { id, code });
  }

  @Query(() => MineConnection)
  async mines(
    @Arg('filter', () => MineFilterInput, { nullable: true }) filter: MineFilterInput | null,
    @Arg('within', () => SpatialFilter, { nullable: true }) within: SpatialFilter | null,
    @Arg('orderBy', () => MineOrder, { nullable: true }) orderBy: MineOrder | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Mine>> {
    const page = pageRequest(first, after);
    const fields = selectedNodeFields(info);
    return connection(await this.service.mines(context, filter ?? {}, within, orderBy ?? 'ID', page, fields));
  }

  @Mutation(() => UpsertResult, { description: 'Creates or corrects mines, keyed by code.' })
  upsertMines(
    @Arg('input', () => [MineInput]) input: MineInput[],
    @Ctx() context: RequestContext,
  ): Promise<MineUpsert> {
    return this.service.upsertMines(
      context,
      input.map((mine) => ({
        ...mine,
        capacityTonnesPerYear: mine.capacityTonnesPerYear ?? null,
        location: (mine.location ?? null) as Point | null,
      })),
    );
  }

  @FieldResolver(() => GeoJsonGeometry, { nullable: true })
  location(@Root() mine: Mine, @Ctx() context: RequestContext): Promise<Point | null> {
    return this.service.location(context, mine.id);
  }

  @FieldResolver(() => OperatorType)
  operator(@Root() mine: Mine, @Ctx() context: RequestContext): Promise<Operator | null> {
    return this.service.operator(context, mine.operatorId);
  }

  @FieldResolver(() => DivisionType)
  division(@Root() mine: Mine, @Ctx() context: RequestContext): Promise<Division | null> {
    return this.service.division(context, mine.divisionCode);
  }
}

@Resolver(() => OperatorType)
export class OperatorResolver {
  constructor(private readonly service: RegistryService) {}

  @FieldResolver(() => MineConnection)
  async mines(
    @Root() operator: Operator,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Mine>> {
    return connection(await this.service.minesOf(context, operator.id, pageRequest(first, after)));
  }
}

@Resolver(() => DivisionType)
export class DivisionResolver {
  constructor(private readonly service: RegistryService) {}

  @Query(() => DivisionType, { nullable: true, name: 'division' })
  divisionByCode(
    @Arg('code', () => String) code: string,
    @Ctx() context: RequestContext,
  ): Promise<Division | null> {
    return this.service.division(context, code);
  }

  @FieldResolver(() => DivisionType, { nullable: true })
  async parent(@Root() division: Division, @Ctx() context: RequestContext): Promise<Division | null> {
    return division.parentCode === null ? null : this.service.division(context, division.parentCode);
  }
}
