import type { EventLog, LoggedEvent, LogPosition } from './event-log.js';

/**
 * The log for many readers in one process: those who stand at the same place, as all do who have caught up, share one
 * query.
 */
export class SharedReads {
  private readonly running = new Map<string, Promise<readonly LoggedEvent[]>>();

  constructor(private readonly log: Pick<EventLog, 'read'>) {}

  read(after: LogPosition, limit: number): Promise<readonly LoggedEvent[]> {
    const key = `${after.epoch} ${after.xid} ${after.seq} ${limit}`;
    const running = this.running.get(key);
    if (running) return running;
    const read = this.log.read(after, limit).finally(() => this.running.delete(key));
    this.running.set(key, read);
    return read;
  }
}
