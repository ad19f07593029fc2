import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import { AppError } from './errors.js';

/** Whether somebody still waits for what is done for a request. Costs nothing until somebody listens. */
export class Cancellation {
  private readonly listeners = new Set<() => void>();
  private controller: AbortController | null = null;
  private reason: unknown = null;

  /** For those who are told by an abort signal. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason !== null) this.controller.abort(this.reason);
    return this.controller.signal;
  }

  get isCancelled(): boolean {
    return this.reason !== null;
  }

  /** Errors: the reason, once cancelled. */
  throwIfCancelled(): void {
    if (this.reason !== null) throw this.reason;
  }

  /** Calls `listener` when this is cancelled, at once if it is. Returns what ends that. */
  onCancel(listener: () => void): () => void {
    if (this.reason !== null) listener();
    else this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Cancelled as well, for the same reason, when `other` is. Returns what ends that. */
  follow(other: Cancellation): () => void {
    return other.onCancel(() => this.cancel(other.reason));
  }

  /** The first reason counts. */
  cancel(reason: unknown): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.controller?.abort(reason);
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }
}

/** The request that what runs now is done for, so that each statement to the database knows it. */
const current = new AsyncLocalStorage<Cancellation | undefined>();

/** Does `work` for a request: once it is cancelled, statements are given up, and no others begun. */
export const heeding = <T>(request: Cancellation, work: () => T): T => current.run(request, work);

/** Does `work` for more than the request that set it going: it goes on when that has ended. */
export const unheeding = <T>(work: () => T): T => current.run(undefined, work);

/** That of the request that what runs now is done for; undefined: it is done for none. */
export const cancellationHere = (): Cancellation | undefined => current.getStore();

/** What `work` makes. Errors: what `late` makes, when `work` takes longer; `request` is cancelled with it. */
export async function inTime<T>(
  request: Cancellation,
  milliseconds: number,
  late: () => AppError,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = late();
      // First, as what is given up may fail at once.
      reject(error);
      request.cancel(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Cancelled when the connection closes before the answer is sent whole. */
export function goneWith(response: ServerResponse): Cancellation {
  const gone = new Cancellation();
  response.once('close', () => {
    if (!response.writableFinished) gone.cancel(clientGone());
  });
  return gone;
}

export const clientGone = (): AppError =>
  new AppError('BAD_USER_INPUT', 'The client was gone before it had its answer.');
