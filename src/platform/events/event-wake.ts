import type { Knex } from 'knex';
import { asDatabaseFault } from '../database-fault.js';
import { Lapse } from '../lapse.js';
import type { Logger } from '../logging.js';

const CHANNEL = 'minebound_events';
/** NOTIFY at most this often: it only wakes, and commits that notify wait for each other. */
const NOTIFY_EVERY_MS = 20;
const RECONNECT_MS = [100, 500, 2_000, 5_000];

/** The part of a `pg` connection that listening needs. */
interface Listener {
  query(sql: string): Promise<unknown>;
  on(event: 'notification' | 'error' | 'end', handler: () => void): void;
  removeAllListeners(): void;
  end(): Promise<void>;
}

export interface EventWakeOptions {
  readonly knex: Knex;
  /** LISTEN and NOTIFY between processes; the embedded database has one process only. */
  readonly betweenProcesses: boolean;
  /** How often to wake without having heard anything. */
  readonly pollMs: number;
  readonly log: Logger;
}

/**
 * Tells readers of the log that there may be something new: at once what this process has committed, by LISTEN what
 * others have, and by a timer what neither told. Watches only while somebody listens.
 */
export class EventWake {
  private readonly listeners = new Set<() => void>();
  private connection: Listener | null = null;
  private connecting = false;
  private failures = 0;
  private poll: NodeJS.Timeout | null = null;
  private reconnect: NodeJS.Timeout | null = null;
  private notifying: NodeJS.Timeout | null = null;
  private notifyAgain = false;
  private closed = false;

  private readonly lapse: Lapse;

  constructor(private readonly options: EventWakeOptions) {
    this.lapse = new Lapse(options.log, 'cannot listen for events; polling covers it');
  }

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    if (!this.closed && this.poll === null) this.watch();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.rest();
    };
  }

  /** To be called after a commit with events. */
  committed(): void {
    this.wake();
    if (!this.options.betweenProcesses || this.closed) return;
    if (this.notifying !== null) {
      this.notifyAgain = true;
      return;
    }
    this.notify();
    this.notifying = setTimeout(() => {
      this.notifying = null;
      if (this.notifyAgain) {
        this.notifyAgain = false;
        this.committed();
      }
    }, NOTIFY_EVERY_MS);
    this.notifying.unref();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.notifying !== null) clearTimeout(this.notifying);
    await this.rest();
  }

  private notify(): void {
    // Whoever does not hear it polls.
    this.options.knex
      .raw(`select pg_notify('${CHANNEL}', '')`)
      .then(undefined, (error: unknown) => this.options.log.debug({ err: error }, 'could not notify'));
  }

  private wake(): void {
    for (const listener of this.listeners) listener();
  }

  private watch(): void {
    this.poll = setInterval(() => this.wake(), this.options.pollMs);
    this.poll.unref();
    if (this.options.betweenProcesses) void this.listen();
  }

  private async rest(): Promise<void> {
    if (this.poll !== null) clearInterval(this.poll);
    this.poll = null;
    if (this.reconnect !== null) clearTimeout(this.reconnect);
    this.reconnect = null;
    const connection = this.connection;
    this.connection = null;
    if (connection === null) return;
    connection.removeAllListeners();
    connection.on('error', () => {});
    await connection.end().catch(() => {});
  }

  /** On a connection outside the pool, as it is never given back. */
  private async listen(): Promise<void> {
    if (this.connecting || this.connection !== null) return;
    this.connecting = true;
    let connection: Listener | null = null;
    try {
      connection = (await this.options.knex.client.acquireRawConnection()) as Listener;
      const lost = () => this.lost(connection);
      connection.on('error', lost);
      connection.on('end', lost);
      connection.on('notification', () => this.wake());
      await connection.query(`set application_name = 'minebound-listener'`);
      await connection.query(`listen ${CHANNEL}`);
      this.connecting = false;
      if (this.poll === null) {
        await connection.end();
        return;
      }
      this.connection = connection;
      this.failures = 0;
      this.lapse.over();
      // Something may have been committed while nobody listened.
      this.wake();
    } catch (error) {
      this.connecting = false;
      this.lapse.failed(asDatabaseFault(error));
      await connection?.end().catch(() => {});
      this.retry();
    }
  }

  private lost(connection: Listener | null): void {
    if (connection === null || connection !== this.connection) return;
    this.connection = null;
    connection.removeAllListeners();
    connection.on('error', () => {});
    this.options.log.warn('the connection that listens for events was cut; polling covers it');
    this.retry();
  }

  private retry(): void {
    if (this.closed || this.poll === null || this.reconnect !== null) return;
    const delay = RECONNECT_MS[Math.min(this.failures, RECONNECT_MS.length - 1)];
    this.failures += 1;
    this.reconnect = setTimeout(() => {
      this.reconnect = null;
      void this.listen();
    }, delay);
    this.reconnect.unref();
  }
}
