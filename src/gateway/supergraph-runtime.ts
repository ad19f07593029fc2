import { createGatewayRuntime, type GatewayPlugin } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { useHmacUpstreamSignature } from '@graphql-mesh/hmac-upstream-signature';
import http from '@graphql-mesh/transport-http';
import ws from '@graphql-mesh/transport-ws';
import type { Executor } from '@graphql-tools/utils';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Metrics } from '../platform/metrics.js';
import { withoutSignalHandlers } from '../platform/shutdown.js';
import { AnswerCompletion } from './answer-completion.js';
import { isTransportFault, transportFault } from './client-error.js';
import type { SubgraphExecutor } from './compiled-executor.js';
import type { GatewayContext } from './gateway-context.js';
import type { GraphQlResponse } from './graphql-message.js';
import type { SubgraphReach } from './subgraph-reach.js';

export interface SupergraphOptions {
  readonly supergraphSdl: string;
  /** Executors of the subgraphs in this process, by name; all others are reached over HTTP. */
  readonly local: ReadonlyMap<string, SubgraphExecutor>;
  /** Where remote subgraphs are, by name, in place of what the supergraph says. */
  readonly urls: Readonly<Record<string, string>>;
  readonly hmacSecret: string | null;
  readonly metrics: Metrics;
  /** Told of every answer of a remote subgraph, and of every one that did not come. */
  readonly reach?: SubgraphReach;
}

export interface PlannedRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A supergraph ready to be asked: planned in Rust, each step sent to its subgraph. */
export interface SupergraphRuntime {
  readonly schema: GraphQLSchema;
  execute(request: PlannedRequest, context: GatewayContext): Promise<GraphQlResponse>;
  close(): Promise<void>;
}

/** Hive's runtime over the given supergraph, its signal handlers taken away: the process stops in its own order. */
export function openSupergraph(options: SupergraphOptions): Promise<SupergraphRuntime> {
  return withoutSignalHandlers(() => open(options));
}

async function open(options: SupergraphOptions): Promise<SupergraphRuntime> {
  let executor: Executor | undefined;
  const runtime = createGatewayRuntime({
    supergraph: options.supergraphSdl,
    unifiedGraphHandler: async (parts) => {
      const handled = await withLocalSubgraphs(options, parts);
      executor = handled.executor;
      return handled;
    },
    transportEntries: {
      ...Object.fromEntries(Object.entries(options.urls).map(([name, location]) => [name, { location }])),
      // A request that is given up would take along those that ask the same.
      '*.http': { options: { deduplicateInflightRequests: false } },
    },
    transports: { http, ws },
    plugins: () => plugins(options.hmacSecret),
    logging: false,
    maskedErrors: false,
    requestId: false,
    subgraphErrors: false,
  });
  const schema = await runtime.getSchema();
  // What Hive's transports expect in every context; made once, as it is the same for every request.
  const transportContext = await runtime.getEnveloped({}).contextFactory();
  const completion = new AnswerCompletion(schema);
  return {
    schema,
    execute: async (request, context) => {
      if (!executor) throw new Error('The supergraph was loaded without a planner.');
      const { document, operationName, variables } = request;
      const result = await executor({
        document: completion.asked(document),
        variables,
        ...(operationName === null ? {} : { operationName }),
        context: { ...transportContext, ...context },
      });
      // The planner leaves data out when all of it failed.
      return completion.completed(request, { data: null, ...(result as GraphQlResponse) });
    },
    close: async () => {
      await runtime.dispose();
    },
  };
}

/** Sends what a subgraph of this process owns straight to its executor; the rest takes Hive's transports. */
function withLocalSubgraphs(
  { local, metrics, reach }: SupergraphOptions,
  parts: Parameters<typeof unifiedGraphHandler>[0],
): ReturnType<typeof unifiedGraphHandler> {
  return unifiedGraphHandler({
    ...parts,
    onSubgraphExecute: (name, request) => {
      const executor = local.get(name);
      if (executor) return executor(request);
      const { cancelled } = request.context as GatewayContext;
      return remoteAnswer(name, metrics, parts.onSubgraphExecute(name, request), (came) =>
        // Of one that was given up after the time limit, a fault of the transport is all that is left.
        reach?.learned(name, came && !cancelled.isCancelled),
      );
    },
  });
}

type TransportAnswer = ReturnType<Parameters<typeof unifiedGraphHandler>[0]['onSubgraphExecute']>;

/** Counts what a remote subgraph answered, and puts its name to what its transport could not do. */
async function remoteAnswer(
  name: string,
  metrics: Metrics,
  answer: TransportAnswer,
  learned: (came: boolean) => void,
): Promise<Awaited<TransportAnswer>> {
  const result = await answer;
  const errors = 'errors' in result ? result.errors : undefined;
  learned(!errors?.some(isTransportFault));
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
