import { createUnionType, Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../graph/connection.js';
import { DateTime, Json } from '../../../graph/scalars.js';
import { JudgementType } from '../judgements/judgement.type.js';
import { MineStub, ObservationStub, PermittedAreaStub } from '../stubs.type.js';
import { ViolationType } from '../violations/violation.type.js';
import type { RegistryUpdate } from './registry-update.js';

@ObjectType('Operator', { simpleResolvers: true })
@Directive('@key(fields: "id", resolvable: false)')
export class OperatorStub {
  @Field(() => ID)
  id!: string;
}

@ObjectType('Licence', { simpleResolvers: true })
@Directive('@key(fields: "id", resolvable: false)')
export class LicenceStub {
  @Field(() => ID)
  id!: string;
}

export const UpdateSubject = createUnionType({
  name: 'UpdateSubject',
  description: 'What an update is about, to be asked for whatever its owner knows of it now.',
  types: () =>
    [
      MineStub,
      OperatorStub,
      LicenceStub,
      PermittedAreaStub,
      ObservationStub,
      JudgementType,
      ViolationType,
    ] as const,
  resolveType: (subject: object) => (subject as { __typename: string }).__typename,
});

@ObjectType('RegistryUpdate', {
  description: 'One change of the registry, as it was written with the change itself.',
  simpleResolvers: true,
})
export class RegistryUpdateType implements RegistryUpdate {
  @Field(() => String, { description: 'Where to follow on from, with the same filter.' })
  cursor!: string;

  @Field(() => ID, { nullable: true, description: 'Null of a heartbeat.' })
  id!: string | null;

  @Field(() => String, {
    description:
      'Like `violation.detected`; `LEFT_FILTER` when the subject matched and does not any more; `heartbeat` when ' +
      'nothing happened and the cursor has moved on.',
  })
  type!: string;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => String, { nullable: true, description: 'Its type in the graph.' })
  subjectType!: string | null;

  @Field(() => ID, { nullable: true })
  subjectId!: string | null;

  @Field(() => ID, { nullable: true })
  mineId!: string | null;

  @Field(() => String, { nullable: true })
  divisionCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Who did it.' })
  actor!: string | null;

  @Field(() => ID, { nullable: true, description: 'The update that this one follows from.' })
  causeId!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the fact before the change.' })
  beforeDigest!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the fact after the change.' })
  afterDigest!: string | null;

  @Field(() => Json, { nullable: true, description: 'What the type of update says beside all this.' })
  data!: Readonly<Record<string, unknown>> | null;

  @Field(() => Int, { nullable: true, description: 'Of the subject, where it has versions.' })
  version!: number | null;
}

@ObjectType('UpdateEdge', { simpleResolvers: true })
export class UpdateEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => RegistryUpdateType)
  node!: RegistryUpdate;
}

@ObjectType('UpdateConnection', {
  description:
    'A page of the log. Where few updates match it may hold less than was asked for and still have a next page; ' +
    '`endCursor` has then moved on.',
  simpleResolvers: true,
})
export class UpdateConnection {
  @Field(() => [UpdateEdge])
  edges!: readonly UpdateEdge[];

  @Field(() => [RegistryUpdateType])
  nodes!: readonly RegistryUpdate[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  count!: () => Promise<number | null>;

  @Field(() => Int, {
    name: 'totalCount',
    nullable: true,
    description:
      'Updates that match, in the whole log, which is read for this; null when it holds more than 100 000 updates.',
  })
  totalCount(): Promise<number | null> {
    return this.count();
  }
}
