import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../platform/clock.js';
import type { AddressRules } from './address-rules.js';
import type { Attempt, AttemptOutcome } from './attempt.js';
import { ForbiddenTarget, guardedLookup, type ResolveName, systemResolve } from './guarded-lookup.js';
import { retryAfterMs } from './retry-policy.js';
import { signatureHeaders } from './signature.js';
import { faultOfTarget } from './target.js';

/** What is sent, to where, and with which secrets it is signed. */
export interface Message {
  readonly url: string;
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
  readonly secrets: readonly string[];
}

export interface WebhookSenderDeps {
  readonly rules: AddressRules;
  readonly clock: Clock;
  /** From the first byte sent to the last read, looking the name up included. */
  readonly deadlineMs: number;
  readonly resolve?: ResolveName;
  /** Certificates to trust besides those of Node (PEM). */
  readonly authorities?: string;
}

/** The end of an exchange that is no answer. */
class Fault extends Error {
  constructor(
    readonly outcome: AttemptOutcome,
    message: string,
  ) {
    super(message);
  }
}

type Answer = Pick<Attempt, 'httpStatus' | 'retryAfterMs'>;

/** An answer's body means nothing to us: this much is read so that the connection can be used again. */
const MOST_READ_BYTES = 64 * 1024;

/** Sends signed messages, each attempt within a deadline, only to addresses that the rules permit. */
export class WebhookSender {
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor(private readonly deps: WebhookSenderDeps) {
    const { rules, resolve = systemResolve, authorities } = deps;
    const kept = { keepAlive: true, keepAliveMsecs: 30_000, timeout: 60_000 };
    this.http = new HttpAgent({ ...kept, lookup: guardedLookup(resolve, (a) => rules.isTrusted(a)) });
    this.https = new HttpsAgent({
      ...kept,
      lookup: guardedLookup(resolve, (a) => rules.permits(a)),
      ...(authorities === undefined ? {} : { ca: authorities }),
    });
  }

  /** Never rejects but when `signal` aborts: then nobody knows whether the message arrived. */
  async send(message: Message, signal: AbortSignal): Promise<Attempt> {
    const startedAt = this.deps.clock.now();
    const started = performance.now();
    const attempt = (outcome: AttemptOutcome, error: string | null, answer?: Answer): Attempt => ({
      outcome,
      httpStatus: answer?.httpStatus ?? null,
      error,
      startedAt,
      milliseconds: Math.round(performance.now() - started),
      retryAfterMs: answer?.retryAfterMs ?? null,
    });
    try {
      const answer = await this.exchange(message, startedAt, signal);
      const status = answer.httpStatus ?? 0;
      if (status >= 200 && status < 300) return attempt('DELIVERED', null, answer);
      return status >= 300 && status < 400
        ? attempt('REDIRECTED', `Answered ${status}; redirects are not followed.`, answer)
        : attempt('REJECTED', `Answered ${status}.`, answer);
    } catch (error) {
      signal.throwIfAborted();
      const fault = asFault(error);
      return attempt(fault.outcome, fault.message);
    }
  }

  /** Lets go of the connections that are kept for later. */
  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private async exchange(message: Message, at: Date, signal: AbortSignal): Promise<Answer> {
    // The rules may have been tightened since the endpoint was registered; a literal address is never looked up.
    const fault = faultOfTarget(message.url, this.deps.rules);
    if (fault !== null) throw new Fault('TARGET_FORBIDDEN', fault);
    const limits = new AbortController();
    const stop = (): void => limits.abort(signal.reason);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      limits.abort();
    }, this.deps.deadlineMs);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.post(message, at, limits.signal).catch((error: unknown) => {
        if (!isStale(error)) throw error;
        return this.post(message, at, limits.signal);
      });
    } catch (error) {
      if (!isLate) throw error;
      throw new Fault('TIMED_OUT', `No complete answer within ${this.deps.deadlineMs} ms.`);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  private post(message: Message, at: Date, signal: AbortSignal): Promise<Answer> {
    const url = new URL(message.url);
    const isPlain = url.protocol === 'http:';
    return new Promise((resolve, reject) => {
      const request = (isPlain ? httpRequest : httpsRequest)(url, {
        method: 'POST',
        agent: isPlain ? this.http : this.https,
        signal,
        headers: {
          'content-type': message.contentType,
          'content-length': Buffer.byteLength(message.body),
          'user-agent': 'minebound',
          ...signatureHeaders(message.secrets, message.id, at, message.body),
        },
      });
      request.once('error', (error) =>
        reject(request.reusedSocket && isReset(error) ? new StaleConnection(error) : error),
      );
      request.once('response', (response) => {
        const answer: Answer = {
          httpStatus: response.statusCode ?? null,
          retryAfterMs: retryAfterMs(response.headers['retry-after'], at),
        };
        drain(response).then(() => resolve(answer), reject);
      });
      request.end(message.body);
    });
  }
}

/** Reads to the end or to the most that is read, and then hangs up. */
function drain(response: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    let read = 0;
    response.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read <= MOST_READ_BYTES) return;
      resolve();
      response.destroy();
    });
    response.once('end', resolve);
    response.once('error', reject);
    response.once('close', () => reject(new Fault('CONNECTION_FAILED', 'The answer ended early.')));
  });
}

/** The receiver closed a kept connection at the moment of its next use: that says nothing of the receiver. */
class StaleConnection extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message);
  }
}

const isStale = (error: unknown): error is StaleConnection => error instanceof StaleConnection;

const isReset = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ECONNRESET' || error.code === 'EPIPE';

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof ForbiddenTarget) return new Fault('TARGET_FORBIDDEN', error.message);
  const { code, message } = error as NodeJS.ErrnoException;
  return new Fault('CONNECTION_FAILED', code === undefined ? message : `${message} (${code})`);
}
