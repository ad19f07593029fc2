import { Directive, Field, Float, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import { DateTime } from '../../../graph/scalars.js';
import {
  FindingVerdict,
  VerdictClass,
  ViolationKind,
  ViolationState,
} from '../../../vocabulary/enforcement.js';
import { MineScale, MiningMethod, ResourceKind } from '../../../vocabulary/registry.js';
import { ViolationOrder } from './violation.js';

registerEnumType(ViolationOrder, {
  name: 'ViolationOrder',
  valuesConfig: {
    AREA_DESC: { description: 'Largest first.' },
    OVERRUN_DESC: { description: 'Farthest out of bounds first, those without a distance last.' },
    DEPTH_OVERRUN_DESC: { description: 'Farthest out of depth first, those in depth last.' },
    GROWTH_DESC: { description: 'Fastest growing first, those seen only once last.' },
    FIRST_OBSERVED: { description: 'The one first seen longest ago first.' },
    LAST_OBSERVED: { description: 'The one seen most recently first.' },
  },
});

@ObjectType('Violation', {
  description: 'Activity outside what was permitted, followed over time.',
  simpleResolvers: true,
})
@Directive('@key(fields: "id")')
export class ViolationType {
  @Field(() => ID)
  id!: string;

  mineId!: string | null;

  otherMineId!: string | null;

  @Field(() => ViolationKind)
  kind!: ViolationKind;

  @Field(() => VerdictClass, {
    description:
      'The surest of all its findings; area, overruns and volume are those of the last observation.',
  })
  verdict!: VerdictClass;

  @Field(() => ViolationState)
  state!: ViolationState;

  @Field(() => String, {
    nullable: true,
    description: 'What kind and state alone do not say, for example NOT_YET_VALID or why it was closed.',
  })
  reason!: string | null;

  @Field(() => Float, { description: 'Latest area, on the ellipsoid.' })
  areaSquareMetres!: number;

  @Field(() => Float, { description: 'Area when first observed, on the ellipsoid.' })
  firstAreaSquareMetres!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Greatest distance from what was permitted; null where nothing was.',
  })
  overrunMetres!: number | null;

  @Field(() => Float, { nullable: true, description: 'Metres above or below the elevation band.' })
  depthOverrunMetres!: number | null;

  @Field(() => DateTime)
  firstObservedAt!: Date;

  @Field(() => DateTime)
  lastObservedAt!: Date;

  @Field(() => Float, { nullable: true, description: 'Null as long as it was observed once only.' })
  growthSquareMetresPerDay!: number | null;

  @Field(() => DateTime, { description: 'When the hub opened it.' })
  openedAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const ViolationConnection = connectionType('Violation', ViolationType);

@ObjectType('Finding', { description: 'What one judgement found in one place.', simpleResolvers: true })
export class FindingType {
  @Field(() => ID)
  id!: string;

  judgementId!: string;

  observationId!: string;

  otherMineId!: string | null;

  @Field(() => ViolationKind)
  kind!: ViolationKind;

  @Field(() => FindingVerdict)
  verdict!: FindingVerdict;

  @Field(() => String, { nullable: true, description: 'What the kind alone does not say.' })
  reason!: string | null;

  @Field(() => Float, { description: 'On the ellipsoid.' })
  areaSquareMetres!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Greatest distance from what was permitted; null where nothing was.',
  })
  overrunMetres!: number | null;

  @Field(() => Float, { nullable: true, description: 'Metres above or below the elevation band.' })
  depthOverrunMetres!: number | null;

  @Field(() => Float, { nullable: true, description: 'Where a thickness is known.' })
  volumeCubicMetres!: number | null;

  @Field(() => Float, { nullable: true, description: 'Part of the footprint that it covers, 0 to 1.' })
  shareOfFootprint!: number;

  @Field(() => DateTime)
  observedAt!: Date;
}

@InputType('ViolationFilter')
export class ViolationFilterInput {
  @Field(() => [ID], { nullable: true })
  mineIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'A division and everything below it.' })
  divisionCode?: string | null;

  @Field(() => [ViolationKind], { nullable: true })
  kind?: ViolationKind[] | null;

  @Field(() => [VerdictClass], { nullable: true })
  verdict?: VerdictClass[] | null;

  @Field(() => [ViolationState], { nullable: true })
  state?: ViolationState[] | null;

  @Field(() => [ResourceKind], { nullable: true })
  resource?: ResourceKind[] | null;

  @Field(() => [MiningMethod], { nullable: true })
  method?: MiningMethod[] | null;

  @Field(() => [MineScale], { nullable: true })
  scale?: MineScale[] | null;

  @Field(() => Float, { nullable: true })
  minAreaSquareMetres?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Seen at or after this instant.' })
  observedFrom?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'First seen before this instant.' })
  observedTo?: Date | null;
}
