import { unheeding } from '../cancellation.js';
import type { LogPosition } from './event-log.js';
import type { LogPage } from './stored-event-log.js';

/** Readers on their way through the log whose next pages are known or expected. */
const MOST_READERS = 8;

type Read = (after: LogPosition, limit: number) => Promise<LogPage>;

/**
 * Reads of whoever goes through the log page after page the next page while he is busy with this one, so that database
 * and reader work at the same time. Only pages that are full are handed on: nothing is ever added before their end.
 */
export class ReadAhead {
  /** By where a reader will go on; null: he has read one page so far, which may be all he wants. */
  private readonly expected = new Map<string, Promise<LogPage | null> | null>();

  constructor(private readonly read: Read) {}

  async page(after: LogPosition, limit: number): Promise<LogPage> {
    const place = placeOf(after, limit);
    const ahead = this.expected.get(place);
    this.expected.delete(place);
    const page = (await ahead) ?? (await this.read(after, limit));
    const last = page.events.at(-1);
    if (last && page.events.length === limit) this.expect(last.position, limit, ahead !== undefined);
    return page;
  }

  private expect(after: LogPosition, limit: number, goesOn: boolean): void {
    const place = placeOf(after, limit);
    // Two who read the same go on from the same page.
    if (this.expected.get(place)) return;
    const [oldest] = this.expected.keys();
    if (oldest !== undefined && this.expected.size >= MOST_READERS) this.expected.delete(oldest);
    this.expected.set(place, goesOn ? this.full(after, limit) : null);
  }

  /** Whoever asks for what is not full, or could not be read, finds out for himself. */
  private full(after: LogPosition, limit: number): Promise<LogPage | null> {
    return unheeding(() => this.read(after, limit)).then(
      (page) => (page.events.length === limit ? page : null),
      () => null,
    );
  }
}

const placeOf = ({ epoch, xid, seq }: LogPosition, limit: number): string =>
  `${epoch} ${xid} ${seq} ${limit}`;
