import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Float, Info, Int, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../graph/connection.js';
import { AsOf } from '../../graph/inputs.type.js';
import { selectedFields } from '../../graph/selected-fields.js';
import type { RequestContext } from '../../platform/context.js';
import { pageRequest } from '../../platform/keyset.js';
import { PermittedAreaKind } from '../../vocabulary/boundaries.js';
import { NeighbourType } from './areas/adjacency.type.js';
import type { PermittedArea } from './areas/permitted-area.js';
import { PermittedAreaType } from './areas/permitted-area.type.js';
import type { BoundariesService } from './boundaries.service.js';
import { MineStub } from './foreign.type.js';
import type { Observation } from './observations/observation.js';
import { ObservationConnection } from './observations/observation.type.js';
import type { Neighbour } from './quality/boundary-conflict.js';

/** What the boundaries add to a mine; each field reads the mine's id only. */
@Resolver(() => MineStub)
export class MineResolver {
  constructor(private readonly service: BoundariesService) {}

  @FieldResolver(() => [PermittedAreaType], {
    description: 'As known at asOf.known (now, unless given), in force or not unless asOf.valid is given.',
  })
  permittedAreas(
    @Root() mine: MineStub,
    @Arg('kind', () => [PermittedAreaKind], { nullable: true }) kind: PermittedAreaKind[] | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly PermittedArea[]> {
    return this.service.areasOfMine(context, mine.id, kind, asOf, selectedFields(info));
  }

  @FieldResolver(() => ObservationConnection)
  async observations(
    @Root() mine: MineStub,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Observation>> {
    return connection(await this.service.observationsOfMine(context, mine.id, pageRequest(first, after)));
  }

  @FieldResolver(() => [NeighbourType], { description: 'By mining rights in force today, nearest first.' })
  neighbours(
    @Root() mine: MineStub,
    @Arg('withinMetres', () => Float, { defaultValue: 1000 }) withinMetres: number,
    @Ctx() context: RequestContext,
  ): Promise<readonly Neighbour[]> {
    return this.service.neighbours(context, mine.id, withinMetres);
  }
}

@Resolver(() => NeighbourType)
export class NeighbourResolver {
  @FieldResolver(() => MineStub)
  mine(@Root() neighbour: Neighbour): MineStub {
    return { id: neighbour.mineId };
  }
}
