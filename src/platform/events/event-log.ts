import type { Box } from '../boxes.js';

/**
 * Where in the log an event stands. Positions are ordered by epoch, transaction id and sequence, in that order;
 * nothing is ever added below one that was read.
 */
export interface LogPosition {
  /** Counts the histories of the database: a restore into another cluster begins a new one. */
  readonly epoch: number;
  /** Id of the transaction that wrote it. */
  readonly xid: number;
  readonly seq: number;
}

/** What filters go by, beside the columns of an event. */
export interface Facets {
  readonly mineId?: string | null;
  readonly divisionCode?: string | null;
  /** For example the kind of a violation, an area or a licence. */
  readonly kind?: string | null;
  /** For example the verdict class of a violation, or the level of an alarm. */
  readonly severity?: string | null;
  /** Around the subject. */
  readonly extent?: Box | null;
  /** The surface itself, as the text of a GeoJSON geometry; absent: the box says as much. */
  readonly outline?: string | null;
}

/** One committed change, as it stands in the log. */
export interface LoggedEvent {
  readonly position: LogPosition;
  readonly id: string;
  /** `<subject>.<what happened>`, for example `mine.updated`. */
  readonly type: string;
  /** GraphQL type name and id of what changed. */
  readonly subjectType: string;
  readonly subjectId: string;
  readonly mineId: string | null;
  readonly divisionCode: string | null;
  readonly beforeDigest: string | null;
  readonly afterDigest: string | null;
  readonly actor: string;
  /** Id of the event this one follows from. */
  readonly causeId: string | null;
  readonly occurredAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
  readonly facets: Facets;
  /** What filters went by before the change; null: as after it. */
  readonly previousFacets: Facets | null;
}

/** The type that is told in place of an event's own when its subject does not match any more. */
export const LEFT_FILTER = 'LEFT_FILTER';

/** The log of committed changes, in an order in which no reader passes an event that commits later. */
export interface EventLog {
  /**
   * Up to `limit` events after a position (null: from the oldest kept), in order. Fewer mean that there are no more
   * that can be read yet. Errors: `CURSOR_EXPIRED` when retention has removed events after the position.
   */
  read(after: LogPosition | null, limit: number): Promise<readonly LoggedEvent[]>;
  /** Behind everything that can be read now, before everything that will be. */
  end(): Promise<LogPosition>;
  /** The position after which the oldest event follows. */
  beginning(): Promise<LogPosition>;
  /**
   * Calls the listener whenever there may be something new, and from time to time without that. Returns what ends it.
   * However many listen, the process watches the database once.
   */
  onWake(listener: () => void): () => void;
}

export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.epoch - b.epoch || a.xid - b.xid || a.seq - b.seq;
}
