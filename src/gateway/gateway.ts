import { createGatewayRuntime, type GatewayPlugin } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { useHmacUpstreamSignature } from '@graphql-mesh/hmac-upstream-signature';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Limits } from '../config.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { withoutSignalHandlers } from '../platform/shutdown.js';
import { asGraphQlError, clientError } from './client-error.js';
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
  const runtime = createGatewayRuntime({
    supergraph: options.supergraphSdl,
    unifiedGraphHandler: withLocalSubgraphs(options.local),
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
  const prepared = new PreparedOperations(schema, options.limits);

  const run = async (
    { query, operationName, variables }: GraphQlRequest,
    context: GatewayContext,
    readOnly: boolean,
  ): Promise<GraphQlResponse> => {
    const ready = prepared.document(query);
    if (ready.errors.length > 0) return { errors: ready.errors };
    const operation = prepared.operation(ready, operationName);
    if (readOnly && operation.operation !== 'query') throw methodNotAllowed();
    prepared.checkCost(ready, operation, variables);
    const { contextFactory, execute } = runtime.getEnveloped(context);
    const result = (await execute({
      schema,
      document: ready.document,
      contextValue: await contextFactory(),
      variableValues: variables,
      operationName,
    })) as GraphQlResponse;
    return result.errors ? { data: null, ...result } : result;
  };

  return {
    schema,
    execute: (request, hub, readOnly) => {
      const context: GatewayContext = { hub, cancelled: new Cancellation() };
      return withinTime(
        run(request, context, readOnly).then(
          (response) => (response.errors ? forClient(response, response.errors, hub) : response),
          (error: unknown) => ({ errors: [clientError(asGraphQlError(error), hub)] }),
        ),
        options.limits.timeoutMs,
        context,
      );
    },
    close: async () => {
      await runtime.dispose();
    },
  };
}

/** Sends what a subgraph of this process owns straight to its executor; the rest takes Hive's transports. */
function withLocalSubgraphs(local: GatewayOptions['local']): typeof unifiedGraphHandler {
  return (options) =>
    unifiedGraphHandler({
      ...options,
      onSubgraphExecute: (name, request) => {
        const executor = local.get(name);
        return executor ? executor(request) : options.onSubgraphExecute(name, request);
      },
    });
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

const forClient = (
  response: GraphQlResponse,
  errors: readonly GraphQLError[],
  hub: RequestContext,
): GraphQlResponse => ({ ...response, errors: errors.map((error) => clientError(error, hub)) });

const methodNotAllowed = (): AppError =>
  new AppError('METHOD_NOT_ALLOWED', 'A GET only answers queries; send mutations with POST.');

/** Answers TIMEOUT when `work` takes longer, and tells the transports that nobody waits any more. */
async function withinTime(
  work: Promise<GraphQlResponse>,
  milliseconds: number,
  { cancelled, hub }: GatewayContext,
): Promise<GraphQlResponse> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<GraphQlResponse>((resolve) => {
    timer = setTimeout(() => {
      const error = new AppError(
        'TIMEOUT',
        `The request took longer than ${milliseconds} ms (LIMIT_TIMEOUT_MS). Ask for smaller pages or fewer fields.`,
      );
      cancelled.cancel(error);
      resolve({ errors: [clientError(asGraphQlError(error), hub)] });
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
