import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import { DateTime, LocalDate } from '../../../graph/scalars.js';
import { WithdrawalType } from '../../../graph/withdrawal.type.js';
import { CrsClass, PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import { PermittedAreaChange } from '../../../vocabulary/versions.js';

@ObjectType('Corner', { description: 'A corner as issued, in the source CRS (拐点).', simpleResolvers: true })
export class CornerType {
  @Field(() => String)
  number!: string;

  @Field(() => Float, { description: 'Northing or latitude.' })
  x!: number;

  @Field(() => Float, { description: 'Easting (with zone prefix where issued so) or longitude.' })
  y!: number;

  @Field(() => Int, { description: 'From 1, through all polygons of the area.' })
  ring!: number;
}

@ObjectType('PermittedArea', {
  description: 'An area within which a named activity is allowed or forbidden (许可范围), in one version.',
  simpleResolvers: true,
})
@Directive('@key(fields: "id")')
@Directive('@key(fields: "versionId")')
export class PermittedAreaType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'A correction is the next version; the old one stays readable by asOf.' })
  version!: number;

  mineId!: string;

  licenceId!: string | null;

  @Field(() => PermittedAreaKind)
  kind!: PermittedAreaKind;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => Int, { description: 'EPSG code of the CRS it was issued in.' })
  sourceSrid!: number;

  @Field(() => CrsClass)
  crsClass!: CrsClass;

  @Field(() => Float, { nullable: true, description: 'Highest elevation, 1985 national height datum.' })
  ceilingMetres!: number | null;

  @Field(() => Float, { nullable: true, description: 'Lowest elevation, 1985 national height datum.' })
  floorMetres!: number | null;

  @Field(() => Float, { description: 'Area of record: on the ellipsoid, from the corners.' })
  areaSquareMetres!: number;

  @Field(() => Float, { description: 'In the source CRS, or in the judging zone where that is geographic.' })
  planeAreaSquareMetres!: number;

  @Field(() => Float, { nullable: true, description: 'What the document states for all its areas together.' })
  statedAreaSquareMetres!: number | null;

  @Field(() => Float, { description: 'Positional accuracy, 1σ.' })
  sigmaMetres!: number;

  @Field(() => Float, { description: 'Accuracy of the elevation band, 1σ.' })
  sigmaZMetres!: number;

  @Field(() => LocalDate)
  validFrom!: string;

  @Field(() => LocalDate, { nullable: true, description: 'The first day no longer covered.' })
  validTo!: string | null;

  @Field(() => DateTime, { description: 'Since when the hub has known it so.' })
  recordedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Since when the hub knows better; null: it stands.' })
  supersededAt!: Date | null;

  @Field(() => String)
  authority!: string;

  @Field(() => String, { nullable: true })
  documentNumber!: string | null;

  @Field(() => PermittedAreaChange, { description: 'How this version came to be.' })
  change!: PermittedAreaChange;

  @Field(() => String, {
    nullable: true,
    description: 'What whoever recorded this version gave as the reason.',
  })
  changeReason!: string | null;

  @Field(() => String, { nullable: true, description: 'The document that this version rests on.' })
  changeDocumentNumber!: string | null;

  @Field(() => WithdrawalType, {
    nullable: true,
    description: 'Why the area does not count any more, where this was its last version.',
  })
  withdrawal!: WithdrawalType | null;
}

export const PermittedAreaConnection = connectionType('PermittedArea', PermittedAreaType);

@InputType('PermittedAreaFilter')
export class PermittedAreaFilterInput {
  @Field(() => [PermittedAreaKind], { nullable: true })
  kind?: PermittedAreaKind[] | null;

  @Field(() => [ID], { nullable: true })
  mineIds?: string[] | null;

  @Field(() => ID, { nullable: true })
  licenceId?: string | null;

  @Field(() => String, { nullable: true, description: 'A division and everything below it.' })
  divisionCode?: string | null;

  @Field(() => String, { nullable: true })
  documentNumber?: string | null;

  @Field(() => String, { nullable: true })
  authority?: string | null;

  @Field(() => [CrsClass], { nullable: true })
  crsClass?: CrsClass[] | null;

  @Field(() => LocalDate, { nullable: true, description: 'A day on which the area is in force.' })
  validOn?: string | null;
}
