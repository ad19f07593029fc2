import { Lapse } from '../lapse.js';
import type { Logger } from '../logging.js';
import type { Matcher } from './event-filter.js';
import { comparePositions, type EventLog, type LoggedEvent, type LogPosition } from './event-log.js';
import { ReadAhead } from './read-ahead.js';
import type { StoredEventLog } from './stored-event-log.js';

/** Events kept in memory, the latest ones: whoever follows closely is answered without the database. */
const KEPT = 5_000;
const PER_READ = 1_000;
/** Pauses before looking again while events wait for an older transaction to end. */
const PENDING_MS = [10, 20, 50, 100, 200];
const AFTER_FAILURE_MS = 500;

/** Some events, and how far their reader now is. */
export interface FollowedPage {
  readonly events: readonly LoggedEvent[];
  /** Where to go on: behind the last event, or behind all that can be read when there were no more. */
  readonly position: LogPosition;
  readonly complete: boolean;
}

interface Watcher {
  readonly matches: Matcher;
  onMatch(): void;
}

/**
 * The log as one process follows it: one reader of the database however many follow, and the latest events in memory.
 * It reads only while somebody follows; without that, every question goes to the database.
 */
export class EventFeed implements EventLog {
  private readonly listeners = new Set<() => void>();
  private readonly watchers = new Set<Watcher>();
  private stopWaking: (() => void) | null = null;
  private kept: LoggedEvent[] = [];
  /** Everything after `start` and before `known` that can be read is in `kept`; null: not following. */
  private start: LogPosition | null = null;
  private known: LogPosition | null = null;
  private reading: Promise<void> | null = null;
  private again = false;
  private retry: NodeJS.Timeout | null = null;
  private pendingFor = 0;
  private readonly history: ReadAhead;
  private readonly lapse: Lapse;

  constructor(
    private readonly stored: StoredEventLog,
    log: Logger,
  ) {
    this.lapse = new Lapse(log, 'cannot read the event log; trying again');
    this.history = new ReadAhead((after, limit) => stored.page(after, limit));
  }

  async read(after: LogPosition | null, limit: number): Promise<readonly LoggedEvent[]> {
    return (await this.page(after ?? (await this.beginning()), limit)).events;
  }

  /** As `read`, with where to go on. What is under way to memory is waited for, so that one's own writes are seen. */
  async page(after: LogPosition, limit: number): Promise<FollowedPage> {
    await this.reading;
    const { start, known } = this;
    if (start === null || known === null || !isWithin(after, start, known)) {
      const { events, end } = await this.history.page(after, limit);
      return followed(after, events, limit, end);
    }
    const from = firstAfter(this.kept, after);
    return followed(after, this.kept.slice(from, from + limit), limit, known);
  }

  async end(): Promise<LogPosition> {
    await this.reading;
    return this.known ?? (await this.stored.end());
  }

  beginning(): Promise<LogPosition> {
    return this.stored.beginning();
  }

  holdsMoreThan(events: number): Promise<boolean> {
    return this.stored.holdsMoreThan(events);
  }

  onWake(listener: () => void): () => void {
    this.listeners.add(listener);
    this.follow();
    return () => {
      this.listeners.delete(listener);
      this.rest();
    };
  }

  /** Calls `onMatch` when events came of which one matches. */
  watch(matches: Matcher, onMatch: () => void): () => void {
    const watcher: Watcher = { matches, onMatch };
    this.watchers.add(watcher);
    this.follow();
    return () => {
      this.watchers.delete(watcher);
      this.rest();
    };
  }

  private follow(): void {
    if (this.stopWaking !== null) return;
    this.stopWaking = this.stored.onWake(() => this.pump());
    this.pump();
  }

  private rest(): void {
    if (this.stopWaking === null || this.listeners.size + this.watchers.size > 0) return;
    this.stopWaking();
    this.stopWaking = null;
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    this.start = null;
    this.known = null;
    this.kept = [];
  }

  private pump(): void {
    if (this.stopWaking === null) return;
    if (this.reading !== null) {
      this.again = true;
      return;
    }
    this.reading = this.readNew().then(
      () => {
        this.lapse.over();
        this.finished(null);
      },
      (error: unknown) => {
        this.lapse.failed(error);
        this.finished(AFTER_FAILURE_MS);
      },
    );
  }

  private finished(retryIn: number | null): void {
    this.reading = null;
    if (retryIn !== null) this.later(retryIn);
    if (this.again) {
      this.again = false;
      this.pump();
    }
  }

  private later(milliseconds: number): void {
    if (this.retry !== null || this.stopWaking === null) return;
    this.retry = setTimeout(() => {
      this.retry = null;
      this.pump();
    }, milliseconds);
    this.retry.unref();
  }

  private async readNew(): Promise<void> {
    if (this.known === null) {
      const { end } = await this.stored.state();
      if (this.stopWaking === null) return;
      this.start = end;
      this.known = end;
      // Whoever came before there was anything to compare with looks for himself.
      for (const watcher of this.watchers) watcher.onMatch();
    }
    for (let full = true; full; ) {
      const after: LogPosition = this.known;
      const { events, end, pending } = await this.stored.page(after, PER_READ);
      if (this.stopWaking === null) return;
      full = events.length === PER_READ;
      this.keep(events);
      this.known = followed(after, events, PER_READ, end).position;
      this.tell(events);
      if (!full) this.lookAgain(pending);
    }
  }

  private lookAgain(pending: boolean): void {
    if (pending) this.later(PENDING_MS[Math.min(this.pendingFor, PENDING_MS.length - 1)] ?? 0);
    this.pendingFor = pending ? this.pendingFor + 1 : 0;
  }

  private keep(events: readonly LoggedEvent[]): void {
    this.kept.push(...events);
    const over = this.kept.length - KEPT;
    if (over <= 0) return;
    this.start = this.kept[over - 1]?.position ?? this.start;
    this.kept = this.kept.slice(over);
  }

  private tell(fresh: readonly LoggedEvent[]): void {
    for (const watcher of this.watchers) {
      if (fresh.some((event) => watcher.matches(event) !== null)) watcher.onMatch();
    }
    for (const listener of this.listeners) listener();
  }
}

/** Memory answers in between. Who read in another process, or before memory heard of a commit, may be ahead of it. */
const isWithin = (position: LogPosition, start: LogPosition, end: LogPosition): boolean =>
  comparePositions(position, start) >= 0 && comparePositions(position, end) <= 0;

const followed = (
  after: LogPosition,
  events: readonly LoggedEvent[],
  limit: number,
  end: LogPosition,
): FollowedPage => {
  const last = events.at(-1)?.position ?? after;
  const complete = events.length < limit;
  return { events, complete, position: complete && comparePositions(end, last) > 0 ? end : last };
};

/** Index of the first event behind a position. */
function firstAfter(events: readonly LoggedEvent[], after: LogPosition): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePositions((events[middle] as LoggedEvent).position, after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
