import { createRequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { Exchange } from '../platform/http-exchange.js';
import type { Route } from '../platform/http-server.js';
import type { Gateway } from './gateway.js';
import { acceptsPage, sendGraphiQl } from './graphiql.js';
import { readGraphQlRequest, responseMedia, sendGraphQlResponse } from './graphql-over-http.js';

/** `/graphql`: GraphiQL for browsers, the federated graph for everybody. */
export function graphqlRoute(gateway: Gateway): Route {
  return { path: '/graphql', handle: (exchange) => answer(gateway, exchange) };
}

async function answer(gateway: Gateway, exchange: Exchange): Promise<void> {
  if (acceptsPage(exchange)) return sendGraphiQl(exchange);
  const media = responseMedia(exchange.header('accept'));
  if (media === null) {
    throw new AppError(
      'NOT_ACCEPTABLE',
      'The graph answers in application/graphql-response+json or application/json; accept one of them.',
    );
  }
  const request = await readGraphQlRequest(exchange);
  const hub = createRequestContext({ log: exchange.log, requestId: exchange.requestId });
  sendGraphQlResponse(exchange, media, await gateway.execute(request, hub, exchange.method === 'GET'));
}
