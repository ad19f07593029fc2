import { createGatewayRuntime, type GatewayPlugin } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { useHmacUpstreamSignature } from '@graphql-mesh/hmac-upstream-signature';
import type { Executor } from '@graphql-tools/utils';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Limits } from '../config.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { Metrics } from '../platform/metrics.js';
import { withoutSignalHandlers } from '../platform/shutdown.js';
import { asGraphQlError, clientError, isTransportFault, transportFault } from './client-error.js';
import type { SubgraphExecutor } from './compiled-executor.js';
import { Cancellation, type GatewayContext } from './gateway-context.js';
import { PreparedOperations } from './prepared-operations.js';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  /** Executors of the subgraphs in this process, by name; all others are reached over HTTP. */
  readonly local: ReadonlyMap<string, SubgraphExecutor>;
  /** Where remote subgraphs are, by name, in place of what the supergraph says. */
  readonly urls: Readonly<Record<string, string>>;
  readonly hmacSecret: string | null;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

export interface GraphQlRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface GraphQlResponse {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[];
}

/** The federated graph: one request in, one answer out, errors already fit for clients. */
export interface Gateway {
  readonly schema: GraphQLSchema;
  /** `readOnly` refuses mutations, as a GET must. */
  execute(request: GraphQlRequest, hub: RequestContext, readOnly: boolean): Promise<GraphQlResponse>;
  close(): Promise<void>;
}

/** Hive's runtime with the Rust planner over the given supergraph. */
export function createGateway(options: GatewayOptions): Promise<Gateway> {
  return withoutSignalHandlers(() => startGateway(options));
}

async function startGateway(options: GatewayOptions): Promise<Gateway> {
  let execute: Executor | undefined;
  const runtime = createGatewayRuntime({
    supergraph: options.supergraphSdl,
    unifiedGraphHandler: async (parts) => {
      const handled = await withLocalSubgraphs(options, parts);
      execute = handled.executor;
      return handled;
    },
    transportEntries: Object.fromEntries(
      Object.entries(options.urls).map(([name, location]) => [name, { location }]),
    ),
    plugins: () => plugins(options.hmacSecret),
    logging: false,
    maskedErrors: false,
    requestId: false,
    subgraphErrors: false,
  });
  const schema = await runtime.getSchema();
  // What Hive's transports expect in every context; made once, as it is the same for every request.
  const transportContext = await runtime.getEnveloped({}).contextFactory();
  const operations = new PreparedOperations(schema, options.limits);

  const run = async (
    { query, operationName, variables }: GraphQlRequest,
    context: GatewayContext,
    readOnly: boolean,
  ): Promise<GraphQlResponse> => {
    const prepared = operations.document(query);
    if (prepared.errors.length > 0) return forClient({ errors: prepared.errors }, context.hub);
    const operation = operations.operation(prepared, operationName);
    if (readOnly && operation.operation !== 'query') throw methodNotAllowed();
    operations.checkCost(prepared, operation, variables);
    if (!execute) throw new Error('The supergraph was loaded without a planner.');
    const result = (await execute({
      document: prepared.document,
      variables,
      ...(operationName === null ? {} : { operationName }),
      context: { ...transportContext, ...context },
    })) as GraphQlResponse;
    return result.errors ? forClient({ data: null, ...result }, context.hub) : result;
  };

  return {
    schema,
    execute: (request, hub, readOnly) =>
      withinTime(options.limits.timeoutMs, hub, (cancelled) => run(request, { hub, cancelled }, readOnly)),
    close: async () => {
      await runtime.dispose();
    },
  };
}

/** Sends what a subgraph of this process owns straight to its executor; the rest takes Hive's transports. */
function withLocalSubgraphs(
  { local, metrics }: GatewayOptions,
  parts: Parameters<typeof unifiedGraphHandler>[0],
): ReturnType<typeof unifiedGraphHandler> {
  return unifiedGraphHandler({
    ...parts,
    onSubgraphExecute: (name, request) => {
      const executor = local.get(name);
      if (executor) return executor(request);
      return remoteAnswer(name, metrics, parts.onSubgraphExecute(name, request));
    },
  });
}

type TransportAnswer = ReturnType<Parameters<typeof unifiedGraphHandler>[0]['onSubgraphExecute']>;

/** Counts what a remote subgraph answered, and puts its name to what its transport could not do. */
async function remoteAnswer(
  name: string,
  metrics: Metrics,
  answer: TransportAnswer,
): Promise<Awaited<TransportAnswer>> {
  const result = await answer;
  const errors = 'errors' in result ? result.errors : undefined;
  metrics.subgraphOperation(name, errors ? 'error' : 'ok');
  if (!errors) return result;
  return {
    ...result,
    errors: errors.map((error) => (isTransportFault(error) ? transportFault(error, name) : error)),
  };
}

function plugins(hmacSecret: string | null): GatewayPlugin[] {
  const forward: GatewayPlugin = {
    onFetch({ options, setOptions, context }) {
      const { hub, cancelled } = context as Partial<GatewayContext>;
      if (!hub || !cancelled) return;
      setOptions({
        ...options,
        headers: { ...options.headers, 'x-request-id': hub.requestId },
        signal: cancelled.signal,
      });
    },
  };
  if (hmacSecret === null) return [forward];
  // The two packages disagree on the optionality of hooks that neither of them calls here.
  return [forward, useHmacUpstreamSignature({ secret: hmacSecret }) as unknown as GatewayPlugin];
}

const forClient = (response: GraphQlResponse, hub: RequestContext): GraphQlResponse => ({
  ...response,
  errors: (response.errors ?? []).map((error) => clientError(error, hub)),
});

const methodNotAllowed = (): AppError =>
  new AppError('METHOD_NOT_ALLOWED', 'A GET only answers queries; send mutations with POST.');

/**
 * Answers TIMEOUT when `work` takes longer, and tells the transports that nobody waits any more. What `work`
 * throws becomes the answer's error.
 */
function withinTime(
  milliseconds: number,
  hub: RequestContext,
  work: (cancelled: Cancellation) => Promise<GraphQlResponse>,
): Promise<GraphQlResponse> {
  const cancelled = new Cancellation();
  const failed = (error: unknown): GraphQlResponse => ({ errors: [clientError(asGraphQlError(error), hub)] });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      const error = new AppError(
        'TIMEOUT',
        `The request took longer than ${milliseconds} ms (LIMIT_TIMEOUT_MS). Ask for smaller pages or fewer fields.`,
      );
      cancelled.cancel(error);
      resolve(failed(error));
    }, milliseconds);
    work(cancelled)
      .catch(failed)
      .then((response) => {
        clearTimeout(timer);
        resolve(response);
      });
  });
}
