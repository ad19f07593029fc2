import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { AppError, ERROR_CODES, type ErrorCode } from '../platform/errors.js';

/** An update as `registryUpdates` tells it. */
export interface Update {
  readonly cursor: string;
  readonly id: string | null;
  readonly type: string;
  readonly occurredAt: string;
  readonly subjectType: string | null;
  readonly subjectId: string | null;
  readonly mineId: string | null;
  readonly divisionCode: string | null;
  readonly actor: string | null;
  readonly data: unknown;
}

export interface UpdateStreamOptions {
  /** Of the hub, like `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly after: string | null;
  readonly filter: Readonly<Record<string, unknown>> | null;
  /** Told of every break. */
  readonly onBreak: (reason: string) => void;
}

const QUERY = `subscription Tail($after: String, $filter: UpdateFilter) {
  registryUpdates(after: $after, filter: $filter) {
    cursor id type occurredAt subjectType subjectId mineId divisionCode actor data
  }
}`;

export const HEARTBEAT = 'heartbeat';
/** The hub beats every 15 s; a connection that is silent for longer than three beats is dead. */
const SILENT_FOR_MS = 50_000;
const PAUSES_MS = [250, 500, 1_000, 2_000, 5_000];
/** The hub ends a reader that is too slow; it comes back for the rest. */
const RESUMED: ReadonlySet<string> = new Set([
  'SLOW_CONSUMER',
  'DATABASE_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'TIMEOUT',
  'INTERNAL',
]);

interface WireError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/**
 * Updates from the hub, heartbeats among them, without gap or repeat whatever happens to the connection or the hub:
 * after every break it follows on from the last cursor. Ends with `signal`. Errors: those of the hub that waiting does
 * not mend, such as `CURSOR_EXPIRED` or `BAD_CURSOR`.
 */
export async function* followUpdates(
  { url, after: from, filter, onBreak }: UpdateStreamOptions,
  signal: AbortSignal,
): AsyncGenerator<Update> {
  let after = from;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      for await (const update of connection(url, { after, filter }, signal)) {
        failures = 0;
        after = update.cursor;
        yield update;
      }
    } catch (error) {
      if (error instanceof AppError && !RESUMED.has(error.code)) throw error;
      if (!signal.aborted) onBreak((error as Error).message);
    }
    await pause(PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0, signal);
  }
}

async function* connection(
  url: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): AsyncGenerator<Update> {
  let refuse: (reason: Error) => void = () => {};
  const ended = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  ended.catch(() => {});
  const client = connect(url);
  const end = (reason: string): void => {
    refuse(new Error(reason));
    client.terminate();
  };
  const onAbort = (): void => end('stopped');
  signal.addEventListener('abort', onAbort, { once: true });
  const silence = setTimeout(() => end('the hub is silent'), SILENT_FOR_MS);
  try {
    const results = client.iterate<{ registryUpdates: Update }>({ query: QUERY, variables });
    for (;;) {
      const next = await Promise.race([results.next(), ended]).catch(rethrow);
      if (next.done) return;
      silence.refresh();
      if (next.value.errors) throw asError(next.value.errors);
      if (next.value.data) yield next.value.data.registryUpdates;
    }
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
    await client.dispose();
  }
}

function connect(url: string): Client {
  return createClient({
    url: new URL('/graphql', url).href.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    // Every attempt follows on from another cursor, so that it is made here.
    retryAttempts: 0,
    keepAlive: 15_000,
  });
}

/** The library rejects with what was thrown, with the errors of the operation, or with the event of the closed socket. */
function rethrow(error: unknown): never {
  if (error instanceof Error) throw error;
  if (Array.isArray(error)) throw asError(error as WireError[]);
  const { code, reason } = error as { code?: number; reason?: string };
  throw new Error(
    `the connection was closed${code === undefined ? '' : ` (${code} ${reason ?? ''})`}`.trim(),
  );
}

function asError([first]: readonly WireError[]): AppError {
  const code = first?.extensions?.code ?? 'INTERNAL';
  const known: ErrorCode = code in ERROR_CODES ? (code as ErrorCode) : 'BAD_USER_INPUT';
  return new AppError(known, first?.message ?? 'The hub ended the subscription.');
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
