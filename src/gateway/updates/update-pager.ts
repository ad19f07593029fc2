import { execute, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Limits } from '../../config.js';
import { createRequestContext, type RequestContext } from '../../platform/context.js';
import type { Principal } from '../../platform/principal.js';
import { asGraphQlError, clientError } from '../client-error.js';
import type { GraphQlResponse } from '../graphql-message.js';
import type { SupergraphRuntime } from '../supergraph-runtime.js';
import { withinTime } from '../within-time.js';
import type { UpdateOperation } from './update-operation.js';

/** Where a response of a subscription stands in the log, for transports that tell it apart from the response. */
export const CURSOR = Symbol('cursor');

export type UpdateResponse = GraphQlResponse & { readonly [CURSOR]: string };

/** One update in the shape that the client asked for; printed once, however many are told of it. */
export class UpdateMessage {
  private printed: string | null = null;

  constructor(
    readonly cursor: string,
    readonly response: UpdateResponse,
  ) {}

  get json(): string {
    this.printed ??= JSON.stringify(this.response);
    return this.printed;
  }
}

export interface UpdatePage {
  readonly messages: readonly UpdateMessage[];
  readonly endCursor: string;
  readonly hasNextPage: boolean;
  /** Whose rights it was read with. */
  readonly principal: Principal;
}

/** Codes of failures that pass: a database that restarts, a subgraph that is deployed. */
const PASSING: ReadonlySet<unknown> = new Set([
  'INTERNAL',
  'TIMEOUT',
  'SUBGRAPH_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
]);

export const passes = (error: unknown): boolean => PASSING.has(asGraphQlError(error).extensions['code']);

const RETRY_MS = [100, 250, 500, 1_000, 2_000, 5_000];

/** How long to wait for what passes, after so many failures in a row. */
export const retryMs = (failures: number): number => RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 0;

interface PageData {
  readonly updates: {
    readonly edges: readonly { readonly cursor: string; readonly node: unknown }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  } | null;
}

/** Reads updates as pages of the federated graph, so that each comes with whatever its subscriber asks of any subgraph. */
export class UpdatePager {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly supergraph: SupergraphRuntime,
    private readonly limits: Limits,
  ) {}

  /** Errors: a `GraphQLError` fit for clients. */
  async page(
    asked: UpdateOperation,
    hub: RequestContext,
    after: string | null,
    first: number,
  ): Promise<UpdatePage> {
    // Loaders remember: each page has its own.
    const context = createRequestContext({
      log: hub.log,
      requestId: hub.requestId,
      principal: hub.principal,
    });
    const { data, errors = [] } = await this.execute(asked, context, after, first);
    const { responseKey } = asked.shape;
    const faults = errors.map((error) => faultOf(clientError(error, context), responseKey));
    const updates = (data as PageData | null | undefined)?.updates;
    if (!updates) throw faults[0]?.error ?? new GraphQLError('The page of updates is empty.');
    return {
      messages: updates.edges.map(({ cursor, node }, i) => {
        const own = faults.filter(({ edge }) => edge === null || edge === i);
        const told = { data: { [responseKey]: node }, [CURSOR]: cursor };
        return new UpdateMessage(
          cursor,
          own.length > 0 ? { ...told, errors: own.map(({ error }) => error) } : told,
        );
      }),
      endCursor: updates.pageInfo.endCursor,
      hasNextPage: updates.pageInfo.hasNextPage,
      principal: hub.principal,
    };
  }

  /** An update that says nothing but how far the log was read, in the client's shape. */
  async heartbeat(asked: UpdateOperation, cursor: string): Promise<UpdateMessage> {
    const response = await execute({
      schema: this.schema,
      document: asked.prepared.document,
      operationName: asked.operation.name?.value ?? null,
      variableValues: asked.given,
      rootValue: {
        [asked.shape.field.name.value]: {
          cursor,
          type: 'heartbeat',
          occurredAt: new Date().toISOString(),
          subject: null,
        },
      },
    });
    return new UpdateMessage(cursor, { ...response, [CURSOR]: cursor });
  }

  private execute(
    asked: UpdateOperation,
    hub: RequestContext,
    after: string | null,
    first: number,
  ): Promise<GraphQlResponse> {
    const variables = { ...asked.variables, mb_after: after, mb_filter: asked.filter, mb_first: first };
    return withinTime(this.limits.timeoutMs, hub, (cancelled) =>
      this.supergraph.execute(
        { document: asked.shape.page, operationName: null, variables },
        { hub, cancelled },
      ),
    );
  }
}

interface Fault {
  /** Which update it is about; null: any of the page may lack something. */
  readonly edge: number | null;
  readonly error: GraphQLError;
}

/**
 * An error of the page with the path that the client knows. The planner does not number the edges when a subgraph gave no
 * answer at all.
 */
function faultOf(error: GraphQLError, responseKey: string): Fault {
  const { message, extensions, path } = error;
  const [, , index, ...rest] = path ?? [];
  const isNumbered = typeof index === 'number';
  const within = isNumbered ? rest.slice(1) : index === 'node' ? rest : [];
  return {
    edge: isNumbered ? index : null,
    error: new GraphQLError(message, { ...(path ? { path: [responseKey, ...within] } : {}), extensions }),
  };
}
