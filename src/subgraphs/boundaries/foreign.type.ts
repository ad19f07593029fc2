import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Entities of other subgraphs, by what names them. */

@ObjectType('Mine', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class MineStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Licence', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class LicenceStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Judgement', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class JudgementStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Violation', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class ViolationStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('JudgementDiff', { simpleResolvers: true })
@Directive('@key(fields: "id")')
export class JudgementDiffStub {
  @Field(() => ID)
  id!: string;
}

/** The difference that a change made to the verdicts, where there is one. */
export const judgementDiffOf = (id: string | null): JudgementDiffStub | null => (id === null ? null : { id });
