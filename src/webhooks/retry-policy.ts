/** When a delivery that failed is tried again, and when it is given up. */
export interface RetryPolicy {
  /** Wait after the first failure; each further failure doubles it. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** From the first attempt; then the event is dead-lettered. */
  readonly giveUpAfterMs: number;
  /** This many events dead-lettered one after the other suspend the endpoint. */
  readonly suspendAfterDeadLetters: number;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** 5 s, 10 s, 20 s … 2 h: about twenty attempts in a day. */
export const RETRY_POLICY: RetryPolicy = {
  firstDelayMs: 5 * SECOND,
  longestDelayMs: 2 * HOUR,
  giveUpAfterMs: 24 * HOUR,
  suspendAfterDeadLetters: 3,
};

export interface FailedDelivery {
  /** Attempts made so far, the failed one among them. */
  readonly attempts: number;
  readonly firstAttemptAt: Date;
  readonly failedAt: Date;
  /** What the receiver asked for with `Retry-After`. */
  readonly retryAfterMs: number | null;
  /** 410 Gone: the receiver wants no more of it. */
  readonly isGone: boolean;
}

/**
 * The instant of the next attempt; null: no more. `random` is in [0, 1) and moves the wait by a quarter either
 * way, so that endpoints that failed together do not come back together. The last attempt falls on the deadline.
 */
export function nextAttempt(policy: RetryPolicy, failed: FailedDelivery, random: number): Date | null {
  const deadline = failed.firstAttemptAt.getTime() + policy.giveUpAfterMs;
  if (failed.isGone || failed.failedAt.getTime() >= deadline) return null;
  const doubled = policy.firstDelayMs * 2 ** Math.min(failed.attempts - 1, 40);
  const asked = Math.min(failed.retryAfterMs ?? 0, policy.longestDelayMs);
  const wait = Math.max(Math.min(doubled, policy.longestDelayMs) * (0.75 + random / 2), asked);
  return new Date(Math.min(failed.failedAt.getTime() + wait, deadline));
}

/** `Retry-After` in milliseconds from `now`: seconds or an HTTP date; null where it says nothing usable. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now.getTime();
  return Number.isFinite(wait) && wait > 0 ? wait : null;
}
