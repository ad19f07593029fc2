import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../../graph/connection.js';
import { DateTime, LocalDate } from '../../../graph/scalars.js';
import { VerdictClass, ViolationKind } from '../../../vocabulary/enforcement.js';
import { RejudgementKind, ViolationChange } from '../../../vocabulary/rejudgement.js';

@ObjectType('ChangedSubject', {
  description: 'What changed (an area, a licence, an observation, a policy), in the version that came of it.',
  simpleResolvers: true,
})
export class ChangedSubjectType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { nullable: true })
  version!: number | null;
}

@ObjectType('JudgementDiffEntry', {
  description: 'What became of one violation. Where it does not stand, area and verdict are null.',
  simpleResolvers: true,
})
export class JudgementDiffEntryType {
  diffId!: string;

  @Field(() => ID)
  violationId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The id it had before, where another finding names it now.',
  })
  formerId!: string | null;

  mineId!: string | null;

  @Field(() => ViolationKind)
  kind!: ViolationKind;

  @Field(() => ViolationChange)
  change!: ViolationChange;

  @Field(() => Float, { nullable: true, description: 'Square metres.' })
  areaBefore!: number | null;

  @Field(() => Float, { nullable: true, description: 'Square metres.' })
  areaAfter!: number | null;

  @Field(() => VerdictClass, { nullable: true })
  verdictBefore!: VerdictClass | null;

  @Field(() => VerdictClass, { nullable: true })
  verdictAfter!: VerdictClass | null;

  @Field(() => String, { nullable: true, description: 'Why it does not stand any more.' })
  reason!: string | null;
}

@ObjectType('ViolationChangeCount', { simpleResolvers: true })
export class ViolationChangeCountType {
  @Field(() => ViolationChange)
  change!: ViolationChange;

  @Field(() => Int)
  count!: number;
}

const COUNTED = 'Null for those who do not see everything, as observations of all counties are counted.';

@ObjectType('JudgementDiff', {
  description: 'What a change that verdicts rest on made of the violations, and the change itself.',
  simpleResolvers: true,
})
@Directive('@key(fields: "id")')
export class JudgementDiffType {
  @Field(() => ID)
  id!: string;

  @Field(() => RejudgementKind)
  cause!: RejudgementKind;

  @Field(() => [ChangedSubjectType], { description: 'Those that may be seen.' })
  subjects!: ChangedSubjectType[];

  mineIds!: readonly string[];

  @Field(() => LocalDate, { nullable: true, description: 'First day of which something changed.' })
  validFrom!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'First day of which nothing changed again.' })
  validTo!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was said when the change was made; null also where none of the subjects may be seen.',
  })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'Null: none of the subjects may be seen.' })
  requestedBy!: string | null;

  @Field(() => DateTime)
  requestedAt!: Date;

  @Field(() => Int, {
    nullable: true,
    description: `Observations that the change can touch; no others are judged again. ${COUNTED}`,
  })
  observations!: number | null;

  @Field(() => Int, { nullable: true, description: COUNTED })
  judged!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `Observations whose verdict differs from the one before. ${COUNTED}`,
  })
  changed!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Null while observations are being judged in the background.',
  })
  completedAt!: Date | null;
}

export const JudgementDiffConnection = connectionType('JudgementDiff', JudgementDiffType);
