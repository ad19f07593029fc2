import type { ServerResponse } from 'node:http';
import { type Cancellation, goneWith, heeding, inTime } from './cancellation.js';
import { AppError } from './errors.js';

/**
 * How long the answer to one download may be silent. A file that flows may take as long as it takes, and so may a
 * client that is slow to read it: only the time counts in which the hub has nothing to send.
 */
export class SilenceLimit {
  private readonly download: Cancellation;

  constructor(
    private readonly milliseconds: number,
    response: ServerResponse,
  ) {
    this.download = goneWith(response);
  }

  /** Fires when the time is over or the client gone; its reason is an `AppError`. */
  get signal(): AbortSignal {
    return this.download.signal;
  }

  /**
   * What `work` makes, the next part of the answer. Errors: `TIMEOUT` when that takes too long; the statement that it
   * waits for is then cancelled, and another one refused.
   */
  async within<T>(work: () => Promise<T>): Promise<T> {
    this.download.throwIfCancelled();
    return await inTime(
      this.download,
      this.milliseconds,
      () => tookTooLong(this.milliseconds),
      () => heeding(this.download, work),
    );
  }
}

const tookTooLong = (milliseconds: number): AppError =>
  new AppError(
    'TIMEOUT',
    `For ${milliseconds} ms there was nothing of the file to send (LIMIT_TIMEOUT_MS). Ask for less of it, or try again.`,
  );
