import type { Knex } from 'knex';
import { unheeding } from '../cancellation.js';
import type { Logger } from '../logging.js';
import { EventCursors } from './event-cursor.js';
import { EventFeed } from './event-feed.js';
import { EventWake } from './event-wake.js';
import { StoredEventLog } from './stored-event-log.js';

export interface EventHubOptions {
  readonly knex: Knex;
  readonly kind: 'embedded' | 'native';
  readonly pollMs: number;
  /** How often who follows updates hears that nothing happened. */
  readonly heartbeatMs?: number;
  readonly log: Logger;
}

const HEARTBEAT_MS = 15_000;

/** The event log as one process has it: what writers tell of their commits, and the one reader behind all followers. */
export class EventHub {
  readonly feed: EventFeed;
  private readonly wake: EventWake;
  readonly heartbeatMs: number;
  private opened: Promise<EventCursors> | null = null;

  constructor(private readonly options: EventHubOptions) {
    const { knex, kind, pollMs, log } = options;
    this.wake = new EventWake({ knex, betweenProcesses: kind === 'native', pollMs, log });
    this.heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.feed = new EventFeed(new StoredEventLog(knex, this.wake), log);
  }

  /** For `createTransact`. */
  readonly committed = (): void => this.wake.committed();

  /** Read on first use, when the schema is there. */
  cursors(): Promise<EventCursors> {
    this.opened ??= unheeding(() => EventCursors.open(this.options.knex)).catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  close(): Promise<void> {
    return this.wake.close();
  }
}
