import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import { comparePositions, type EventLog, type LoggedEvent, type LogPosition } from './event-log.js';
import type { EventWake } from './event-wake.js';
import { EVENT_COLUMNS, StoredEvent } from './stored-event.js';

/** What the log was like at the instant it was read. */
export interface LogState {
  /** Everything below can be read; whatever commits from now on stands at or above. */
  readonly end: LogPosition;
  /** What lies at or below was removed by retention. */
  readonly floor: LogPosition;
  /** There are events that wait for an older transaction to end. */
  readonly pending: boolean;
}

/** Events and the state of the log in one snapshot. */
export interface LogPage extends LogState {
  readonly events: readonly LoggedEvent[];
}

const BEFORE_ALL: LogPosition = { epoch: 0, xid: 0, seq: 0 };

/**
 * Bounds are row comparisons, so that the primary key of each partition answers them. They stand in subselects, so that
 * they are not estimated from the values: by the epoch alone, which is the same in every row, there seems to be nothing
 * behind any position, and whatever is there would be sorted for each page.
 */
const READ = `
  with present as materialized (
    select platform.event_epoch_now() as epoch, pg_snapshot_xmin(pg_current_snapshot()) as below
  ), log as materialized (
    select concat_ws(' ', epoch, below, floor_epoch, floor_xid, floor_seq,
             exists (select 1 from platform.event
                     where (epoch, xid, seq) >= ((select epoch from present), (select below from present), 0::bigint))
           ) as state
    from platform.event_log cross join present
  )
  select log.state, e.*
  from log left join lateral (
    select ${EVENT_COLUMNS}
    from platform.event
    where (epoch, xid, seq) > ((select ?::integer), (select ?::xid8), (select ?::bigint))
      and (epoch, xid, seq) < ((select epoch from present), (select below from present), 0::bigint)
    order by epoch, xid, seq limit ?
  ) e on true
  order by e.epoch, e.xid, e.seq`;

/** Rows come as the text that the database writes: most of it is handed on, or never looked at. */
const AS_TEXT = { rowMode: 'array', types: { getTypeParser: () => (text: string) => text } };

type Row = readonly [state: string, ...event: (string | null)[]];

/** The log as the database holds it. */
export class StoredEventLog implements EventLog {
  constructor(
    private readonly knex: Knex,
    private readonly wake: EventWake,
  ) {}

  async read(after: LogPosition | null, limit: number): Promise<readonly LoggedEvent[]> {
    return (await this.page(after, limit)).events;
  }

  /** Errors: `CURSOR_EXPIRED`. */
  async page(after: LogPosition | null, limit: number): Promise<LogPage> {
    const from = after ?? (await this.beginning());
    const page = await this.query(from, limit);
    // The floor is read with the rows: what was removed before them is known to be.
    if (comparePositions(from, page.floor) >= 0) return page;
    if (after === null) return this.page(null, limit);
    throw expired(page.floor);
  }

  private async query({ epoch, xid, seq }: LogPosition, limit: number): Promise<LogPage> {
    const bindings = [epoch, String(xid), seq, limit];
    const { rows } = (await this.knex.raw(READ, bindings).options(AS_TEXT)) as { rows: Row[] };
    const [state, ...first] = rows[0] ?? [''];
    const events = first[0] == null ? [] : rows.map(([, ...row]) => new StoredEvent(row));
    return { ...stateOf(state), events };
  }

  async end(): Promise<LogPosition> {
    return (await this.state()).end;
  }

  async beginning(): Promise<LogPosition> {
    return (await this.state()).floor;
  }

  /** Whether so many events are kept, and more; no more of them are looked at. */
  async holdsMoreThan(events: number): Promise<boolean> {
    const { rows } = await this.knex.raw('select from platform.event offset ? limit 1', [events]);
    return rows.length > 0;
  }

  state(): Promise<LogState> {
    return this.query(BEFORE_ALL, 0);
  }

  onWake(listener: () => void): () => void {
    return this.wake.on(listener);
  }
}

function stateOf(text: string): LogState {
  const [epoch, xmin, floorEpoch, floorXid, floorSeq, pending] = text.split(' ');
  return {
    end: { epoch: Number(epoch), xid: Number(xmin), seq: 0 },
    floor: { epoch: Number(floorEpoch), xid: Number(floorXid), seq: Number(floorSeq) },
    pending: pending === 't',
  };
}

/** `oldest` is for whoever can write it as a cursor. */
const expired = (oldest: LogPosition): AppError =>
  new AppError(
    'CURSOR_EXPIRED',
    'Events after this cursor were removed by retention, so that following on from it would miss some. Resynchronise: ' +
      'take a cursor for now, read what stands (mines, licences, permittedAreas, violations), then follow from that ' +
      'cursor; or follow from the oldest cursor and accept the gap.',
    { field: 'after', oldest },
  );
