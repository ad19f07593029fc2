import { AppError } from '../../platform/errors.js';
import { cursorOrder } from '../../platform/events/event-cursor.js';
import type { Logger } from '../../platform/logging.js';
import type { Principal } from '../../platform/principal.js';
import type { UpdateMessage, UpdatePage } from './update-pager.js';
import { passes, retryMs } from './update-pager.js';

/** What a member of a group has before it. */
export interface QueuedMessage {
  readonly message: UpdateMessage;
  /** A heartbeat stands where the message before it stood. */
  readonly isHeartbeat: boolean;
  readonly principal: Principal;
}

export interface UpdateGroupOptions {
  /** The page after a cursor, with the rights of now. Errors: a `GraphQLError` fit for clients. */
  read(after: string): Promise<UpdatePage>;
  beat(cursor: string): Promise<UpdateMessage>;
  watch(wake: () => void): () => void;
  readonly heartbeatMs: number;
  /** Messages that may wait for one member. */
  readonly queue: number;
  readonly log: Logger;
  /** The last member has left. */
  ended(): void;
}

/**
 * Subscribers who ask the same and may see the same: the log is read, enriched and shaped once for all of them. Each
 * has a queue of its own, of which only the references are its own.
 */
export class UpdateGroup {
  private readonly members = new Set<GroupMember>();
  private readonly stopWatching: () => void;
  private readonly heartbeats: NodeJS.Timeout;
  private work: Promise<void> | null = null;
  private again = false;
  private beatDue = false;
  private retry: NodeJS.Timeout | null = null;
  private failures = 0;
  private ended = false;

  constructor(
    private readonly options: UpdateGroupOptions,
    private position: string,
  ) {
    this.stopWatching = options.watch(() => this.wake());
    this.heartbeats = setInterval(() => {
      this.beatDue = true;
      this.wake();
    }, options.heartbeatMs);
    // Something may have come between the page that was read last and the watch.
    this.wake();
  }

  /** The member hears everything after `from`, its own position. */
  join(): GroupMember {
    const member = new GroupMember(this.options.queue, this.position, () => this.leave(member));
    this.members.add(member);
    return member;
  }

  private leave(member: GroupMember): void {
    this.members.delete(member);
    if (this.members.size === 0) this.end();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.stopWatching();
    clearInterval(this.heartbeats);
    if (this.retry !== null) clearTimeout(this.retry);
    this.options.ended();
  }

  private wake(): void {
    if (this.ended || this.retry !== null) return;
    if (this.work !== null) {
      this.again = true;
      return;
    }
    this.work = this.advance()
      .then(
        () => {
          if (this.failures > 0) this.options.log.info({ tries: this.failures }, 'updates can be read again');
          this.failures = 0;
        },
        (error: unknown) => this.failed(error),
      )
      .finally(() => {
        this.work = null;
        if (!this.again) return;
        this.again = false;
        this.wake();
      });
  }

  private async advance(): Promise<void> {
    for (let more = true; more && !this.ended; ) {
      const { messages, endCursor, hasNextPage, principal } = await this.options.read(this.position);
      for (const message of messages) this.tell({ message, principal, isHeartbeat: false });
      this.position = endCursor;
      more = hasNextPage;
      if (!more && this.beatDue) {
        this.beatDue = false;
        this.tell({ message: await this.options.beat(endCursor), principal, isHeartbeat: true });
      }
    }
  }

  private tell(message: QueuedMessage): void {
    for (const member of this.members) member.add(message);
  }

  private failed(error: unknown): void {
    if (this.ended) return;
    if (!passes(error)) {
      for (const member of [...this.members]) member.fail(error);
      return;
    }
    this.failures += 1;
    const pause = retryMs(this.failures);
    // One line for what may last: the next of this group is that it is over.
    if (this.failures === 1) this.options.log.warn({ err: error }, 'cannot read updates; trying again');
    this.retry = setTimeout(() => {
      this.retry = null;
      this.wake();
    }, pause);
  }
}

/** One subscriber's place in a group. */
export class GroupMember {
  private waiting: QueuedMessage[] = [];
  private failure: { readonly error: unknown } | null = null;
  private release: (() => void) | null = null;

  constructor(
    private readonly most: number,
    /** Where the group stood: what lies after it will be told. */
    readonly from: string,
    readonly leave: () => void,
  ) {}

  /** What has come since the last time, at least one message. Errors: `SLOW_CONSUMER`, and those of the group. */
  async next(): Promise<readonly QueuedMessage[]> {
    if (this.waiting.length === 0 && this.failure === null) {
      await new Promise<void>((resolve) => {
        this.release = resolve;
      });
      this.release = null;
    }
    if (this.failure !== null) throw this.failure.error;
    const came = this.waiting;
    this.waiting = [];
    return came;
  }

  add(message: QueuedMessage): void {
    if (this.failure !== null) return;
    if (this.waiting.length >= this.most) {
      this.fail(slowConsumer(this.most));
      return;
    }
    this.waiting.push(message);
    this.release?.();
  }

  fail(error: unknown): void {
    this.failure = { error };
    this.waiting = [];
    this.leave();
    this.release?.();
  }

  /** Lets `next` return with nothing. */
  interrupt(): void {
    this.release?.();
  }
}

const slowConsumer = (most: number): AppError =>
  new AppError(
    'SLOW_CONSUMER',
    `More than ${most} updates waited for this subscription to be read (EVENTS_QUEUE). Follow on from the cursor, ` +
      'faster, with a narrower filter, or page by page with the query updates.',
  );

/** Whether cursor `a` lies at or behind cursor `b`. */
export const reached = (a: string, b: string): boolean => cursorOrder(a, b) >= 0;
