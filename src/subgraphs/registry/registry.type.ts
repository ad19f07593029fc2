import { Directive, Field, Float, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../graph/connection.js';
import { DateTime, GeoJsonGeometry } from '../../graph/scalars.js';
import { LONGEST_KEY } from '../../vocabulary/longest-key.js';
import {
  DivisionLevel,
  MineScale,
  MineStatus,
  MiningMethod,
  ResourceKind,
} from '../../vocabulary/registry.js';
import { MineOrder } from './mine.js';

registerEnumType(MineOrder, { name: 'MineOrder' });

@ObjectType('Division', {
  description: 'An administrative division (行政区划) of GB/T 2260.',
  simpleResolvers: true,
})
@Directive('@key(fields: "code")')
export class DivisionType {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => DivisionLevel)
  level!: DivisionLevel;

  parentCode!: string | null;
}

@ObjectType('Operator', {
  description: 'The legal person that runs a mine (采矿权人).',
  simpleResolvers: true,
})
@Directive('@key(fields: "id")')
export class OperatorType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'Unified social credit code, 18 characters.' })
  creditCode!: string;
}

@ObjectType('Mine', { description: 'The unit everything hangs on (矿山).', simpleResolvers: true })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "code")')
export class MineType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ResourceKind)
  resource!: ResourceKind;

  @Field(() => MiningMethod)
  method!: MiningMethod;

  @Field(() => MineScale)
  scale!: MineScale;

  @Field(() => MineStatus)
  status!: MineStatus;

  @Field(() => Float, { nullable: true })
  capacityTonnesPerYear!: number | null;

  operatorId!: string;

  divisionCode!: string;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const MineConnection = connectionType('Mine', MineType);

@InputType('MineFilter')
export class MineFilterInput {
  @Field(() => String, { nullable: true, description: 'A division and everything below it.' })
  divisionCode?: string | null;

  @Field(() => [ResourceKind], { nullable: true })
  resource?: ResourceKind[] | null;

  @Field(() => [MiningMethod], { nullable: true })
  method?: MiningMethod[] | null;

  @Field(() => [MineScale], { nullable: true })
  scale?: MineScale[] | null;

  @Field(() => [MineStatus], { nullable: true })
  status?: MineStatus[] | null;

  @Field(() => String, { nullable: true, description: 'Part of the name or the code.' })
  search?: string | null;
}

@InputType({ description: 'What a source says of a mine; `code` is its key.' })
export class MineInput {
  @Field(() => String, { description: `At most ${LONGEST_KEY} characters.` })
  code!: string;

  @Field(() => String, { description: `At most ${LONGEST_KEY} characters.` })
  name!: string;

  @Field(() => ResourceKind)
  resource!: ResourceKind;

  @Field(() => MiningMethod)
  method!: MiningMethod;

  @Field(() => MineScale)
  scale!: MineScale;

  @Field(() => MineStatus)
  status!: MineStatus;

  @Field(() => String)
  divisionCode!: string;

  @Field(() => String)
  operatorName!: string;

  @Field(() => String)
  operatorCreditCode!: string;

  @Field(() => Float, { nullable: true })
  capacityTonnesPerYear?: number | null;

  @Field(() => GeoJsonGeometry, { nullable: true })
  location?: object | null;
}
