import type { Geometry } from 'geojson';
import { Arg, Ctx, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import { GeoJsonGeometry } from '../../../graph/scalars.js';
import type { RequestContext } from '../../../platform/context.js';
import { pageRequest } from '../../../platform/keyset.js';
import { BoundaryConflictConnection, BoundaryConflictType } from '../areas/adjacency.type.js';
import type { PermittedArea } from '../areas/permitted-area.js';
import { PermittedAreaType } from '../areas/permitted-area.type.js';
import type { BoundariesService } from '../boundaries.service.js';
import { MineStub } from '../foreign.type.js';
import type { BoundaryConflict } from './boundary-conflict.js';

@Resolver(() => BoundaryConflictType)
export class BoundaryConflictResolver {
  constructor(private readonly service: BoundariesService) {}

  @Query(() => BoundaryConflictConnection, {
    description: 'Mining rights in force today that overlap those of another mine, each pair once.',
  })
  async boundaryConflicts(
    @Arg('divisionCode', () => String, { nullable: true }) divisionCode: string | null,
    @Arg('minAreaSquareMetres', () => Float, {
      nullable: true,
      description: 'Of the overlap; 1 unless given.',
    })
    minAreaSquareMetres: number | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<BoundaryConflict>> {
    const page = pageRequest(first, after);
    return connection(await this.service.boundaryConflicts(context, divisionCode, minAreaSquareMetres, page));
  }

  @FieldResolver(() => GeoJsonGeometry, { description: 'The overlap.' })
  geometry(@Root() conflict: BoundaryConflict, @Ctx() context: RequestContext): Promise<Geometry | null> {
    return this.service.overlap(context, conflict);
  }

  @FieldResolver(() => PermittedAreaType)
  area(@Root() conflict: BoundaryConflict, @Ctx() context: RequestContext): Promise<PermittedArea | null> {
    return this.service.areaVersion(context, conflict.area);
  }

  @FieldResolver(() => PermittedAreaType)
  otherArea(
    @Root() conflict: BoundaryConflict,
    @Ctx() context: RequestContext,
  ): Promise<PermittedArea | null> {
    return this.service.areaVersion(context, conflict.otherArea);
  }

  @FieldResolver(() => MineStub)
  mine(@Root() conflict: BoundaryConflict): MineStub {
    return { id: conflict.mineId };
  }

  @FieldResolver(() => MineStub)
  otherMine(@Root() conflict: BoundaryConflict): MineStub {
    return { id: conflict.otherMineId };
  }
}
