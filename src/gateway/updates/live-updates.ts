import type { GraphQLSchema } from 'graphql';
import type { Limits } from '../../config.js';
import type { RequestContext } from '../../platform/context.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Principal } from '../../platform/principal.js';
import { type PrincipalSource, presentRights } from '../../platform/principal-source.js';
import type { SupergraphRuntime } from '../supergraph-runtime.js';
import { UpdateGroup } from './update-group.js';
import type { UpdateOperation } from './update-operation.js';
import { type UpdatePage, UpdatePager, type UpdateResponse } from './update-pager.js';
import { UpdateStream } from './update-stream.js';
import type { UpdateWakes } from './update-wakes.js';

export interface LiveUpdatesOptions {
  readonly schema: GraphQLSchema;
  readonly supergraph: SupergraphRuntime;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly wakes: UpdateWakes;
  readonly principals: PrincipalSource;
  readonly heartbeatMs: number;
  readonly queue: number;
}

const LARGEST_PAGE = 500;

/** `registryUpdates` for clients: pages of the log until its end, then what groups of like subscribers share. */
export class LiveUpdates {
  private readonly groups = new Map<string, UpdateGroup>();
  private readonly pager: UpdatePager;

  constructor(private readonly options: LiveUpdatesOptions) {
    this.pager = new UpdatePager(options.schema, options.supergraph, options.limits);
  }

  /**
   * The first page is read before this answers, so that what is wrong with the request is known at once. `cost` is
   * that of one update. Errors: `BAD_CURSOR`, `CURSOR_EXPIRED`, `UNAUTHENTICATED`, those of reading a page.
   */
  async open(
    asked: UpdateOperation,
    hub: RequestContext,
    cost: number,
  ): Promise<AsyncGenerator<UpdateResponse>> {
    const size = Math.max(
      1,
      Math.min(LARGEST_PAGE, Math.floor(this.options.limits.cost / Math.max(1, cost))),
    );
    const read = (after: string | null): Promise<UpdatePage> => this.read(asked, hub, after, size);
    return new UpdateStream({
      after: asked.after,
      first: await read(asked.after),
      read,
      rights: () => this.rightsOf(hub),
      join: (cursor) => this.groupOf(asked, hub, cursor, read).join(),
      hub,
      metrics: this.options.metrics,
    });
  }

  close(): Promise<void> {
    return this.options.wakes.close();
  }

  private async read(
    asked: UpdateOperation,
    hub: RequestContext,
    after: string | null,
    size: number,
  ): Promise<UpdatePage> {
    return this.pager.page(asked, { ...hub, principal: await this.rightsOf(hub) }, after, size);
  }

  private rightsOf({ principal }: RequestContext): Promise<Principal> {
    return presentRights(this.options.principals, principal);
  }

  private groupOf(
    asked: UpdateOperation,
    hub: RequestContext,
    cursor: string,
    read: (after: string) => Promise<UpdatePage>,
  ): UpdateGroup {
    const { shape, filter, variables } = asked;
    const key = JSON.stringify([hub.principal.id, shape.number, filter, variables]);
    const known = this.groups.get(key);
    if (known) return known;
    const made = new UpdateGroup(
      {
        read,
        beat: (at) => this.pager.heartbeat(asked, at),
        watch: (wake) => this.options.wakes.watch(filter, wake),
        heartbeatMs: this.options.heartbeatMs,
        queue: this.options.queue,
        log: hub.log,
        ended: () => void this.groups.delete(key),
      },
      cursor,
    );
    this.groups.set(key, made);
    return made;
  }
}
