import { GraphQLError } from 'graphql';
import type { RequestContext } from '../../platform/context.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Principal } from '../../platform/principal.js';
import { sameRights } from '../../platform/principal-source.js';
import { asGraphQlError, clientError } from '../client-error.js';
import type { BurstSource } from '../told-in-bursts.js';
import { type GroupMember, type QueuedMessage, reached } from './update-group.js';
import {
  CURSOR,
  passes,
  retryMs,
  UpdateMessage,
  type UpdatePage,
  type UpdateResponse,
} from './update-pager.js';

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

/** Messages to be told at once: whoever is told them may see them now. */
type Burst = readonly UpdateMessage[];

/**
 * One subscription: pages at the subscriber's own pace until the end of the log, then the queue that its group fills.
 * Every message knows its cursor, so that the seam has neither gap nor repeat. What ends it is its last message.
 */
export class UpdateStream implements BurstSource, AsyncGenerator<UpdateResponse> {
  private readonly inner: AsyncGenerator<Burst>;
  private member: GroupMember | null = null;
  private stopped = false;
  /** How many messages its reader takes at once. */
  private most = 1;
  /** Up to where the subscriber has heard everything. */
  private at: string;

  constructor(private readonly options: UpdateStreamOptions) {
    this.at = options.after ?? options.first.endCursor;
    this.inner = this.run();
  }

  /** Rights are asked once for all of them, and not again before they are told. */
  async take(most: number): Promise<Burst> {
    this.most = most;
    const { done, value } = await this.inner.next();
    return done ? [] : value;
  }

  async next(): Promise<IteratorResult<UpdateResponse>> {
    const [message] = await this.take(1);
    return message ? { done: false, value: message.response } : ENDED;
  }

  /** Also while `next` waits: it then ends. */
  async return(): Promise<IteratorResult<UpdateResponse>> {
    this.stopped = true;
    this.member?.interrupt();
    await this.inner.return(undefined);
    return ENDED;
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

  private async *run(): AsyncGenerator<Burst> {
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
      const errors = [new GraphQLError(fit.message, { extensions })];
      yield [new UpdateMessage(this.at, { errors, [CURSOR]: this.at })];
    } finally {
      this.leave();
      metrics.subscribers(-1);
    }
  }

  /** Up to the end of the log, or up to `until`. */
  private async *pages(given: UpdatePage | null, until: string | null = null): AsyncGenerator<Burst> {
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
  private async *tell({ messages, principal }: UpdatePage): AsyncGenerator<Burst, boolean> {
    for (let i = 0; i < messages.length && !this.stopped; ) {
      if (!sameRights(principal, await this.options.rights())) return false;
      const burst = messages.slice(i, i + this.most);
      i += burst.length;
      yield this.telling(burst);
    }
    return true;
  }

  /** Ends when the rights have changed, so that what is queued must be read anew. */
  private async *live(): AsyncGenerator<Burst> {
    const member = this.options.join(this.at);
    this.member = member;
    try {
      if (!reached(this.at, member.from)) yield* this.pages(null, member.from);
      while (!this.stopped) {
        const queued = await member.next();
        for (let i = 0; i < queued.length && !this.stopped; ) {
          const { principal } = queued[i] as QueuedMessage;
          if (!sameRights(principal, await this.options.rights())) return;
          const rest = queued.slice(i, i + this.most);
          const others = rest.findIndex((each) => each.principal !== principal);
          const alike = others < 0 ? rest : rest.slice(0, others);
          i += alike.length;
          const burst = this.unheard(alike);
          if (burst.length > 0) yield this.telling(burst);
        }
      }
    } finally {
      this.leave();
    }
  }

  /** Without what was told as part of a page; a heartbeat stands where the message before it stood. */
  private unheard(queued: readonly QueuedMessage[]): Burst {
    let { at } = this;
    const fresh: UpdateMessage[] = [];
    for (const { message, isHeartbeat } of queued) {
      if (isHeartbeat ? !reached(message.cursor, at) : reached(at, message.cursor)) continue;
      at = message.cursor;
      fresh.push(message);
    }
    return fresh;
  }

  private telling(burst: Burst): Burst {
    this.at = burst.at(-1)?.cursor ?? this.at;
    this.options.metrics.updatesTold(burst.length);
    return burst;
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
        if (failures === 1) this.options.hub.log.warn({ err: error }, 'cannot read updates; trying again');
        await pause(retryMs(failures));
      }
    }
  }
}

const ENDED = { done: true, value: undefined } as const;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
