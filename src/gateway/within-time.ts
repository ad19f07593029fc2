import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { asGraphQlError, clientError } from './client-error.js';
import { Cancellation } from './gateway-context.js';
import type { GraphQlResponse } from './graphql-message.js';

/**
 * Answers TIMEOUT when `work` takes longer, and tells the transports that nobody waits any more. What `work`
 * throws becomes the answer's error.
 */
export function withinTime(
  milliseconds: number,
  hub: RequestContext,
  work: (cancelled: Cancellation) => Promise<GraphQlResponse>,
): Promise<GraphQlResponse> {
  const cancelled = new Cancellation();
  const failed = (error: unknown): GraphQlResponse => ({ errors: [clientError(asGraphQlError(error), hub)] });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      const error = new AppError(
        'TIMEOUT',
        `The request took longer than ${milliseconds} ms (LIMIT_TIMEOUT_MS). Ask for smaller pages or fewer fields.`,
      );
      cancelled.cancel(error);
      resolve(failed(error));
    }, milliseconds);
    work(cancelled)
      .catch(failed)
      .then((response) => {
        clearTimeout(timer);
        resolve(response);
      });
  });
}
