import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import {
  comparePositions,
  type EventLog,
  type Facets,
  type LoggedEvent,
  type LogPosition,
} from './event-log.js';
import type { EventWake } from './event-wake.js';

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

/** Bounds are row comparisons, so that the primary key of each partition answers them. */
const READ = `
  with log as (
    select platform.event_epoch_now() as epoch, pg_snapshot_xmin(pg_current_snapshot()) as xmin,
           floor_epoch, floor_xid, floor_seq
    from platform.event_log
  )
  select concat_ws(' ', log.epoch, log.xmin, floor_epoch, floor_xid, floor_seq,
           exists (select 1 from platform.event where (epoch, xid, seq) >= ((select epoch from log), (select xmin from log), 0::bigint))
         ) as log_state, e.*
  from log left join lateral (
    select epoch, xid::text as xid, seq, id, type, subject_type, subject_id, mine_id, division_code, before_digest, after_digest,
           actor, cause_id, occurred_at, data, facets, previous_facets
    from platform.event
    where (epoch, xid, seq) > (?::integer, ?::xid8, ?::bigint)
      and (epoch, xid, seq) < ((select epoch from log), (select xmin from log), 0::bigint)
    order by epoch, event.xid, seq limit ?
  ) e on true
  order by e.epoch, e.xid::xid8, e.seq`;

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
    const { rows } = await this.knex.raw<{ rows: Record<string, unknown>[] }>(READ, [
      epoch,
      String(xid),
      seq,
      limit,
    ]);
    const events = rows[0]?.['id'] == null ? [] : rows.map(mapEvent);
    return { ...stateOf(String(rows[0]?.['log_state'])), events };
  }

  async end(): Promise<LogPosition> {
    return (await this.state()).end;
  }

  async beginning(): Promise<LogPosition> {
    return (await this.state()).floor;
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

function mapEvent(row: Record<string, unknown>): LoggedEvent {
  return {
    position: { epoch: row['epoch'] as number, xid: Number(row['xid']), seq: Number(row['seq']) },
    id: row['id'] as string,
    type: row['type'] as string,
    subjectType: row['subject_type'] as string,
    subjectId: row['subject_id'] as string,
    mineId: row['mine_id'] as string | null,
    divisionCode: row['division_code'] as string | null,
    beforeDigest: row['before_digest'] as string | null,
    afterDigest: row['after_digest'] as string | null,
    actor: row['actor'] as string,
    causeId: row['cause_id'] as string | null,
    occurredAt: row['occurred_at'] as Date,
    data: (row['data'] ?? {}) as Record<string, unknown>,
    facets: (row['facets'] ?? {}) as Facets,
    previousFacets: row['previous_facets'] as Facets | null,
  };
}
