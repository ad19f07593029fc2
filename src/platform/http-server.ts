import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { logStatementFault } from './database-fault.js';
import { AppError, badInput } from './errors.js';
import { Exchange } from './http-exchange.js';
import type { Logger } from './logging.js';
import type { Metrics } from './metrics.js';
import { checkText } from './storable-text.js';

export interface Route {
  /** Exact path; one that ends in `/` stands for every name directly below it. */
  readonly path: string;
  handle(exchange: Exchange): Promise<void> | void;
  /** Takes over a connection that asks to become a WebSocket. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The server is about to close: what goes on for ever ends now. */
  stopping?(): void;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly routes: readonly Route[];
  readonly largestBody: number;
  /** Names this server may be asked by; null: any. */
  readonly hostNames: ReadonlySet<string> | null;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface HttpServer {
  /** `http://host:port` as bound. */
  readonly url: string;
  /** Stops accepting, waits up to `graceMs` for running requests, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** Request ids that a proxy or a gateway may have given. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Listens; each request gets an id, a log line, a place in the histogram, and one of the routes. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const routes = new Map(options.routes.map((route) => [route.path, route]));
  let stopping = false;
  const server = createServer((request, response) => {
    if (stopping) response.setHeader('connection', 'close');
    serve(request, response, routes, options);
  });
  server.on('upgrade', (request, socket, head) => upgrade(request, socket, head, routes, options, stopping));
  // Some load balancers keep connections for a minute; closing later than they do avoids resets.
  server.keepAliveTimeout = 65_000;
  await listen(server, options);
  return {
    url: urlOf(server, options.host),
    close: async (graceMs) => {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const route of options.routes) route.stopping?.();
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      // A connection that was busy becomes idle when its answer is sent, and would hold the server open.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearTimeout(cut);
      clearInterval(sweep);
    },
  };
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  routes: ReadonlyMap<string, Route>,
  { largestBody, hostNames, log, metrics }: HttpServerOptions,
): void {
  const started = performance.now();
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const search = mark < 0 ? '' : target.slice(mark + 1);
  const exchange = new Exchange(
    request,
    response,
    requestId,
    log.child({ requestId }),
    path,
    search,
    largestBody,
  );
  const route = routes.get(path) ?? routes.get(path.slice(0, path.lastIndexOf('/') + 1));
  response.once('close', () => {
    const milliseconds = performance.now() - started;
    const status = response.writableFinished ? response.statusCode : 499;
    metrics.httpRequest(exchange.method, route?.path ?? '(none)', status, milliseconds / 1000);
    exchange.log.info({ method: exchange.method, path, status, milliseconds }, 'request');
  });
  if (hostNames !== null && !hostNames.has(hostNameOf(request))) {
    exchange.sendError(misdirected());
    return;
  }
  if (!route) {
    exchange.sendError(new AppError('NOT_FOUND', `There is nothing at ${path}; the graph is at /graphql.`));
    return;
  }
  Promise.resolve()
    .then(() => {
      checkTarget(exchange);
      return route.handle(exchange);
    })
    .catch((error: unknown) => fail(exchange, error));
}

/** Errors: `BAD_USER_INPUT` for a path or parameter that no text could be. */
function checkTarget({ path, search }: Exchange): void {
  if (path.includes('%00')) throw badInput('The path holds the character U+0000, which no name has.');
  if (!search.includes('%00')) return;
  for (const [name, value] of new URLSearchParams(search)) {
    checkText(name, 'A parameter');
    checkText(value, name);
  }
}

/** A WebSocket by the same rules as a request: asked by its own name, at a route that has one, by no other site's page. */
function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  routes: ReadonlyMap<string, Route>,
  { hostNames, log }: HttpServerOptions,
  stopping: boolean,
): void {
  socket.on('error', (error) => log.debug({ err: error }, 'a connection broke while it was upgraded'));
  const route = routes.get((request.url ?? '/').split('?')[0] ?? '/');
  const misnamed = hostNames !== null && !hostNames.has(hostNameOf(request));
  if (misnamed || !sameOrigin(request)) refuse(socket, '403 Forbidden');
  else if (!route?.upgrade) refuse(socket, '404 Not Found');
  else if (stopping) refuse(socket, '503 Service Unavailable');
  else route.upgrade(request, socket, head);
}

/** Browsers let any page open a WebSocket to anywhere; only they send an origin. */
function sameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Of `Host: name:port` the name, as it was bound: IPv6 without its brackets. */
function hostNameOf({ headers }: IncomingMessage): string {
  const host = (headers.host ?? '').toLowerCase();
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : (host.split(':')[0] ?? '');
}

/** A page elsewhere whose name was made to point here would otherwise speak as the local administrator. */
const misdirected = (): AppError =>
  new AppError(
    'FORBIDDEN',
    'This server listens on loopback and is asked by its loopback name only; ask http://127.0.0.1 or http://localhost.',
  );

function fail(exchange: Exchange, error: unknown): void {
  if (error instanceof AppError) {
    logStatementFault(error, exchange.log);
    exchange.sendError(error);
    return;
  }
  exchange.log.error({ err: error }, 'unexpected failure');
  exchange.sendError(
    new AppError('INTERNAL', `Something failed on our side. Quote request id ${exchange.requestId}.`),
  );
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const message =
        code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is in use; stop what listens there or choose another with PORT.`
          : `Nothing can listen on port ${port} of ${host} (${code}); HOST is an address of this machine, PORT one that this user may take.`;
      reject(new AppError('CONFIGURATION_INVALID', message));
    });
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
