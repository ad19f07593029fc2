import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { LocalDate } from '../../../graph/scalars.js';
import { Rejection } from '../../../graph/upsert-result.type.js';
import { IntakeEncoding, IntakeFormat } from '../../../vocabulary/intake.js';
import { PermittedAreaType } from './permitted-area.type.js';

@InputType('OutlineInput', { description: 'The outline of one area, as a file that holds one.' })
export class OutlineInput {
  @Field(() => IntakeFormat)
  format!: IntakeFormat;

  @Field(() => String)
  content!: string;

  @Field(() => IntakeEncoding, { defaultValue: IntakeEncoding.UTF8 })
  encoding!: IntakeEncoding;

  @Field(() => Int, { nullable: true, description: 'EPSG code, only where the file does not say.' })
  srid?: number | null;
}

@InputType('PermittedAreaCorrection', {
  description:
    'What was on record wrongly, as it should have been. What is left out stays; null takes away an end of validity, an ' +
    'elevation or a stated area. Mine, kind, name and document name the area: if one of them is wrong, withdraw it.',
})
export class PermittedAreaCorrectionInput {
  @Field(() => ID)
  id!: string;

  @Field(() => OutlineInput, { nullable: true })
  outline?: OutlineInput | null;

  @Field(() => LocalDate, { nullable: true })
  validFrom?: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'The first day no longer covered.' })
  validTo?: string | null;

  @Field(() => Float, { nullable: true })
  ceilingMetres?: number | null;

  @Field(() => Float, { nullable: true })
  floorMetres?: number | null;

  @Field(() => Float, { nullable: true })
  statedAreaSquareMetres?: number | null;

  @Field(() => Float, { nullable: true })
  sigmaMetres?: number | null;

  @Field(() => Float, { nullable: true })
  sigmaZMetres?: number | null;

  @Field(() => String, { nullable: true })
  authority?: string | null;

  @Field(() => String)
  reason!: string;

  @Field(() => String, { nullable: true, description: 'The document that the correction rests on.' })
  documentNumber?: string | null;
}

@ObjectType('PermittedAreaChangeResult', { simpleResolvers: true })
export class PermittedAreaChangeResult {
  @Field(() => PermittedAreaType, {
    nullable: true,
    description:
      'The version that came of it, after a withdrawal the last one; null: the outline was refused.',
  })
  area!: PermittedAreaType | null;

  @Field(() => [Rejection], { description: 'Everything wrong with the outline; then nothing was written.' })
  rejected!: Rejection[];
}

@ObjectType('LicenceAreasResult', { simpleResolvers: true })
export class LicenceAreasResult {
  @Field(() => [PermittedAreaType], { description: 'Those that changed, as they are now.' })
  areas!: PermittedAreaType[];
}
