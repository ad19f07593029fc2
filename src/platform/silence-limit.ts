import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import type { Database } from './database.js';
import { AppError } from './errors.js';

/** Of a builder of knex, what sets its own limit. */
interface Statement {
  timeout(milliseconds: number, options: { cancel: boolean }): unknown;
}

/** A statement is cancelled so much later than the client is answered, which is told why by the limit, not by knex. */
const AFTER_ANSWER_MS = 1_000;

/** The limit that what runs now is under, so that each statement to the database knows it. */
const current = new AsyncLocalStorage<SilenceLimit>();

/**
 * How long the answer to one download may be silent. A file that flows may take as long as it takes, and so may a
 * client that is slow to read it: only the time counts in which the hub has nothing to send.
 */
export class SilenceLimit {
  private readonly over = new AbortController();
  private endsAt = 0;

  constructor(
    private readonly milliseconds: number,
    private readonly response: ServerResponse,
  ) {
    response.once('close', () => {
      // After it has been sent whole, what the request has set going elsewhere is under no limit.
      if (!response.writableFinished) this.over.abort(clientGone());
    });
  }

  /** Fires when the time is over or the client gone; its reason is an `AppError`. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /**
   * What `work` makes, the next part of the answer. Errors: `TIMEOUT` when that takes too long; the statement that it
   * waits for is then cancelled, and another one refused.
   */
  async within<T>(work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    this.endsAt = performance.now() + this.milliseconds;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = tookTooLong(this.milliseconds);
        this.over.abort(error);
        reject(error);
      }, this.milliseconds);
    });
    try {
      return await Promise.race([current.run(this, work), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Puts a statement that is about to be sent under the limit. Errors: the signal's reason, where it has fired. */
  bind(statement: Statement, cancellable: boolean): void {
    this.signal.throwIfAborted();
    if (!cancellable || this.response.writableFinished) return;
    const left = Math.max(0, this.endsAt - performance.now());
    statement.timeout(Math.ceil(left) + AFTER_ANSWER_MS, { cancel: true });
  }
}

/**
 * Makes the statements of `knex` heed the limit of the download that they are for. The embedded database does one
 * thing after the other and cannot be told to stop: there a statement ends by itself.
 */
export function limitStatements({ knex, kind }: Pick<Database, 'knex' | 'kind'>): void {
  knex.on('start', (statement: Statement) => {
    current.getStore()?.bind(statement, kind === 'native');
  });
}

/** `task` for callers whose limit is not its own: it goes on when they have had their answer. */
export const unlimited = (task: () => void): (() => void) => AsyncLocalStorage.bind(task);

const tookTooLong = (milliseconds: number): AppError =>
  new AppError(
    'TIMEOUT',
    `For ${milliseconds} ms there was nothing of the file to send (LIMIT_TIMEOUT_MS). Ask for less of it, or try again.`,
  );

const clientGone = (): AppError =>
  new AppError('BAD_USER_INPUT', 'The client was gone before it had the whole file.');
