import type { Geometry } from 'geojson';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import { AsOf, SpatialFilter } from '../../../graph/inputs.type.js';
import { GeoJsonGeometry } from '../../../graph/scalars.js';
import type { RequestContext } from '../../../platform/context.js';
import { pageRequest } from '../../../platform/keyset.js';
import type { BoundariesService } from '../boundaries.service.js';
import { LicenceStub, MineStub } from '../foreign.type.js';
import { areaVersionId, type Corner, type PermittedArea } from './permitted-area.js';
import {
  CornerType,
  PermittedAreaConnection,
  PermittedAreaFilterInput,
  PermittedAreaType,
} from './permitted-area.type.js';

@Resolver(() => PermittedAreaType)
export class PermittedAreaResolver {
  constructor(private readonly service: BoundariesService) {}

  @Query(() => PermittedAreaType, { nullable: true })
  permittedArea(
    @Arg('id', () => ID) id: string,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Ctx() context: RequestContext,
  ): Promise<PermittedArea | null> {
    return this.service.permittedArea(context, id, asOf);
  }

  @Query(() => PermittedAreaConnection, {
    description:
      'Areas as known at asOf.known (now, unless given), in force or not unless asOf.valid or filter.validOn is given.',
  })
  async permittedAreas(
    @Arg('filter', () => PermittedAreaFilterInput, { nullable: true })
    filter: PermittedAreaFilterInput | null,
    @Arg('within', () => SpatialFilter, { nullable: true }) within: SpatialFilter | null,
    @Arg('asOf', () => AsOf, { nullable: true }) asOf: AsOf | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<PermittedArea>> {
    return connection(
      await this.service.permittedAreas(context, filter ?? {}, within, asOf, pageRequest(first, after)),
    );
  }

  // A key of its own: with a key "id version" beside "id", a query planner may ask by id alone and get another version.
  @FieldResolver(() => ID, { description: 'Names this version, whatever comes after it.' })
  versionId(@Root() area: PermittedArea): string {
    return areaVersionId(area);
  }

  @FieldResolver(() => [PermittedAreaType], { description: 'Every version of this area, oldest first.' })
  history(@Root() area: PermittedArea, @Ctx() context: RequestContext): Promise<readonly PermittedArea[]> {
    return this.service.areaHistory(context, area.id);
  }

  @FieldResolver(() => MineStub)
  mine(@Root() area: PermittedArea): MineStub {
    return { id: area.mineId };
  }

  @FieldResolver(() => LicenceStub, { nullable: true })
  licence(@Root() area: PermittedArea): LicenceStub | null {
    return area.licenceId === null ? null : { id: area.licenceId };
  }

  @FieldResolver(() => GeoJsonGeometry, {
    description: 'Edges densified in the source CRS, then brought to `srid` (EPSG).',
  })
  geometry(
    @Root() area: PermittedArea,
    @Arg('srid', () => Int, { defaultValue: 4490 }) srid: number,
    @Ctx() context: RequestContext,
  ): Promise<Geometry | null> {
    return this.service.areaGeometry(context, area, srid);
  }

  @FieldResolver(() => [CornerType])
  corners(@Root() area: PermittedArea, @Ctx() context: RequestContext): Promise<readonly Corner[]> {
    return this.service.corners(context, area);
  }
}
