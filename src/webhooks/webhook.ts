import type { EventFilter } from '../platform/events/event-filter.js';
import type { LogPosition } from '../platform/events/event-log.js';
import type { Principal } from '../platform/principal.js';
import type { Attempt } from './attempt.js';

export const WebhookState = {
  ACTIVE: 'ACTIVE',
  /** By a user: nothing is sent, the place in the log is kept. */
  PAUSED: 'PAUSED',
  /** By the hub, for the reason given; a user resumes it. */
  SUSPENDED: 'SUSPENDED',
} as const;
export type WebhookState = keyof typeof WebhookState;

/** An endpoint that events are sent to. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  /** Null: everything that the owner may see. */
  readonly filter: EventFilter | null;
  /** Who registered it, as they were then; nothing is sent that they may not see when it is. */
  readonly principal: Principal;
  readonly state: WebhookState;
  readonly stateReason: string | null;
  /** Up to here everything was delivered, dead-lettered, or not asked for. */
  readonly position: LogPosition;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Rises with each change by a user. */
  readonly revision: number;
  readonly replays: number;
  /** Of the delivery in hand, while it fails. */
  readonly attempts: number;
  readonly firstAttemptAt: Date | null;
  readonly nextAttemptAt: Date | null;
  readonly deadInARow: number;
}

export const DeliveryState = {
  /** Failed so far; tried again at `nextAttemptAt`. */
  RETRYING: 'RETRYING',
  DELIVERED: 'DELIVERED',
  /** Given up. A replay from a cursor before it sends it again. */
  DEAD_LETTERED: 'DEAD_LETTERED',
  /** A test that failed; tests are not tried again. */
  FAILED: 'FAILED',
} as const;
export type DeliveryState = keyof typeof DeliveryState;

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Null: a test, which stands nowhere in the log. */
  readonly position: LogPosition | null;
  readonly isTest: boolean;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly firstAttemptAt: Date;
  readonly lastAttemptAt: Date;
  readonly nextAttemptAt: Date | null;
}

/** An attempt as it stands in the history. */
export interface RecordedAttempt extends Omit<Attempt, 'retryAfterMs'> {
  readonly deliveryId: string;
  /** From 1. */
  readonly number: number;
}
