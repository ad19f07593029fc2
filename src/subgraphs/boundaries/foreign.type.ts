import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Entities of other subgraphs, by what names them. */

@ObjectType('Mine')
@Directive('@key(fields: "id")')
export class MineStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Licence')
@Directive('@key(fields: "id")')
export class LicenceStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Judgement')
@Directive('@key(fields: "id")')
export class JudgementStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Violation')
@Directive('@key(fields: "id")')
export class ViolationStub {
  @Field(() => ID)
  id!: string;
}
