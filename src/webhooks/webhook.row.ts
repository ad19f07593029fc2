import type { EventFilter } from '../platform/events/event-filter.js';
import type { LogPosition } from '../platform/events/event-log.js';
import type { Principal } from '../platform/principal.js';
import type { AttemptOutcome } from './attempt.js';
import type { Delivery, DeliveryState, RecordedAttempt, Webhook, WebhookState } from './webhook.js';

type Row = Readonly<Record<string, unknown>>;

export const mapWebhook = (row: Row): Webhook => ({
  id: row['id'] as string,
  url: row['url'] as string,
  description: row['description'] as string | null,
  filter: row['filter'] as EventFilter | null,
  principal: row['principal'] as Principal,
  state: row['state'] as WebhookState,
  stateReason: row['state_reason'] as string | null,
  position: positionOf(row),
  createdAt: row['created_at'] as Date,
  updatedAt: row['updated_at'] as Date,
  revision: row['revision'] as number,
  replays: row['replays'] as number,
  attempts: row['attempts'] as number,
  firstAttemptAt: row['first_attempt_at'] as Date | null,
  nextAttemptAt: row['next_attempt_at'] as Date | null,
  deadInARow: row['dead_in_a_row'] as number,
});

export const mapDelivery = (row: Row): Delivery => ({
  id: row['id'] as string,
  webhookId: row['webhook_id'] as string,
  eventId: row['event_id'] as string,
  eventType: row['event_type'] as string,
  position: row['position_epoch'] === null ? null : positionOf(row),
  isTest: row['is_test'] as boolean,
  state: row['state'] as DeliveryState,
  attempts: row['attempts'] as number,
  firstAttemptAt: row['first_attempt_at'] as Date,
  lastAttemptAt: row['last_attempt_at'] as Date,
  nextAttemptAt: row['next_attempt_at'] as Date | null,
});

export const mapAttempt = (row: Row): RecordedAttempt => ({
  deliveryId: row['delivery_id'] as string,
  number: row['number'] as number,
  outcome: row['outcome'] as AttemptOutcome,
  httpStatus: row['http_status'] as number | null,
  error: row['error'] as string | null,
  startedAt: row['started_at'] as Date,
  milliseconds: row['milliseconds'] as number,
});

const positionOf = (row: Row): LogPosition => ({
  epoch: row['position_epoch'] as number,
  xid: Number(row['position_xid']),
  seq: row['position_seq'] as number,
});

export const positionRow = (position: LogPosition | null): Record<string, unknown> => ({
  position_epoch: position?.epoch ?? null,
  position_xid: position === null ? null : String(position.xid),
  position_seq: position?.seq ?? null,
});
