import { Cancellation, inTime } from '../platform/cancellation.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { asGraphQlError, clientError } from './client-error.js';
import type { GraphQlResponse } from './graphql-message.js';

/**
 * Answers TIMEOUT when `work` takes longer, and tells the transports and the database that nobody waits any more, as
 * when the client is `gone`. What `work` throws becomes the answer's error.
 */
export function withinTime(
  milliseconds: number,
  hub: RequestContext,
  work: (cancelled: Cancellation) => Promise<GraphQlResponse>,
  gone?: Cancellation,
): Promise<GraphQlResponse> {
  return endedByTime(milliseconds, work, gone).catch((error: unknown) => ({
    errors: [clientError(asGraphQlError(error), hub)],
  }));
}

/** The same for whatever `work` makes. Errors: `TIMEOUT`, those of `work`. */
export async function endedByTime<T>(
  milliseconds: number,
  work: (cancelled: Cancellation) => Promise<T>,
  gone?: Cancellation,
): Promise<T> {
  const cancelled = new Cancellation();
  const stayed = gone && cancelled.follow(gone);
  try {
    return await inTime(
      cancelled,
      milliseconds,
      () => tookTooLong(milliseconds),
      () => work(cancelled),
    );
  } finally {
    stayed?.();
  }
}

const tookTooLong = (milliseconds: number): AppError =>
  new AppError(
    'TIMEOUT',
    `The request took longer than ${milliseconds} ms (LIMIT_TIMEOUT_MS). Ask for smaller pages or fewer fields; of a ` +
      'change, send less at once.',
  );
