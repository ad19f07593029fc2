import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import type { RequestContext } from '../../../platform/context.js';
import { LARGEST_PAGE_SIZE, pageRequest } from '../../../platform/keyset.js';
import { RejudgementKind, ViolationChange } from '../../../vocabulary/rejudgement.js';
import type { EnforcementService } from '../enforcement.service.js';
import { MineStub } from '../stubs.type.js';
import type { Violation } from '../violations/violation.js';
import { ViolationType } from '../violations/violation.type.js';
import type { JudgementDiff, JudgementDiffEntry } from './judgement-diff.js';
import type { JudgementDiffService } from './judgement-diff.service.js';
import {
  JudgementDiffConnection,
  JudgementDiffEntryType,
  JudgementDiffType,
  ViolationChangeCountType,
} from './judgement-diff.type.js';

@Resolver(() => JudgementDiffType)
export class JudgementDiffResolver {
  constructor(private readonly service: JudgementDiffService) {}

  @Query(() => JudgementDiffConnection, { description: 'What changes made of violations, newest first.' })
  async judgementDiffs(
    @Arg('mineId', () => ID, { nullable: true }) mineId: string | null,
    @Arg('violationId', () => ID, { nullable: true }) violationId: string | null,
    @Arg('cause', () => [RejudgementKind], { nullable: true }) cause: RejudgementKind[] | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<JudgementDiff>> {
    const filter = { mineId, violationId, cause };
    return connection(await this.service.diffsOf(context, filter, pageRequest(first, after)));
  }

  @Query(() => JudgementDiffType, { nullable: true })
  judgementDiff(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<JudgementDiff | null> {
    return this.service.diff(context, id);
  }

  @FieldResolver(() => [JudgementDiffEntryType], { description: 'By the id of the violation.' })
  entries(
    @Root() { id }: JudgementDiff,
    @Arg('change', () => [ViolationChange], { nullable: true }) change: ViolationChange[] | null,
    @Arg('first', () => Int, {
      nullable: true,
      description: `At most, and unless given, ${LARGEST_PAGE_SIZE}.`,
    })
    first: number | null,
    @Arg('after', () => ID, { nullable: true, description: 'Id of the violation of the last entry before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly JudgementDiffEntry[]> {
    const page = pageRequest(first ?? LARGEST_PAGE_SIZE, after);
    return this.service.entries(context, id, { change, ...page });
  }

  @FieldResolver(() => [ViolationChangeCountType], {
    description: 'How many violations changed in which way.',
  })
  async changes(
    @Root() { id }: JudgementDiff,
    @Ctx() context: RequestContext,
  ): Promise<ViolationChangeCountType[]> {
    return [...(await this.service.counts(context, id))] as ViolationChangeCountType[];
  }
}

@Resolver(() => JudgementDiffEntryType)
export class JudgementDiffEntryResolver {
  constructor(private readonly service: EnforcementService) {}

  @FieldResolver(() => ViolationType, { nullable: true })
  violation(@Root() entry: JudgementDiffEntry, @Ctx() context: RequestContext): Promise<Violation | null> {
    return this.service.violation(context, entry.violationId);
  }

  @FieldResolver(() => MineStub, { nullable: true })
  mine(@Root() { mineId }: JudgementDiffEntry): MineStub | null {
    return mineId === null ? null : { id: mineId };
  }
}
