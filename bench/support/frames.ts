import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import type { Duplex } from 'node:stream';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A message of the server: `bytes` from `start` to `end`. */
export type OnText = (bytes: Buffer, start: number, end: number) => void;

/**
 * Subscribes over graphql-transport-ws and hands on the bytes of each message, frame by frame and without a look at
 * them: where one subscriber is told tens of thousands a second, a WebSocket library and a parser take more than the
 * hub does. Returns what closes the connection.
 */
export async function subscribeToFrames(url: string, payload: object, onText: OnText): Promise<() => void> {
  const connection = await upgraded(
    request(url, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        'sec-websocket-protocol': 'graphql-transport-ws',
      },
    }),
  );
  const send = (kind: number, bytes: Buffer): void => void connection.write(frame(kind, bytes));
  const subscribe: OnText = () => {
    hear = onText;
    send(TEXT, Buffer.from(JSON.stringify({ id: '1', type: 'subscribe', payload })));
  };
  // Until the connection is acknowledged.
  let hear = subscribe;
  let rest: Buffer = Buffer.alloc(0);
  connection.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const onFrame: OnText = (...message) => hear(...message);
    rest = bytes.subarray(readFrames(bytes, onFrame, (pinged) => send(PONG, pinged)));
  });
  send(TEXT, Buffer.from('{"type":"connection_init"}'));
  return () => connection.destroy();
}

async function upgraded(asked: ClientRequest): Promise<Duplex> {
  asked.end();
  const [, connection] = (await once(asked, 'upgrade')) as [unknown, Duplex];
  return connection;
}

/** Where the first frame begins that is not complete. */
function readFrames(bytes: Buffer, onText: OnText, onPing: (payload: Buffer) => void): number {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const short = (bytes[at + 1] as number) & 0x7f;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    if (start > bytes.length) return at;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    const end = start + length;
    if (end > bytes.length) return at;
    const kind = (bytes[at] as number) & 0x0f;
    if (kind === TEXT) onText(bytes, start, end);
    else if (kind === PING) onPing(bytes.subarray(start, end));
    else if (kind === CLOSE) throw new Error(`closed: ${bytes.toString('utf8', start + 2, end)}`);
    at = end;
  }
  return at;
}

/** From a client, thus masked; with zeros, which leave it as it is. */
function frame(kind: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | kind, 0x80 | payload.length])
      : Buffer.from([0x80 | kind, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
