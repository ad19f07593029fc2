import type { EventCursors } from '../../../platform/events/event-cursor.js';
import type { Match } from '../../../platform/events/event-filter.js';
import { LEFT_FILTER, type LoggedEvent } from '../../../platform/events/event-log.js';

/** Nothing happened; the cursor has moved on. */
const HEARTBEAT = 'heartbeat';

/** What somebody who follows the registry is told. */
export interface RegistryUpdate {
  readonly cursor: string;
  readonly id: string | null;
  readonly type: string;
  readonly occurredAt: Date;
  readonly subjectType: string | null;
  readonly subjectId: string | null;
  readonly mineId: string | null;
  readonly divisionCode: string | null;
  readonly actor: string | null;
  readonly causeId: string | null;
  readonly beforeDigest: string | null;
  readonly afterDigest: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** The version of the subject that this is about, of those that have versions. */
  readonly version: number | null;
}

/** Some updates, and the cursor to go on from: it moves on also where nothing matched. */
export interface UpdatePage {
  readonly updates: readonly RegistryUpdate[];
  readonly endCursor: string;
  readonly hasNextPage: boolean;
}

/** An event as its follower may know it; its cursor is signed only when asked for. */
export class ToldEvent implements RegistryUpdate {
  private signed: string | null = null;

  constructor(
    private readonly event: LoggedEvent,
    private readonly match: Exclude<Match, null>,
    private readonly cursors: EventCursors,
    private readonly digest: string,
  ) {}

  /** Signed once, however often it is asked for. */
  get cursor(): string {
    this.signed ??= this.cursors.encode(this.event.position, this.digest);
    return this.signed;
  }

  get id(): string {
    return this.event.id;
  }

  get type(): string {
    return this.left ? LEFT_FILTER : this.event.type;
  }

  get occurredAt(): Date {
    return this.event.occurredAt;
  }

  get subjectType(): string {
    return this.event.subjectType;
  }

  get subjectId(): string {
    return this.event.subjectId;
  }

  get mineId(): string | null {
    return this.left ? null : this.event.mineId;
  }

  get divisionCode(): string | null {
    return this.left ? null : this.event.divisionCode;
  }

  get actor(): string | null {
    return this.left ? null : this.event.actor;
  }

  get causeId(): string | null {
    return this.left ? null : this.event.causeId;
  }

  get beforeDigest(): string | null {
    return this.event.beforeDigest;
  }

  get afterDigest(): string | null {
    return this.left ? null : this.event.afterDigest;
  }

  /** Where it has gone is not told to who only knew where it was. */
  get data(): Readonly<Record<string, unknown>> | null {
    return this.left ? null : this.event.data;
  }

  get version(): number | null {
    const version = this.event.data['version'];
    return typeof version === 'number' ? version : null;
  }

  private get left(): boolean {
    return this.match === 'left';
  }
}

export const heartbeat = (cursor: string, occurredAt: Date): RegistryUpdate => ({
  cursor,
  id: null,
  type: HEARTBEAT,
  occurredAt,
  subjectType: null,
  subjectId: null,
  mineId: null,
  divisionCode: null,
  actor: null,
  causeId: null,
  beforeDigest: null,
  afterDigest: null,
  data: null,
  version: null,
});
