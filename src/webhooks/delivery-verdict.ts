import type { LogPosition } from '../platform/events/event-log.js';
import { type Attempt, isGone } from './attempt.js';
import type { EndpointProgress } from './dispatch.repository.js';
import { nextAttempt, type RetryPolicy } from './retry-policy.js';
import type { DeliveryState, Webhook } from './webhook.js';

/** What an attempt leads to. */
export interface DeliveryVerdict {
  readonly state: DeliveryState;
  readonly next: EndpointProgress;
  /** Why nothing more is to be sent to this endpoint; null: go on. */
  readonly suspension: string | null;
}

/**
 * Delivered: the next event is due. Failed: the same event again after a wait; or, when its time is over, it is
 * dead-lettered and the next is due, so that one event that a receiver chokes on does not hold up the others for ever.
 */
export function verdictOn(
  endpoint: Webhook,
  event: LogPosition,
  attempt: Attempt,
  policy: RetryPolicy,
  random: number,
): DeliveryVerdict {
  const done = { position: event, attempts: 0, firstAttemptAt: null, nextAttemptAt: null };
  if (attempt.outcome === 'DELIVERED') {
    return { state: 'DELIVERED', next: { ...done, deadInARow: 0 }, suspension: null };
  }
  const attempts = endpoint.attempts + 1;
  const firstAttemptAt = endpoint.firstAttemptAt ?? attempt.startedAt;
  const nextAttemptAt = nextAttempt(
    policy,
    {
      attempts,
      firstAttemptAt,
      failedAt: new Date(attempt.startedAt.getTime() + attempt.milliseconds),
      retryAfterMs: attempt.retryAfterMs,
      isGone: isGone(attempt),
    },
    random,
  );
  if (nextAttemptAt !== null) {
    const { position, deadInARow } = endpoint;
    const next = { position, attempts, firstAttemptAt, nextAttemptAt, deadInARow };
    return { state: 'RETRYING', next, suspension: null };
  }
  const deadInARow = endpoint.deadInARow + 1;
  return {
    state: 'DEAD_LETTERED',
    next: { ...done, deadInARow },
    suspension: suspensionOf(attempt, deadInARow, policy),
  };
}

function suspensionOf(attempt: Attempt, deadInARow: number, policy: RetryPolicy): string | null {
  const replay = 'Resume it, or replay it from a cursor before the first event that was not delivered.';
  if (isGone(attempt)) return `The endpoint answered 410 Gone. ${replay}`;
  if (deadInARow < policy.suspendAfterDeadLetters) return null;
  return `${deadInARow} events in a row could not be delivered; the last attempt: ${attempt.error ?? ''} ${replay}`;
}
