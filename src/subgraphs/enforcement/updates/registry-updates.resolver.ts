import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { eventFilter, UpdateFilter } from '../../../graph/update-filter.type.js';
import type { RequestContext } from '../../../platform/context.js';
import { pageRequest } from '../../../platform/keyset.js';
import type { EnforcementService } from '../enforcement.service.js';
import type { RegistryUpdate, UpdatePage } from './registry-update.js';
import {
  RegistryUpdateType,
  UpdateConnection,
  type UpdateEdge,
  UpdateSubject,
} from './registry-update.type.js';
import type { RegistryUpdatesService } from './registry-updates.service.js';

const AFTER = 'A cursor of the same filter, "BEGIN" for the oldest update kept, or null for now.';

interface FollowArguments {
  readonly after?: string | null;
  readonly filter?: UpdateFilter | null;
}

@Resolver(() => RegistryUpdateType)
export class RegistryUpdatesResolver {
  constructor(
    private readonly log: RegistryUpdatesService,
    private readonly enforcement: EnforcementService,
  ) {}

  @Query(() => UpdateConnection, {
    description:
      'Every change of the registry in order, page by page: the same log that `registryUpdates` follows.',
  })
  async updates(
    @Arg('after', () => String, { nullable: true, description: AFTER }) after: string | null,
    @Arg('filter', () => UpdateFilter, { nullable: true }) filter: UpdateFilter | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<UpdateConnection> {
    const asked = eventFilter(filter);
    const page = await this.log.page(context, asked, after ?? null, pageRequest(first, null).first);
    return updateConnection(page, after ?? null, () => this.log.count(context, asked));
  }

  @Subscription(() => RegistryUpdateType, {
    description:
      'Every change of the registry in order, from a cursor and then as they come, without gap or repeat.',
    // The subgraph's definition says what is followed: `followUpdates`.
    topics: 'registry-updates',
  })
  registryUpdates(
    @Root() update: RegistryUpdate,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after: string | null,
    @Arg('filter', () => UpdateFilter, { nullable: true }) _filter: UpdateFilter | null,
  ): RegistryUpdate {
    return update;
  }

  @FieldResolver(() => UpdateSubject, {
    nullable: true,
    description:
      'Null when it is gone, or may not be seen; a permitted area in the version that the update is about.',
  })
  subject(@Root() update: RegistryUpdate, @Ctx() context: RequestContext): unknown {
    return this.enforcement.updateSubject(context, update);
  }
}

/** Where `registryUpdates` comes from. */
export const followUpdates =
  (log: RegistryUpdatesService) =>
  (args: FollowArguments, context: RequestContext): AsyncGenerator<RegistryUpdate> =>
    log.follow(context, eventFilter(args.filter), args.after ?? null);

const updateConnection = (
  { updates, endCursor, hasNextPage }: UpdatePage,
  after: string | null,
  count: () => Promise<number | null>,
): UpdateConnection => ({
  edges: updates.map((node) => new Edge(node)),
  nodes: updates,
  pageInfo: {
    hasNextPage,
    hasPreviousPage: after !== null,
    startCursor: updates[0]?.cursor ?? null,
    endCursor,
  },
  count,
  totalCount: count,
});

class Edge implements UpdateEdge {
  constructor(readonly node: RegistryUpdate) {}

  get cursor(): string {
    return this.node.cursor;
  }
}
