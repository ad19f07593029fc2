import { Directive, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../graph/connection.js';
import { DateTime, LocalDate } from '../../graph/scalars.js';
import { WithdrawalType } from '../../graph/withdrawal.type.js';
import { LicenceKind, LicenceStatus } from '../../vocabulary/licences.js';
import { LONGEST_KEY } from '../../vocabulary/longest-key.js';
import { LicenceChange } from '../../vocabulary/versions.js';
import { LicenceOrder } from './licence.js';

registerEnumType(LicenceOrder, {
  name: 'LicenceOrder',
  valuesConfig: { VALID_TO: { description: 'Those that end first come first, those without end last.' } },
});

/** The registry's mine, to which this subgraph adds its licences. */
@ObjectType('Mine', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class MineStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('JudgementDiff', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class JudgementDiffStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Licence', {
  description: 'A mining licence (采矿许可证) or safety production permit (安全生产许可证), in one version.',
  simpleResolvers: true,
})
@Directive('@key(fields: "id")')
@Directive('@key(fields: "number")')
export class LicenceType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, {
    description: 'A change is the next version; the old one stays readable by asOf and history.',
  })
  version!: number;

  mineId!: string;

  @Field(() => LicenceKind)
  kind!: LicenceKind;

  @Field(() => String)
  number!: string;

  @Field(() => String)
  issuer!: string;

  @Field(() => LocalDate, { description: 'First day covered.' })
  validFrom!: string;

  @Field(() => LocalDate, { nullable: true, description: 'First day no longer covered; null: without end.' })
  validTo!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'First day of the suspension, if there was one.' })
  suspendedFrom!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'First day no longer suspended.' })
  suspendedTo!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Day from which the licence is revoked.' })
  revokedOn!: string | null;

  @Field(() => Float, { nullable: true })
  statedAreaSquareKilometres!: number | null;

  @Field(() => Float, { nullable: true })
  capacityTonnesPerYear!: number | null;

  @Field(() => [String], { description: 'Seams that may be mined; empty: the licence names none.' })
  seams!: readonly string[];

  supersedesId!: string | null;

  @Field(() => DateTime, { description: 'Since when the hub has known it so.' })
  recordedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Since when the hub knows better; null: it stands.' })
  supersededAt!: Date | null;

  @Field(() => LicenceChange, { description: 'How this version came to be.' })
  change!: LicenceChange;

  @Field(() => String, {
    nullable: true,
    description: 'What whoever recorded this version gave as the reason.',
  })
  changeReason!: string | null;

  @Field(() => String, { nullable: true, description: 'The document that this version rests on.' })
  changeDocumentNumber!: string | null;

  @Field(() => WithdrawalType, {
    nullable: true,
    description: 'Why the licence does not count any more, where this was its last version.',
  })
  withdrawal!: WithdrawalType | null;
}

export const LicenceConnection = connectionType('Licence', LicenceType);

@InputType('LicenceFilter')
export class LicenceFilterInput {
  @Field(() => [ID], { nullable: true })
  mineIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'A division and everything below it.' })
  divisionCode?: string | null;

  @Field(() => [LicenceKind], { nullable: true })
  kind?: LicenceKind[] | null;

  @Field(() => [LicenceStatus], { nullable: true, description: 'What the licence is today.' })
  status?: LicenceStatus[] | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'The last day covered lies before this one; licences already expired are among them.',
  })
  expiringBefore?: string | null;
}

@InputType({ description: 'What a source says of a licence; `number` is its key.' })
export class LicenceInput {
  @Field(() => String)
  mineCode!: string;

  @Field(() => LicenceKind)
  kind!: LicenceKind;

  @Field(() => String, { description: `At most ${LONGEST_KEY} characters.` })
  number!: string;

  @Field(() => String)
  issuer!: string;

  @Field(() => LocalDate)
  validFrom!: string;

  @Field(() => LocalDate, { nullable: true, description: 'First day no longer covered.' })
  validTo?: string | null;

  @Field(() => LocalDate, { nullable: true })
  suspendedFrom?: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'First day no longer suspended.' })
  suspendedTo?: string | null;

  @Field(() => LocalDate, { nullable: true })
  revokedOn?: string | null;

  @Field(() => Float, { nullable: true })
  statedAreaSquareKilometres?: number | null;

  @Field(() => Float, { nullable: true })
  capacityTonnesPerYear?: number | null;

  @Field(() => [String], { nullable: true })
  seams?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Number of the licence that this one replaces.' })
  supersedesNumber?: string | null;
}

@InputType({ description: 'For how long, and what else, a licence is granted anew; what is left out stays.' })
export class LicenceRenewalInput {
  @Field(() => String)
  number!: string;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day no longer covered; absent: without end.',
  })
  validTo?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Where the renewal is a licence of its own, which supersedes this one, of at most ${LONGEST_KEY} characters; absent: the number stays.`,
  })
  newNumber?: string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day of the licence with the new number; absent: the day on which the old one ends.',
  })
  validFrom?: string | null;

  @Field(() => String, { nullable: true })
  issuer?: string | null;

  @Field(() => Float, { nullable: true })
  statedAreaSquareKilometres?: number | null;

  @Field(() => Float, { nullable: true })
  capacityTonnesPerYear?: number | null;

  @Field(() => [String], { nullable: true })
  seams?: string[] | null;

  @Field(() => String)
  reason!: string;

  @Field(() => String, { nullable: true })
  documentNumber?: string | null;
}

@ObjectType('LicenceChangeResult', { simpleResolvers: true })
export class LicenceChangeResult {
  @Field(() => LicenceType, { description: 'The version that came of it; after a withdrawal the last one.' })
  licence!: LicenceType;
}
