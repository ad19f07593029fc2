import { GraphQLError } from 'graphql';
import type { RequestContext } from '../../platform/context.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Principal } from '../../platform/principal.js';
import { sameRights } from '../../platform/principal-source.js';
import { asGraphQlError, clientError } from '../client-error.js';
import { type GroupMember, reached } from './update-group.js';
import { CURSOR, passes, retryMs, type UpdatePage, type UpdateResponse } from './update-pager.js';

export interface UpdateStreamOptions {
  /** What the subscriber asked to follow on from. */
  readonly after: string | null;
  readonly first: UpdatePage;
  read(after: string): Promise<UpdatePage>;
  /** The subscriber's rights now. Errors: `UNAUTHENTICATED`. */
  rights(): Promise<Principal>;
  /** Takes a place among those who ask the same; `cursor` is where a new group begins. */
  join(cursor: string): GroupMember;
  readonly hub: RequestContext;
  readonly metrics: Metrics;
}

/**
 * One subscription: pages at the subscriber's own pace until the end of the log, then the queue that its group fills.
 * Every message knows its cursor, so that the seam has neither gap nor repeat. What ends it is its last message.
 */
export class UpdateStream implements AsyncGenerator<UpdateResponse> {
  private readonly inner: AsyncGenerator<UpdateResponse>;
  private member: GroupMember | null = null;
  private stopped = false;
  /** Up to where the subscriber has heard everything. */
  private at: string;

  constructor(private readonly options: UpdateStreamOptions) {
    this.at = options.after ?? options.first.endCursor;
    this.inner = this.run();
  }

  next(): Promise<IteratorResult<UpdateResponse>> {
    return this.inner.next();
  }

  /** Also while `next` waits: it then ends. */
  return(): Promise<IteratorResult<UpdateResponse>> {
    this.stopped = true;
    this.member?.interrupt();
    return this.inner.return(undefined);
  }

  throw(): Promise<IteratorResult<UpdateResponse>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private async *run(): AsyncGenerator<UpdateResponse> {
    const { hub, metrics } = this.options;
    metrics.subscribers(1);
    try {
      let page: UpdatePage | null = this.options.first;
      while (!this.stopped) {
        yield* this.pages(page);
        page = null;
        yield* this.live();
      }
    } catch (error) {
      const fit = clientError(asGraphQlError(error), hub);
      metrics.subscriptionEnded(String(fit.extensions['code']));
      const extensions = { ...fit.extensions, cursor: this.at };
      yield { errors: [new GraphQLError(fit.message, { extensions })], [CURSOR]: this.at };
    } finally {
      this.leave();
      metrics.subscribers(-1);
    }
  }

  /** Up to the end of the log, or up to `until`. */
  private async *pages(
    given: UpdatePage | null,
    until: string | null = null,
  ): AsyncGenerator<UpdateResponse> {
    let page = given ?? (await this.readOn(this.at));
    for (;;) {
      const { endCursor } = page;
      const last = until === null ? !page.hasNextPage : reached(endCursor, until);
      // Read while this one is told; whether that fails is asked when its turn comes.
      const next = last ? null : this.readOn(endCursor);
      next?.catch(() => {});
      if (!(yield* this.tell(page))) {
        page = await this.readOn(this.at);
        continue;
      }
      this.at = endCursor;
      if (this.stopped || next === null) return;
      page = await next;
    }
  }

  /** Whether all of it was told; not if the rights it was read with have changed. */
  private async *tell(page: UpdatePage): AsyncGenerator<UpdateResponse, boolean> {
    for (const { cursor, response } of page.messages) {
      if (this.stopped) return true;
      if (!sameRights(page.principal, await this.options.rights())) return false;
      this.at = cursor;
      this.options.metrics.updateTold();
      yield response;
    }
    return true;
  }

  /** Ends when the rights have changed, so that what is queued must be read anew. */
  private async *live(): AsyncGenerator<UpdateResponse> {
    const member = this.options.join(this.at);
    this.member = member;
    try {
      if (!reached(this.at, member.from)) yield* this.pages(null, member.from);
      while (!this.stopped) {
        for (const { cursor, response, principal, isHeartbeat } of await member.next()) {
          if (this.stopped) return;
          if (!sameRights(principal, await this.options.rights())) return;
          if (isHeartbeat ? !reached(cursor, this.at) : reached(this.at, cursor)) continue;
          this.at = cursor;
          this.options.metrics.updateTold();
          yield response;
        }
      }
    } finally {
      this.leave();
    }
  }

  private leave(): void {
    this.member?.leave();
    this.member = null;
  }

  /** The page after a cursor; what passes is waited for. */
  private async readOn(after: string): Promise<UpdatePage> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.options.read(after);
      } catch (error) {
        if (!passes(error) || this.stopped) throw error;
        this.options.hub.log.warn({ err: error }, 'cannot read updates; trying again');
        await pause(retryMs(failures));
      }
    }
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
