import type { Socket } from 'node:net';
import pg from 'pg';

/** What pg knows of the session of a connection. */
export interface Session {
  readonly host: string;
  readonly port: number;
  readonly ssl: unknown;
  readonly sslNegotiation: string;
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** The part of pg's wire that a cancel request takes. */
interface Wire {
  readonly stream: Socket;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
  on(event: 'connect' | 'sslconnect' | 'end' | 'error', listener: () => void): unknown;
}

const Wire = pg.Connection as unknown as new (config: object) => Wire;

/** A server that does not take a cancel request within this time is asked again. */
const PATIENCE_MS = 5_000;
/** Before asking again: the first request may have come before the statement did. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Asks the server to cancel what `session` is at, again and again until `settled`. It is the protocol's own request, which
 * takes no place among the server's connections and is understood by poolers. The session must not begin another
 * statement before this resolves, or that one might be cancelled.
 */
export async function cancelUntil(settled: Promise<unknown>, session: Session): Promise<void> {
  let over = false;
  let wake = (): void => {};
  void settled.then(() => {
    over = true;
    wake();
  });
  for (let pause = FIRST_PAUSE_MS; !over; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    await requestCancel(session);
    if (over) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Resolves when the server has taken the request, or cannot be reached. */
function requestCancel(session: Session): Promise<void> {
  const { host, port, ssl, sslNegotiation, processID, secretKey } = session;
  if (processID === null || secretKey === null) return Promise.resolve();
  return new Promise((resolve) => {
    const wire = new Wire({ ssl, sslNegotiation });
    const timer = setTimeout(() => wire.stream.destroy(), PATIENCE_MS);
    const done = (): void => {
      clearTimeout(timer);
      wire.stream.destroy();
      resolve();
    };
    const cancel = (): void => wire.cancel(processID, secretKey);
    wire.on('connect', () => {
      if (!ssl) cancel();
      else if (sslNegotiation !== 'direct') wire.requestSsl();
    });
    wire.on('sslconnect', cancel);
    wire.on('error', done);
    // The server answers by closing, after it has sent the signal.
    wire.on('end', done);
    if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
    else wire.connect(port, host);
  });
}
