import { Bell } from '../../../platform/bell.js';
import { cancellationHere } from '../../../platform/cancellation.js';
import type { RequestContext } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';
import type { EventCursors } from '../../../platform/events/event-cursor.js';
import type { EventFeed } from '../../../platform/events/event-feed.js';
import {
  type EventFilter,
  eventMatcher,
  filterDigest,
  type Match,
  type Matcher,
  toldMatcher,
} from '../../../platform/events/event-filter.js';
import type { LoggedEvent, LogPosition } from '../../../platform/events/event-log.js';
import type { Principal } from '../../../platform/principal.js';
import { type PrincipalSource, presentRights, sameRights } from '../../../platform/principal-source.js';
import { Turns } from '../../../platform/turns.js';
import { heartbeat, type RegistryUpdate, ToldEvent, type UpdatePage } from './registry-update.js';

export interface RegistryUpdatesDeps {
  readonly feed: EventFeed;
  readonly cursors: () => Promise<EventCursors>;
  readonly principals: PrincipalSource;
  readonly heartbeatMs: number;
}

/** From the oldest event kept. */
const BEGIN = 'BEGIN';

const PER_READ = 1_000;
/** A page reads as many events as it may tell; where few match, twice as many each time. */
const LEAST_PER_READ = 100;
/** A page ends after this many events also when few of them matched. */
const MOST_LOOKED_AT = 20_000;
const FOLLOWED_AT_ONCE = 100;
/** The log is read for a count only where it holds no more events. */
const MOST_COUNTED = 100_000;

/** Whose turns the counts of a request take. */
const COUNTING = {};

/** The event log as somebody sees it: what passes the filter and lies within his rights. */
export class RegistryUpdatesService {
  constructor(private readonly deps: RegistryUpdatesDeps) {}

  /**
   * Up to `first` updates after a cursor; `BEGIN` is the oldest, null is now. Errors: `BAD_CURSOR`, `CURSOR_EXPIRED`.
   */
  async page(
    context: RequestContext,
    filter: EventFilter,
    after: string | null,
    first: number,
  ): Promise<UpdatePage> {
    const cursors = await this.deps.cursors();
    const digest = filterDigest(filter);
    const matches = toldMatcher(filter, context.principal);
    try {
      const from = await this.position(cursors, after, digest);
      const { found, position, complete } =
        after === null ? nothingYet(from) : await this.scan(from, matches, first);
      return {
        updates: found.map(([event, match]) => new ToldEvent(event, match, cursors, digest)),
        endCursor: cursors.encode(position, digest),
        hasNextPage: !complete,
      };
    } catch (error) {
      throw withOldestCursor(error, cursors, digest);
    }
  }

  /**
   * How many updates there are in all; it looks at every event. Null: there are too many for that. A request counts one thing
   * after another, and what it asks several times once.
   */
  count(context: RequestContext, filter: EventFilter): Promise<number | null> {
    const turns = context.loaders.of(COUNTING, () => new Turns());
    const asked = filterDigest(filter);
    return context.loaders.of(this, () => this.countInTurn(context, filter, turns), ['count', asked]);
  }

  private async countInTurn(
    context: RequestContext,
    filter: EventFilter,
    turns: Turns,
  ): Promise<number | null> {
    const done = await turns.next();
    try {
      return (await this.deps.feed.holdsMoreThan(MOST_COUNTED))
        ? null
        : await this.countAll(toldMatcher(filter, context.principal));
    } finally {
      done();
    }
  }

  private async countAll(matches: Matcher): Promise<number> {
    let count = 0;
    let position = await this.deps.feed.beginning();
    for (let complete = false; !complete; ) {
      // Pages in memory take no statement that would be refused.
      cancellationHere()?.throwIfCancelled();
      const page = await this.deps.feed.page(position, PER_READ);
      for (const event of page.events) if (matches(event) !== null) count += 1;
      ({ position, complete } = page);
    }
    return count;
  }

  /** Updates after a cursor and then as they come, with heartbeats; read as fast as they are asked for. */
  async *follow(
    context: RequestContext,
    filter: EventFilter,
    after: string | null,
  ): AsyncGenerator<RegistryUpdate> {
    const { feed, heartbeatMs } = this.deps;
    const bell = new Bell();
    const stop = feed.watch(eventMatcher(filter), () => bell.ring());
    let beatAt = performance.now() + heartbeatMs;
    try {
      for (let cursor = after; ; ) {
        const heard = bell.count;
        const principal = await this.rightsOf(context);
        const page = await this.page({ ...context, principal }, filter, cursor, FOLLOWED_AT_ONCE);
        let revised = false;
        for (const update of page.updates) {
          revised = !sameRights(principal, await this.rightsOf(context));
          if (revised) break;
          cursor = update.cursor;
          yield update;
        }
        if (revised) continue;
        cursor = page.endCursor;
        if (page.hasNextPage) continue;
        await bell.after(heard, beatAt - performance.now());
        if (performance.now() < beatAt) continue;
        beatAt = performance.now() + heartbeatMs;
        yield heartbeat(cursor, context.clock.now());
      }
    } finally {
      stop();
    }
  }

  private rightsOf({ principal }: RequestContext): Promise<Principal> {
    return presentRights(this.deps.principals, principal);
  }

  private async position(cursors: EventCursors, after: string | null, digest: string): Promise<LogPosition> {
    if (after === null) return this.deps.feed.end();
    return after === BEGIN ? this.deps.feed.beginning() : cursors.decode(after, digest);
  }

  private async scan(from: LogPosition, matches: Matcher, first: number): Promise<Scanned> {
    if (first === 0) {
      const next = await this.scan(from, matches, 1);
      return next.found.length === 0 ? next : { ...nothingYet(from), complete: false };
    }
    const found: Scanned['found'][number][] = [];
    let position = from;
    let size = Math.max(LEAST_PER_READ, Math.min(first, PER_READ));
    for (let lookedAt = 0; found.length < first && lookedAt < MOST_LOOKED_AT; ) {
      const page = await this.deps.feed.page(position, size);
      size = Math.min(2 * size, PER_READ);
      for (const event of page.events) {
        const match = matches(event);
        if (match === null) continue;
        found.push([event, match]);
        if (found.length === first) {
          const last = page.complete && event === page.events.at(-1);
          return { found, position: event.position, complete: last };
        }
      }
      position = page.position;
      lookedAt += page.events.length;
      if (page.complete) return { found, position, complete: true };
    }
    return { found, position, complete: false };
  }
}

interface Scanned {
  readonly found: readonly (readonly [LoggedEvent, Exclude<Match, null>])[];
  readonly position: LogPosition;
  /** Nothing more that matches can be read yet. */
  readonly complete: boolean;
}

const nothingYet = (position: LogPosition): Scanned => ({ found: [], position, complete: true });

/** The log names a position; who follows gets it as a cursor of his filter. */
function withOldestCursor(error: unknown, cursors: EventCursors, digest: string): unknown {
  if (!(error instanceof AppError) || error.code !== 'CURSOR_EXPIRED') return error;
  const { oldest, ...details } = error.details;
  return new AppError('CURSOR_EXPIRED', error.message, {
    ...details,
    oldestCursor: cursors.encode(oldest as LogPosition, digest),
  });
}
