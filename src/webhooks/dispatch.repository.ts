import type { Knex } from 'knex';
import type { LogPosition } from '../platform/events/event-log.js';
import { Slots } from '../platform/slots.js';
import type { Attempt } from './attempt.js';
import type { OpenSecretBox } from './secret-box.repository.js';
import type { DeliveryState, Webhook } from './webhook.js';
import { mapWebhook, positionRow } from './webhook.row.js';

/** Longest reason kept of a failed attempt. */
const LONGEST_ERROR = 500;
/** However many endpoints are sent to, so many statements at once leave room in the pool for those who ask. */
const STATEMENTS_AT_ONCE = 3;

/** An endpoint with the secrets that sign at this moment, the current one first. */
export interface Endpoint extends Webhook {
  readonly secrets: readonly string[];
}

/** What is left behind by an attempt: in the history, and of the endpoint's place in the log. */
export interface AttemptRecord {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventPosition: LogPosition;
  readonly state: DeliveryState;
  readonly attempt: Attempt;
  /** Of the endpoint from now on. */
  readonly next: EndpointProgress;
}

/** How far an endpoint is, and what its delivery in hand has come to. */
export type EndpointProgress = Pick<
  Webhook,
  'position' | 'attempts' | 'firstAttemptAt' | 'nextAttemptAt' | 'deadInARow'
>;

/** Where a worker is that has nothing to send. */
export interface IdleProgress {
  readonly id: string;
  readonly revision: number;
  readonly position: LogPosition;
}

/** The dispatcher's side of the webhook tables. `holder` is the process that sends. */
export class DispatchRepository {
  private readonly slots = new Slots(STATEMENTS_AT_ONCE);

  constructor(
    private readonly knex: Knex,
    private readonly box: OpenSecretBox,
  ) {}

  /** Takes active endpoints that nobody holds; their ids. */
  async claim(holder: string, leaseSeconds: number, limit: number): Promise<readonly string[]> {
    const { rows } = await this.knex.raw(
      `update updates.webhook
       set leased_by = ?, leased_until = clock_timestamp() + make_interval(secs => ?)
       where id in (
         select id from updates.webhook
         where state = 'ACTIVE' and (leased_until is null or leased_until < clock_timestamp())
         order by id limit ? for update skip locked)
       returning id`,
      [holder, leaseSeconds, limit],
    );
    return (rows as { id: string }[]).map((row) => row.id);
  }

  /** Holds on to what is held; the revision of each. What is absent is held no more. */
  async renew(holder: string, leaseSeconds: number): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.knex.raw(
      `update updates.webhook set leased_until = clock_timestamp() + make_interval(secs => ?)
       where leased_by = ? and state = 'ACTIVE' returning id, revision`,
      [leaseSeconds, holder],
    );
    return revisions(rows);
  }

  async held(holder: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.knex('updates.webhook')
      .select('id', 'revision')
      .where({ leased_by: holder, state: 'ACTIVE' });
    return revisions(rows);
  }

  /** Lets go of one endpoint, or of all that are held. */
  async release(holder: string, id: string | null = null): Promise<void> {
    const query = this.knex('updates.webhook').where({ leased_by: holder });
    if (id !== null) query.where({ id });
    await query.update({ leased_by: null, leased_until: null });
  }

  /** The endpoint as it stands now; null when it is not for this process to send to. */
  async load(holder: string, id: string, now: Date): Promise<Endpoint | null> {
    const { rows } = await this.slots.use(async () =>
      this.knex.raw(
        `select webhook.*, array(
         select sealed from updates.webhook_secret
         where webhook_id = webhook.id and (expires_at is null or expires_at > ?)
         order by created_at desc, id) as sealed
       from updates.webhook
       where id = ? and leased_by = ? and leased_until > clock_timestamp() and state = 'ACTIVE'`,
        [now, id, holder],
      ),
    );
    const [row] = rows as Record<string, unknown>[];
    if (!row) return null;
    const box = await this.box();
    const secrets = (row['sealed'] as Buffer[]).map((sealed) => box.open(sealed, id));
    return { ...mapWebhook(row), secrets };
  }

  /** Writes down where workers are that pass over events nobody asked for. */
  async saveProgress(holder: string, progress: readonly IdleProgress[]): Promise<void> {
    if (progress.length === 0) return;
    const rows = progress.map(({ id, revision, position }) => ({ id, revision, ...positionRow(position) }));
    await this.knex.raw(
      `update updates.webhook
       set position_epoch = p.position_epoch, position_xid = p.position_xid::xid8, position_seq = p.position_seq
       from jsonb_to_recordset(?::jsonb)
         as p (id uuid, revision integer, position_epoch integer, position_xid text, position_seq bigint)
       where webhook.id = p.id and webhook.revision = p.revision and leased_by = ?
         and (webhook.position_epoch, webhook.position_xid, webhook.position_seq)
           < (p.position_epoch, p.position_xid::xid8, p.position_seq)`,
      [JSON.stringify(rows), holder],
    );
  }

  /**
   * Records an attempt in the history, and moves the endpoint unless somebody has changed it meanwhile; whether it
   * was moved. One statement: the history never tells another story than the endpoint's place.
   */
  async record(holder: string, endpoint: Endpoint, record: AttemptRecord): Promise<boolean> {
    const { attempt, next } = record;
    const bindings = {
      ...positionRow(next.position),
      webhook: endpoint.id,
      holder,
      revision: endpoint.revision,
      attempts: next.attempts,
      first: next.firstAttemptAt,
      next: next.nextAttemptAt,
      dead: next.deadInARow,
      delivery: record.deliveryId,
      event: record.eventId,
      type: record.eventType,
      event_epoch: record.eventPosition.epoch,
      event_xid: String(record.eventPosition.xid),
      event_seq: record.eventPosition.seq,
      state: record.state,
      started: attempt.startedAt,
      outcome: attempt.outcome,
      status: attempt.httpStatus,
      error: attempt.error?.slice(0, LONGEST_ERROR) ?? null,
      milliseconds: attempt.milliseconds,
    };
    const { rows } = await this.slots.use(async () => this.knex.raw(RECORD, bindings));
    return rows[0]?.moved === true;
  }

  /** Ends the delivery in hand without another attempt, and moves the endpoint past it unless somebody has changed it. */
  async giveUp(holder: string, endpoint: Endpoint, position: LogPosition): Promise<boolean> {
    const { rows } = await this.slots.use(async () =>
      this.knex.raw(GIVE_UP, {
        ...positionRow(position),
        webhook: endpoint.id,
        holder,
        revision: endpoint.revision,
      }),
    );
    return rows.length > 0;
  }

  /** Ends sending until a user resumes it; whether there was anything to end. */
  async suspend(sql: Knex, holder: string, endpoint: Endpoint, reason: string, at: Date): Promise<boolean> {
    const changed = await sql('updates.webhook')
      .where({ id: endpoint.id, leased_by: holder, revision: endpoint.revision, state: 'ACTIVE' })
      .update({
        state: 'SUSPENDED',
        state_reason: reason,
        updated_at: at,
        revision: endpoint.revision + 1,
        leased_by: null,
        leased_until: null,
      });
    return changed > 0;
  }

  /** Removes what has ended before `before`, and secrets that sign no more; how many deliveries went. */
  async prune(before: Date, now: Date): Promise<number> {
    await this.knex('updates.webhook_secret').where('expires_at', '<=', now).delete();
    return this.knex('updates.webhook_delivery')
      .where('last_attempt_at', '<', before)
      .whereNot('state', 'RETRYING')
      .delete();
  }
}

const revisions = (rows: readonly { id: string; revision: number }[]): ReadonlyMap<string, number> =>
  new Map(rows.map((row) => [row.id, row.revision]));

const GIVE_UP = `
  with moved as (
    update updates.webhook
    set position_epoch = :position_epoch, position_xid = :position_xid::xid8, position_seq = :position_seq,
        attempts = 0, first_attempt_at = null, next_attempt_at = null
    where id = :webhook and leased_by = :holder and revision = :revision
    returning id),
  ended as (
    update updates.webhook_delivery set state = 'DEAD_LETTERED', next_attempt_at = null
    where webhook_id in (select id from moved) and state = 'RETRYING')
  select id from moved`;

const RECORD = `
  with moved as (
    update updates.webhook
    set position_epoch = :position_epoch, position_xid = :position_xid::xid8, position_seq = :position_seq,
        attempts = :attempts, first_attempt_at = :first, next_attempt_at = :next, dead_in_a_row = :dead
    where id = :webhook and leased_by = :holder and revision = :revision
    returning id),
  delivery as (
    insert into updates.webhook_delivery as d (id, webhook_id, event_id, event_type, position_epoch, position_xid,
      position_seq, state, attempts, first_attempt_at, last_attempt_at, next_attempt_at)
    select :delivery, id, :event, :type, :event_epoch, :event_xid::xid8, :event_seq, :state, 1, :started, :started, :next
    from updates.webhook where id = :webhook
    on conflict (id) do update
    set state = excluded.state, attempts = d.attempts + 1, last_attempt_at = excluded.last_attempt_at,
        next_attempt_at = excluded.next_attempt_at
    returning d.id, d.attempts),
  attempt as (
    insert into updates.webhook_attempt (delivery_id, number, outcome, http_status, error, started_at, milliseconds)
    select id, attempts, :outcome, :status::integer, :error::text, :started, :milliseconds from delivery)
  select exists (select 1 from moved) as moved`;
