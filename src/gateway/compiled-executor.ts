import type { ExecutionRequest, ExecutionResult } from '@graphql-tools/utils';
import { type DocumentNode, type ExecutionResult as GraphQlResult, print } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Subgraph } from '../graph/subgraph.js';
import { heeding } from '../platform/cancellation.js';
import type { Metrics } from '../platform/metrics.js';
import { clientError } from './client-error.js';
import type { GatewayContext } from './gateway-context.js';
import { LruMap } from './lru-map.js';

/** Answers one request of the query plan. */
export type SubgraphExecutor = (request: ExecutionRequest) => Promise<ExecutionResult> | ExecutionResult;

/** Compiled operations kept for each subgraph; they hold code, so that their number is bounded. */
const COMPILED_OPERATIONS = 500;

/**
 * The in-process transport: the subgraph's operations compiled once by graphql-jit and run on the gateway's own
 * request context, so that all subgraphs of a request share its loaders.
 */
export function createCompiledExecutor(subgraph: Subgraph, metrics: Metrics): SubgraphExecutor {
  const byDocument = new WeakMap<DocumentNode, CompiledQuery | GraphQlResult>();
  const byText = new LruMap<string, CompiledQuery | GraphQlResult>(COMPILED_OPERATIONS);

  const compiled = (document: DocumentNode, operationName: string | undefined) => {
    const known = byDocument.get(document);
    if (known) return known;
    const text = print(document);
    const made =
      byText.get(text) ??
      compileQuery(subgraph.schema, document, operationName, { disablingCapturingStackErrors: true });
    byText.set(text, made);
    byDocument.set(document, made);
    return made;
  };

  return (request) => {
    const query = compiled(request.document, request.operationName);
    const { hub, cancelled } = request.context as GatewayContext;
    const finish = (result: GraphQlResult): ExecutionResult => {
      metrics.subgraphOperation(subgraph.name, result.errors ? 'error' : 'ok');
      if (!result.errors) return result as ExecutionResult;
      return {
        data: result.data,
        errors: result.errors.map((error) => clientError(error, hub)),
      };
    };
    if (!isCompiledQuery(query)) return finish(query);
    const result = heeding(cancelled, () => query.query(request.rootValue, hub, request.variables));
    return 'then' in result ? (result as Promise<GraphQlResult>).then(finish) : finish(result);
  };
}
