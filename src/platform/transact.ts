import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { canonicalJson } from './canonical-json.js';
import type { RequestContext } from './context.js';
import { type Causes, EventChain, type Link, type Linked, NO_CAUSES } from './event-chain.js';
import type { Facets } from './events/event-log.js';
import { PREPARED } from './prepared-statements.js';
import { asConflict } from './write-conflict.js';

/** One change of a registry fact, told to the rest of the world by the outbox. */
export interface DomainEvent extends Link {
  /** `<subject>.<what happened>`, for example `mine.updated`. */
  readonly type: string;
  /** GraphQL type name and id of what changed. */
  readonly subjectType: string;
  readonly divisionCode?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
  /** It tells something of its subject that is no change of it: the digest stays. */
  readonly changesNothing?: boolean;
  readonly data?: Readonly<Record<string, unknown>>;
  /** What subscribers' filters go by, beside mine and division; without it, `kind` and `severity` of `data`. */
  readonly facets?: Facets | null;
  /** What they went by before the change, mine and division included where those changed; absent: the same. */
  readonly previousFacets?: Facets | null;
}

export interface Transaction {
  readonly sql: Knex.Transaction;
  /** Adds an event; it is written by the same commit as the rows it tells of, or not at all. */
  emit(...events: readonly DomainEvent[]): void;
  /** What has been told of these subjects so far, for `following`. */
  causes(subjectIds: readonly string[]): Causes;
  /** The same transaction; what is emitted through it, and names nothing nearer, follows from these. */
  following(causes: Causes): Transaction;
}

export type Transact = <T>(context: RequestContext, work: (tx: Transaction) => Promise<T>) => Promise<T>;

/**
 * Every service write goes through what this returns: domain rows and outbox events in one transaction. `committed`
 * is called after a commit that brought events.
 */
export function createTransact(knex: Knex, committed: () => void = () => {}): Transact {
  return async (context, work) => {
    const chain = new EventChain<DomainEvent>();
    const result = await knex
      .transaction(async (sql) => {
        const done = await work(transactionOf(sql, chain, NO_CAUSES));
        await writeEvents(sql, context, chain.events);
        return done;
      })
      .catch((error: unknown) => {
        throw asConflict(error);
      });
    if (chain.events.length > 0) committed();
    return result;
  };
}

const transactionOf = (
  sql: Knex.Transaction,
  chain: EventChain<DomainEvent>,
  causes: Causes,
): Transaction => ({
  sql,
  emit: (...events) => {
    for (const event of events) chain.add(event, causes);
  },
  causes: (subjectIds) => chain.causes(subjectIds),
  following: (nearer) => transactionOf(sql, chain, nearer),
});

const EVENTS_PER_STATEMENT = 5000;

interface EventRow extends Readonly<Record<string, unknown>> {
  readonly after_digest: string | null;
  readonly facets: Facets | null;
}

async function writeEvents(
  sql: Knex,
  context: RequestContext,
  events: readonly Linked<DomainEvent>[],
): Promise<void> {
  const latest = new Map<string, EventRow>();
  for (let start = 0; start < events.length; start += EVENTS_PER_STATEMENT) {
    const rows = events.slice(start, start + EVENTS_PER_STATEMENT).map((event) => {
      const subject = `${event.subjectType} ${event.subjectId}`;
      const row = eventRow(event, latest.get(subject));
      latest.set(subject, row);
      return row;
    });
    await sql.raw(WRITE_EVENTS, [
      JSON.stringify(rows),
      context.principal.id,
      context.requestId,
      context.clock.now(),
    ]);
  }
}

/**
 * One document in place of many bindings: it costs the same to send and far less to prepare. What filters go by is
 * read where the subject is, and where its last event was; an event that says otherwise is believed. One that follows
 * another of its subject in the same transaction follows from that one: both are written when the change is complete.
 */
const WRITE_EVENTS = `${PREPARED}
  with e as materialized (
    select * from rows from (jsonb_to_recordset(?::jsonb) as (id uuid, type text, subject_type text, subject_id text, mine_id uuid,
      division_code text, before_digest text, after_digest text, cause_id uuid, data jsonb, facets jsonb, previous_facets jsonb,
      follows boolean, keeps boolean)) with ordinality
  )
  insert into platform.event (epoch, id, type, subject_type, subject_id, mine_id, division_code, before_digest, after_digest,
                              cause_id, data, facets, previous_facets, actor, request_id, occurred_at)
  select (select platform.claim_event_epoch()), coalesce(e.id, gen_random_uuid()), e.type, e.subject_type, e.subject_id,
         coalesce(e.mine_id, (s.facets ->> 'mineId')::uuid, (s.told ->> 'mineId')::uuid),
         coalesce(e.division_code, s.facets ->> 'divisionCode', s.told ->> 'divisionCode'),
         coalesce(e.before_digest, case when not e.follows then s.told_digest end),
         case when e.keeps then coalesce(e.before_digest, s.told_digest) else e.after_digest end, e.cause_id, e.data,
         nullif(coalesce(s.facets, s.told, '{}') - 'mineId' - 'divisionCode' || coalesce(e.facets, '{}'), '{}'),
         coalesce(e.previous_facets, case when not e.follows then nullif(s.told, coalesce(s.facets, s.told)) end), ?, ?, ?
  from e join platform.describe_subjects((select array_agg(subject_type) from e), (select array_agg(subject_id) from e)) s
    using (subject_type, subject_id)
  order by e.ordinality`;

/** `before`: the event of the same subject that the transaction has emitted before this one. */
function eventRow(event: Linked<DomainEvent>, before: EventRow | undefined): EventRow {
  return {
    id: event.id,
    type: event.type,
    subject_type: event.subjectType,
    subject_id: event.subjectId,
    mine_id: event.mineId ?? null,
    division_code: event.divisionCode ?? null,
    before_digest: event.before === undefined ? (before?.after_digest ?? null) : digest(event.before),
    after_digest: event.after == null ? keptDigest(event, before) : digest(event.after),
    cause_id: event.causeId,
    data: event.data ?? {},
    facets: event.facets ?? facetsOf(event.data),
    previous_facets: event.previousFacets ?? before?.facets ?? null,
    follows: before !== undefined,
    keeps: event.changesNothing ?? false,
  };
}

const keptDigest = ({ changesNothing }: DomainEvent, before: EventRow | undefined): string | null =>
  (changesNothing ? before?.after_digest : null) ?? null;

/** By convention an event's data name the kind and, where there is one, the severity of its subject. */
function facetsOf(data: DomainEvent['data']): Facets | null {
  const { kind, severity } = data ?? {};
  if (typeof kind !== 'string' && typeof severity !== 'string') return null;
  return {
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof severity === 'string' ? { severity } : {}),
  };
}

/** SHA-256 of a value's JSON with sorted keys: equal facts have equal digests. */
export const digest = (value: unknown): string => hash('sha256', canonicalJson(value) ?? '');
