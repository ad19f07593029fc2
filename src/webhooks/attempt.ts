/** How one attempt to deliver ended. */
export const AttemptOutcome = {
  /** A 2xx answer, in time. */
  DELIVERED: 'DELIVERED',
  /** Any other answer. */
  REJECTED: 'REJECTED',
  /** A 3xx answer: redirects are not followed. */
  REDIRECTED: 'REDIRECTED',
  /** No complete answer within the deadline. */
  TIMED_OUT: 'TIMED_OUT',
  /** No connection, a broken one, or one whose certificate is not trusted. */
  CONNECTION_FAILED: 'CONNECTION_FAILED',
  /** The name leads to an address that may not be sent to. Nothing was sent. */
  TARGET_FORBIDDEN: 'TARGET_FORBIDDEN',
} as const;
export type AttemptOutcome = keyof typeof AttemptOutcome;

/** One attempt to deliver, as it is recorded. */
export interface Attempt {
  readonly outcome: AttemptOutcome;
  readonly httpStatus: number | null;
  /** What went wrong, for people; null when it was delivered. */
  readonly error: string | null;
  readonly startedAt: Date;
  readonly milliseconds: number;
  /** Wait that the receiver asked for. */
  readonly retryAfterMs: number | null;
}

/** 410 Gone: the receiver wants nothing more, as Standard Webhooks has it. */
export const isGone = ({ httpStatus }: Attempt): boolean => httpStatus === 410;
