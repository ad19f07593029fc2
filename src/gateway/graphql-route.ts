import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Cancellation, goneWith } from '../platform/cancellation.js';
import { createRequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { Exchange } from '../platform/http-exchange.js';
import type { Route } from '../platform/http-server.js';
import type { Logger } from '../platform/logging.js';
import type { Gateway } from './gateway.js';
import { acceptsPage, sendGraphiQl } from './graphiql.js';
import { acceptsEvents, lastEventId, sendEvents } from './graphql-events.js';
import { readGraphQlRequest, responseMedia, sendGraphQlResponse } from './graphql-over-http.js';
import { GraphQlSockets, type SocketRequest } from './graphql-sockets.js';

export interface GraphQlRouteOptions {
  readonly largestMessage: number;
  readonly log: Logger;
}

/** `/graphql`: GraphiQL for browsers, the federated graph for everybody, over HTTP, Server-Sent Events and WebSocket. */
export function graphqlRoute(gateway: Gateway, { largestMessage, log }: GraphQlRouteOptions): Route {
  const streams = new Set<() => void>();
  const sockets = new GraphQlSockets({
    schema: gateway.schema,
    largestMessage,
    log,
    answer: (request, upgrade, gone) => answerOnSocket(gateway, request, upgrade, gone, log),
  });
  return {
    path: '/graphql',
    handle: (exchange) => answer(gateway, exchange, streams),
    upgrade: sockets.upgrade,
    stopping: () => {
      sockets.stopping();
      for (const stop of streams) stop();
    },
  };
}

async function answer(gateway: Gateway, exchange: Exchange, streams: Set<() => void>): Promise<void> {
  if (acceptsPage(exchange)) return sendGraphiQl(exchange);
  const media = responseMedia(exchange.header('accept'));
  if (acceptsEvents(exchange)) return answerWithEvents(gateway, exchange, streams);
  if (media === null) {
    throw new AppError(
      'NOT_ACCEPTABLE',
      'The graph answers in application/graphql-response+json or application/json; accept one of them.',
    );
  }
  const gone = goneWith(exchange.response);
  const request = await readGraphQlRequest(exchange);
  const hub = createRequestContext({ log: exchange.log, requestId: exchange.requestId });
  const readOnly = exchange.method === 'GET';
  sendGraphQlResponse(exchange, media, await gateway.execute(request, hub, readOnly, gone));
}

async function answerWithEvents(
  gateway: Gateway,
  exchange: Exchange,
  streams: Set<() => void>,
): Promise<void> {
  const gone = goneWith(exchange.response);
  const request = await readGraphQlRequest(exchange);
  const hub = createRequestContext({ log: exchange.log, requestId: exchange.requestId });
  const options = { readOnly: exchange.method === 'GET', resumeAfter: lastEventId(exchange), gone };
  await sendEvents(exchange, await gateway.subscribe(request, hub, options), streams);
}

function answerOnSocket(
  gateway: Gateway,
  request: SocketRequest,
  upgrade: IncomingMessage,
  gone: Cancellation,
  log: Logger,
): Promise<unknown> {
  const requestId = randomUUID();
  const hub = createRequestContext({ log: log.child({ requestId, path: upgrade.url }), requestId });
  return gateway.subscribe(request, hub, { readOnly: false, resumeAfter: null, gone });
}
