import { ApolloServer, type ApolloServerPlugin, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError } from 'graphql';
import type { Limits } from '../config.js';
import type { Subgraph } from '../graph/subgraph.js';
import { goneWith, heeding } from '../platform/cancellation.js';
import { createRequestContext, type RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { Exchange } from '../platform/http-exchange.js';
import type { Route } from '../platform/http-server.js';
import type { Logger } from '../platform/logging.js';
import type { Metrics } from '../platform/metrics.js';
import { asGraphQlError, clientError } from './client-error.js';
import { checkShape } from './operation-shape.js';
import { checkLiterals, checkVariables } from './operation-texts.js';
import { openSubgraphSockets } from './subgraph-sockets.js';
import { createSignatureCheck, type SignatureCheck, signatureMissing } from './upstream-signature.js';
import { endedByTime } from './within-time.js';

export interface SubgraphEndpointOptions {
  readonly subgraph: Subgraph;
  readonly path: string;
  readonly limits: Limits;
  /** Refuse requests that no gateway with this secret has signed; null: answer everybody. */
  readonly hmacSecret: string | null;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface SubgraphEndpoint extends Route {
  /** Waits for running operations. */
  close(): Promise<void>;
}

/** One subgraph served by Apollo Server, for a gateway elsewhere or a partner's own router. */
export async function openSubgraphEndpoint(options: SubgraphEndpointOptions): Promise<SubgraphEndpoint> {
  const shaped = new WeakMap<object, GraphQLFormattedError>();
  const server = new ApolloServer<RequestContext>({
    schema: options.subgraph.schema,
    introspection: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: apolloLogger(options.log),
    plugins: [
      // The landing page would load its scripts from elsewhere.
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      guard(options, shaped),
    ],
    formatError: (formatted, error) =>
      (typeof error === 'object' && error !== null && shaped.get(error)) || formatted,
  });
  await server.start();
  const check = options.hmacSecret === null ? null : createSignatureCheck(options.hmacSecret);
  const { subgraph, limits, log } = options;
  const sockets = subgraph.schema.getSubscriptionType()
    ? openSubgraphSockets({ subgraph, limits, check, log })
    : null;
  return {
    path: options.path,
    handle: (exchange) => answer(server, exchange, check, limits.timeoutMs),
    ...(sockets ? { upgrade: sockets.upgrade, stopping: sockets.stopping } : {}),
    close: () => server.stop(),
  };
}

/** Limits before execution; afterwards errors as clients may read them, and a count. */
function guard(
  { limits, metrics, subgraph }: SubgraphEndpointOptions,
  shaped: WeakMap<object, GraphQLFormattedError>,
): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, request }) => {
        try {
          checkShape(document, limits);
          checkLiterals(subgraph.schema, document);
          checkVariables(request.variables);
        } catch (error) {
          throw asGraphQlError(error);
        }
      },
      didEncounterErrors: async ({ errors, contextValue }) => {
        for (const error of errors)
          shaped.set(error, clientError(asGraphQlError(error), contextValue).toJSON());
      },
      willSendResponse: async ({ response }) => {
        const failed = response.body.kind === 'single' && response.body.singleResult.errors !== undefined;
        metrics.subgraphOperation(subgraph.name, failed ? 'error' : 'ok');
      },
    }),
  };
}

async function answer(
  server: ApolloServer<RequestContext>,
  exchange: Exchange,
  check: SignatureCheck | null,
  timeoutMs: number,
): Promise<void> {
  const gone = goneWith(exchange.response);
  const body = exchange.method === 'POST' ? parseBody(await exchange.body()) : undefined;
  if (check && !check(body)) throw signatureMissing();
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(exchange.request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const request = {
    httpGraphQLRequest: {
      method: exchange.method,
      headers,
      search: exchange.search === '' ? '' : `?${exchange.search}`,
      body,
    },
    context: async () => createRequestContext({ log: exchange.log, requestId: exchange.requestId }),
  };
  const response = await endedByTime(
    timeoutMs,
    (cancelled) => heeding(cancelled, () => server.executeHTTPGraphQLRequest(request)),
    gone,
  );
  await send(exchange, response);
}

async function send(exchange: Exchange, response: HTTPGraphQLResponse): Promise<void> {
  const headers = Object.fromEntries(response.headers);
  const contentType = headers['content-type'] ?? 'application/json; charset=utf-8';
  delete headers['content-length'];
  if (response.body.kind === 'complete') {
    exchange.send(response.status ?? 200, contentType, response.body.string, headers);
    return;
  }
  exchange.response.writeHead(response.status ?? 200, {
    ...headers,
    'content-type': contentType,
    'x-request-id': exchange.requestId,
  });
  for await (const chunk of response.body.asyncIterator) exchange.response.write(chunk);
  exchange.response.end();
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AppError('BAD_USER_INPUT', 'The body is not JSON.');
  }
}

const apolloLogger = (log: Logger) => ({
  debug: (message?: unknown) => log.debug(message),
  info: (message?: unknown) => log.info(message),
  warn: (message?: unknown) => log.warn(message),
  error: (message?: unknown) => log.error(message),
});
