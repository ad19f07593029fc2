import { executeSync, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Limits } from '../config.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { asGraphQlError, clientError } from './client-error.js';
import { Cancellation, type GatewayContext } from './gateway-context.js';
import { PreparedOperations } from './prepared-operations.js';
import { openSupergraph, type SupergraphOptions, type SupergraphRuntime } from './supergraph-runtime.js';

export interface GatewayOptions extends SupergraphOptions {
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

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  return new Gateway(await openSupergraph(options), options.limits);
}

/** The federated graph: one request in, one answer out, errors already fit for clients. */
export class Gateway {
  readonly schema: GraphQLSchema;
  private readonly operations: PreparedOperations;

  constructor(
    private readonly supergraph: SupergraphRuntime,
    private readonly limits: Limits,
  ) {
    this.schema = supergraph.schema;
    this.operations = new PreparedOperations(supergraph.schema, limits);
  }

  /** `readOnly` refuses mutations, as a GET must. */
  execute(request: GraphQlRequest, hub: RequestContext, readOnly: boolean): Promise<GraphQlResponse> {
    return withinTime(this.limits.timeoutMs, hub, (cancelled) =>
      this.run(request, { hub, cancelled }, readOnly),
    );
  }

  close(): Promise<void> {
    return this.supergraph.close();
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
    if (readOnly && operation.operation !== 'query') throw methodNotAllowed();
    this.operations.checkCost(prepared, operation, variables);
    const { introspection, data } = this.operations.split(prepared, operation);
    const described =
      introspection &&
      executeSync({ schema: this.schema, document: introspection, operationName, variableValues: variables });
    const answered =
      data && (await this.supergraph.execute({ document: data, operationName, variables }, context));
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
