import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { RequestContext } from './context.js';

/** One change of a registry fact, told to the rest of the world by the outbox. */
export interface DomainEvent {
  /** `<subject>.<what happened>`, for example `mine.updated`. */
  readonly type: string;
  /** GraphQL type name and id of what changed. */
  readonly subjectType: string;
  readonly subjectId: string;
  readonly mineId?: string | null;
  readonly divisionCode?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Id of the event this one follows from. */
  readonly causeId?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Transaction {
  readonly sql: Knex.Transaction;
  /** Adds an event; it is written by the same commit as the rows it tells of, or not at all. */
  emit(...events: readonly DomainEvent[]): void;
}

export type Transact = <T>(context: RequestContext, work: (tx: Transaction) => Promise<T>) => Promise<T>;

const EVENTS_PER_STATEMENT = 1000;

/** Every service write goes through what this returns: domain rows and outbox events in one transaction. */
export function createTransact(knex: Knex): Transact {
  return (context, work) =>
    knex.transaction(async (sql) => {
      const events: DomainEvent[] = [];
      const result = await work({ sql, emit: (...added) => void events.push(...added) });
      for (let start = 0; start < events.length; start += EVENTS_PER_STATEMENT) {
        await sql('platform.event').insert(
          events.slice(start, start + EVENTS_PER_STATEMENT).map((event) => eventRow(event, context)),
        );
      }
      return result;
    });
}

function eventRow(event: DomainEvent, context: RequestContext): Record<string, unknown> {
  return {
    type: event.type,
    subject_type: event.subjectType,
    subject_id: event.subjectId,
    mine_id: event.mineId ?? null,
    division_code: event.divisionCode ?? null,
    before_digest: event.before === undefined ? null : digest(event.before),
    after_digest: event.after === undefined ? null : digest(event.after),
    cause_id: event.causeId ?? null,
    actor: context.principal.id,
    request_id: context.requestId,
    occurred_at: context.clock.now(),
    data: JSON.stringify(event.data ?? {}),
  };
}

/** SHA-256 of a value's JSON with sorted keys: equal facts have equal digests. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
