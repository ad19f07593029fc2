import { executeSync, type GraphQLSchema } from 'graphql';
import type { Limits } from '../config.js';
import type { Cancellation } from '../platform/cancellation.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { asGraphQlError, clientError } from './client-error.js';
import type { GatewayContext } from './gateway-context.js';
import type { GraphQlRequest, GraphQlResponse } from './graphql-message.js';
import { checkVariables } from './operation-texts.js';
import { PreparedOperations } from './prepared-operations.js';
import { openSupergraph, type SupergraphOptions, type SupergraphRuntime } from './supergraph-runtime.js';
import { LiveUpdates, type LiveUpdatesOptions } from './updates/live-updates.js';
import { updateOperation } from './updates/update-operation.js';
import { withinTime } from './within-time.js';

export interface GatewayOptions extends SupergraphOptions {
  readonly limits: Limits;
  /** How `registryUpdates` is followed; absent: not here. */
  readonly updates?: Omit<LiveUpdatesOptions, 'schema' | 'supergraph' | 'limits' | 'metrics'>;
}

export interface SubscribeOptions {
  /** Refuse mutations, as a GET must. */
  readonly readOnly: boolean;
  /** A cursor from the transport, which counts more than the operation's. */
  readonly resumeAfter: string | null;
  /** Tells that the client is gone, to what is executed and not followed. */
  readonly gone?: Cancellation;
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const supergraph = await openSupergraph(options);
  const { schema } = supergraph;
  const { limits, metrics, updates } = options;
  const live = updates ? new LiveUpdates({ schema, supergraph, limits, metrics, ...updates }) : null;
  return new Gateway(supergraph, limits, live);
}

/** The federated graph: one request in, one answer out, errors already fit for clients. */
export class Gateway {
  readonly schema: GraphQLSchema;
  private readonly operations: PreparedOperations;

  constructor(
    private readonly supergraph: SupergraphRuntime,
    private readonly limits: Limits,
    private readonly live: LiveUpdates | null = null,
  ) {
    this.schema = supergraph.schema;
    this.operations = new PreparedOperations(supergraph.schema, limits);
  }

  /** `readOnly` refuses mutations, as a GET must. What is under way is given up when the client is `gone`. */
  execute(
    request: GraphQlRequest,
    hub: RequestContext,
    readOnly: boolean,
    gone?: Cancellation,
  ): Promise<GraphQlResponse> {
    const { timeoutMs } = this.limits;
    return withinTime(timeoutMs, hub, (cancelled) => this.run(request, { hub, cancelled }, readOnly), gone);
  }

  /** Follows a subscription; what is wrong with it is the whole answer. Anything else is executed. */
  async subscribe(
    request: GraphQlRequest,
    hub: RequestContext,
    { readOnly, resumeAfter, gone }: SubscribeOptions,
  ): Promise<GraphQlResponse | AsyncGenerator<GraphQlResponse>> {
    try {
      const prepared = this.operations.document(request.query);
      if (prepared.errors.length > 0) return forClient({ errors: prepared.errors }, hub);
      const operation = this.operations.operation(prepared, request.operationName);
      if (operation.operation !== 'subscription') return await this.execute(request, hub, readOnly, gone);
      checkVariables(request.variables);
      const cost = this.operations.checkCost(prepared, operation, request.variables);
      const asked = updateOperation(this.schema, prepared, operation, request.variables);
      if (asked && this.live) {
        return await this.live.open(
          resumeAfter === null ? asked : { ...asked, after: resumeAfter },
          hub,
          cost,
        );
      }
      throw new AppError('NOT_FOUND', 'Only registryUpdates can be subscribed to here.');
    } catch (error) {
      return { errors: [clientError(asGraphQlError(error), hub)] };
    }
  }

  async close(): Promise<void> {
    await this.live?.close();
    await this.supergraph.close();
  }

  private async run(
    request: GraphQlRequest,
    context: GatewayContext,
    readOnly: boolean,
  ): Promise<GraphQlResponse> {
    const { operationName, variables } = request;
    const prepared = this.operations.document(request.query);
    if (prepared.errors.length > 0) return forClient({ errors: prepared.errors }, context.hub);
    const operation = this.operations.operation(prepared, operationName);
    if (operation.operation === 'subscription') throw notFollowedHere();
    if (readOnly && operation.operation !== 'query') throw methodNotAllowed();
    checkVariables(variables);
    this.operations.checkCost(prepared, operation, variables);
    const { introspection, data } = this.operations.split(prepared, operation);
    const described =
      introspection &&
      executeSync({ schema: this.schema, document: introspection, operationName, variableValues: variables });
    const answered =
      data && (await this.supergraph.execute({ document: data, operationName, variables }, context));
    // What failed of it then has no other reason.
    context.cancelled.throwIfCancelled();
    const response = merged(described, answered);
    return response.errors ? forClient(response, context.hub) : response;
  }
}

const forClient = (response: GraphQlResponse, hub: RequestContext): GraphQlResponse => ({
  ...response,
  errors: (response.errors ?? []).map((error) => clientError(error, hub)),
});

/** One response of two parts, of which at least one is there. */
function merged(described: GraphQlResponse | null, answered: GraphQlResponse | null): GraphQlResponse {
  if (described === null || answered === null) return (answered ?? described) as GraphQlResponse;
  const errors = [...(described.errors ?? []), ...(answered.errors ?? [])];
  const data =
    answered.data === null ? null : { ...(answered.data as object), ...(described.data as object) };
  return errors.length > 0 ? { data, errors } : { data };
}

const notFollowedHere = (): AppError =>
  new AppError(
    'NOT_ACCEPTABLE',
    'A subscription is followed over WebSocket (graphql-transport-ws), or with the header Accept: text/event-stream.',
  );

const methodNotAllowed = (): AppError =>
  new AppError('METHOD_NOT_ALLOWED', 'A GET only answers queries; send mutations with POST.');
