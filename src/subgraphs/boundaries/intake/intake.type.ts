import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import { DateTime, LocalDate } from '../../../graph/scalars.js';
import { Rejection } from '../../../graph/upsert-result.type.js';
import { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import { AreaConvention, FindingSeverity } from '../../../vocabulary/intake.js';
import { PermittedAreaType } from '../areas/permitted-area.type.js';

@InputType('IntakeOptions', { description: 'What a file of permitted areas does not say itself.' })
export class IntakeOptionsInput {
  @Field(() => PermittedAreaKind)
  kind!: PermittedAreaKind;

  @Field(() => String)
  authority!: string;

  @Field(() => LocalDate)
  validFrom!: string;

  @Field(() => LocalDate, { nullable: true, description: 'The first day no longer covered.' })
  validTo?: string | null;

  @Field(() => Float, { description: 'Positional accuracy of the corners, 1σ, at most 10 000.' })
  sigmaMetres!: number;

  @Field(() => Float, { nullable: true, description: 'Accuracy of the elevation band, 1σ; 0 unless given.' })
  sigmaZMetres?: number | null;

  @Field(() => Int, { nullable: true, description: 'EPSG code, only where the file does not say.' })
  srid?: number | null;

  @Field(() => ID, { nullable: true })
  licenceId?: string | null;

  @Field(() => String, { nullable: true })
  documentNumber?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of all areas of the file together, at most 100 000 km².',
  })
  statedAreaSquareMetres?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of areas whose file gives no elevation band; from -12 000 to 9 000.',
  })
  ceilingMetres?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of areas whose file gives no elevation band; from -12 000 to 9 000.',
  })
  floorMetres?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the file is imported again, for those of its areas that it corrects.',
  })
  reason?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Check and tell, but write nothing.' })
  dryRun?: boolean | null;
}

@ObjectType('DataQualityFinding', {
  description: 'What an intake noticed about the data it took.',
  simpleResolvers: true,
})
export class DataQualityFindingType {
  @Field(() => ID)
  id!: string;

  mineId!: string;

  areaId!: string | null;

  areaVersion!: number | null;

  @Field(() => String)
  code!: string;

  @Field(() => FindingSeverity)
  severity!: FindingSeverity;

  @Field(() => String)
  message!: string;

  @Field(() => String, { description: 'What to do about it.' })
  advice!: string;

  @Field(() => Int, { nullable: true })
  line!: number | null;

  @Field(() => Int, { nullable: true })
  ring!: number | null;

  @Field(() => Int, { nullable: true })
  vertex!: number | null;

  @Field(() => DateTime)
  foundAt!: Date;
}

export const DataQualityFindingConnection = connectionType('DataQualityFinding', DataQualityFindingType);

@ObjectType('StatedArea', {
  description: 'A document’s stated area beside what its corners give.',
  simpleResolvers: true,
})
export class StatedAreaType {
  @Field(() => Float)
  statedSquareMetres!: number;

  @Field(() => Float)
  ellipsoidalSquareMetres!: number;

  @Field(() => Float)
  planeSquareMetres!: number;

  @Field(() => AreaConvention)
  convention!: AreaConvention;

  @Field(() => Boolean, { description: 'Whether the plane area agrees as well, to the precision stated.' })
  planeAgrees!: boolean;
}

@ObjectType('IntakeResult', {
  description: 'What became of a file: all of it was taken, or nothing.',
  simpleResolvers: true,
})
export class IntakeResultType {
  @Field(() => [PermittedAreaType], { description: 'In the order of the file.' })
  areas!: PermittedAreaType[];

  @Field(() => Int)
  recorded!: number;

  @Field(() => Int)
  corrected!: number;

  @Field(() => Int)
  unchanged!: number;

  @Field(() => StatedAreaType, { nullable: true })
  statedArea!: StatedAreaType | null;

  @Field(() => [DataQualityFindingType])
  findings!: DataQualityFindingType[];

  @Field(() => [Rejection], { description: 'Everything wrong with the file; then nothing was written.' })
  rejected!: Rejection[];
}
