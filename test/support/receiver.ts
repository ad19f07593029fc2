import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as the receiver took it in. */
export interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly at: number;
}

/** What the receiver does with its nth request (from 0). */
export type Behaviour = (response: ServerResponse, nth: number, request: Received) => void;

/** A web server on loopback that takes webhooks in and answers as the test says. */
export interface Receiver {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  /** Connections taken in so far, also those on which nothing was asked. */
  connections(): number;
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export const CERTIFICATE = readFileSync('test/fixtures/tls/receiver-cert.pem', 'utf8');
const KEY = readFileSync('test/fixtures/tls/receiver-key.pem', 'utf8');

export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end('{}');

/** Takes the request and never answers. */
export const hang: Behaviour = () => {};

/** Cuts the connection without an answer. */
export const hangUp: Behaviour = (response) => void response.socket?.destroy();

/** Promises more than it sends. */
export const endEarly: Behaviour = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('half');
  setImmediate(() => response.socket?.destroy());
};

/** https as `https://receiver.test:port/hook` (its certificate names it so), or plain http on 127.0.0.1. */
export async function startReceiver(
  behaviour: Behaviour = answer(200),
  scheme: 'http' | 'https' = 'http',
): Promise<Receiver> {
  const received: Received[] = [];
  let behave = behaviour;
  let connections = 0;
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const taken = { headers: request.headers as Record<string, string>, body, at: performance.now() };
      received.push(taken);
      behave(response, received.length - 1, taken);
    });
  };
  const server =
    scheme === 'http' ? createHttpServer(take) : createHttpsServer({ key: KEY, cert: CERTIFICATE }, take);
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: scheme === 'http' ? `http://127.0.0.1:${port}/hook` : `https://receiver.test:${port}/hook`,
    received,
    connections: () => connections,
    behave: (next) => {
      behave = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
