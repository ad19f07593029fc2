import { Field, Float, ID, ObjectType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import type { AreaVersionRef } from './permitted-area.js';

@ObjectType('Neighbour', { description: 'Another mine whose mining right is near.', simpleResolvers: true })
export class NeighbourType {
  mineId!: string;

  @Field(() => Float, { description: 'Between the mining rights, on the ellipsoid; 0 where they meet.' })
  distanceMetres!: number;
}

@ObjectType('BoundaryConflict', {
  description: 'Mining rights of two mines, both in force today, that overlap in plan and in elevation.',
  simpleResolvers: true,
})
export class BoundaryConflictType {
  @Field(() => ID)
  id!: string;

  area!: AreaVersionRef;

  mineId!: string;

  otherArea!: AreaVersionRef;

  otherMineId!: string;

  @Field(() => Float, { description: 'Of the overlap, on the ellipsoid.' })
  areaSquareMetres!: number;
}

export const BoundaryConflictConnection = connectionType('BoundaryConflict', BoundaryConflictType);
