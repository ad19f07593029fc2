import { GraphQLError } from 'graphql';
import { logStatementFault } from '../platform/database-fault.js';
import { AppError, ERROR_CODES } from '../platform/errors.js';
import type { Logger } from '../platform/logging.js';

/** What turns a failure into what a client may read of it. */
export interface ErrorAudience {
  readonly requestId: string;
  readonly log: Logger;
}

/** Codes of failures that GraphQL itself finds. */
export const SPEC_CODES = {
  PARSE: 'GRAPHQL_PARSE_FAILED',
  VALIDATION: 'GRAPHQL_VALIDATION_FAILED',
  INPUT: 'BAD_USER_INPUT',
} as const;

/**
 * The client's view of an error of execution: an `AppError` keeps its code, message and place; what another
 * subgraph has already coded stays as it is; anything else is logged with the request id and becomes INTERNAL,
 * so that no SQL, path or stack reaches a client.
 */
export function clientError(error: GraphQLError, audience: ErrorAudience): GraphQLError {
  const cause = rootCause(error);
  if (cause instanceof AppError) {
    logStatementFault(cause, audience.log);
    return rewrite(error, cause.message, { ...cause.details, code: cause.code }, audience);
  }
  if (isTransportFault(error)) return unreachable(error, audience);
  if (cause instanceof GraphQLError) {
    const code = cause.extensions?.['code'] ?? error.extensions?.['code'];
    // Apollo's code for what its subgraph did not expect; its message may tell of the inside.
    if (code === 'INTERNAL_SERVER_ERROR') return unexpected(error, cause, audience);
    if (typeof code === 'string')
      return rewrite(error, messageWith(error, cause), { ...publicParts(cause), code }, audience);
    // graphql-js gives no code to values that do not fit their type; they fail before anything is executed.
    if (error.path === undefined) return rewrite(error, error.message, { code: SPEC_CODES.INPUT }, audience);
  }
  return unexpected(error, cause, audience);
}

/** graphql-jit says which variable does not fit, and keeps to itself what the scalar said of it. */
const messageWith = (error: GraphQLError, cause: GraphQLError): string =>
  error.message.includes(cause.message) ? error.message : `${error.message} ${cause.message}`;

/** The words of the planner and of the HTTP transport for a subgraph that gave no GraphQL answer. */
const TRANSPORT_FAULTS: ReadonlySet<unknown> = new Set([
  'DOWNSTREAM_SERVICE_ERROR',
  'SUBREQUEST_HTTP_ERROR',
  'RESPONSE_VALIDATION_FAILED',
]);

// graphql-jit leaves extensions undefined where graphql-js has an empty object.
export const isTransportFault = (error: GraphQLError): boolean =>
  TRANSPORT_FAULTS.has(error.extensions?.['code']);

/** A fault of the transport to `subgraph`, which the transport does not name. */
export const transportFault = (error: GraphQLError, subgraph: string): GraphQLError =>
  new GraphQLError(error.message, {
    ...located(error),
    ...(error.path ? { path: error.path } : {}),
    originalError: error,
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: subgraph },
  });

/** HTTP status of a response that holds nothing but these errors. */
export function httpStatusOf(errors: readonly GraphQLError[]): number {
  const code = errors[0]?.extensions['code'];
  return typeof code === 'string' && code in ERROR_CODES
    ? ERROR_CODES[code as keyof typeof ERROR_CODES].http
    : 400;
}

/** Any failure as a `GraphQLError` that still knows it. */
export function asGraphQlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(cause.message, { originalError: cause });
}

function rootCause(error: Error): unknown {
  let cause: unknown = error;
  for (let depth = 0; depth < 8; depth++) {
    const original = (cause as { originalError?: unknown } | null)?.originalError;
    if (original === undefined || original === null) break;
    cause = original;
  }
  return cause;
}

/** The partner's router or Apollo may add traces; a client sees codes and places, never those. */
function publicParts(error: GraphQLError): Record<string, unknown> {
  const { stacktrace: _s, exception: _e, http: _h, request: _q, response: _r, ...parts } = error.extensions;
  return parts;
}

function unexpected(error: GraphQLError, cause: unknown, audience: ErrorAudience): GraphQLError {
  audience.log.error({ err: cause, path: error.path }, 'unexpected failure in a resolver');
  return rewrite(
    error,
    `Something failed on our side. Quote request id ${audience.requestId}.`,
    { code: 'INTERNAL' },
    audience,
  );
}

function unreachable(error: GraphQLError, audience: ErrorAudience): GraphQLError {
  const subgraph = String(error.extensions['serviceName']);
  audience.log.error({ err: error.originalError ?? error, subgraph }, 'subgraph did not answer');
  return rewrite(
    error,
    `The subgraph ${subgraph} did not answer. Try again; quote request id ${audience.requestId} if it lasts.`,
    { code: 'SUBGRAPH_UNAVAILABLE', subgraph },
    audience,
  );
}

function rewrite(
  error: GraphQLError,
  message: string,
  extensions: Record<string, unknown>,
  { requestId }: ErrorAudience,
): GraphQLError {
  return new GraphQLError(message, {
    ...located(error),
    ...(error.path ? { path: error.path } : {}),
    extensions: { ...extensions, requestId },
  });
}

/** Where in the document an error lies. */
export const located = ({ nodes, source, positions }: GraphQLError) => ({
  ...(nodes ? { nodes } : {}),
  ...(source ? { source } : {}),
  ...(positions ? { positions } : {}),
});
