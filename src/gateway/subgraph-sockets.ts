import { randomUUID } from 'node:crypto';
import { createSourceEventStream, type ExecutionArgs, execute, parse, validate } from 'graphql';
import type { Limits } from '../config.js';
import type { Subgraph } from '../graph/subgraph.js';
import { createRequestContext } from '../platform/context.js';
import type { Logger } from '../platform/logging.js';
import { asGraphQlError, clientError, type ErrorAudience } from './client-error.js';
import type { GraphQlResponse } from './graphql-message.js';
import { GraphQlSockets, type SocketRequest } from './graphql-sockets.js';
import { checkShape } from './operation-shape.js';
import { checkLiterals, checkVariables } from './operation-texts.js';
import { type SignatureCheck, signatureMissing } from './upstream-signature.js';

export interface SubgraphSocketsOptions {
  readonly subgraph: Subgraph;
  readonly limits: Limits;
  readonly check: SignatureCheck | null;
  readonly log: Logger;
}

/** A subgraph's subscriptions for a gateway elsewhere or a partner's own router; queries go over HTTP. */
export function openSubgraphSockets(options: SubgraphSocketsOptions): GraphQlSockets {
  return new GraphQlSockets({
    schema: options.subgraph.schema,
    largestMessage: options.limits.bodyBytes,
    log: options.log,
    answer: async (request) => {
      const requestId = randomUUID();
      const audience = { requestId, log: options.log.child({ requestId }) };
      try {
        return await follow(options, request, audience);
      } catch (error) {
        return refused(error, audience);
      }
    },
  });
}

async function follow(
  { subgraph, limits, check }: SubgraphSocketsOptions,
  request: SocketRequest,
  audience: ErrorAudience,
): Promise<GraphQlResponse | AsyncGenerator<GraphQlResponse>> {
  if (check && !check(request)) throw signatureMissing();
  const document = parse(request.query);
  checkShape(document, limits);
  const invalid = validate(subgraph.schema, document);
  if (invalid.length > 0) return { errors: invalid };
  checkLiterals(subgraph.schema, document);
  checkVariables(request.variables);
  const args: ExecutionArgs = {
    schema: subgraph.schema,
    document,
    operationName: request.operationName,
    variableValues: request.variables,
    contextValue: createRequestContext(audience),
  };
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source))
    return { errors: (source.errors ?? []).map((e) => clientError(e, audience)) };
  return responses(args, source as AsyncGenerator<unknown>, audience);
}

/** Each event is executed with a context of its own: loaders remember what was so when the last one came. */
async function* responses(
  args: ExecutionArgs,
  source: AsyncGenerator<unknown>,
  audience: ErrorAudience,
): AsyncGenerator<GraphQlResponse> {
  try {
    for await (const rootValue of source) {
      const result = await execute({ ...args, rootValue, contextValue: createRequestContext(audience) });
      yield result.errors
        ? { ...result, errors: result.errors.map((error) => clientError(error, audience)) }
        : result;
    }
  } catch (error) {
    yield refused(error, audience);
  }
}

const refused = (error: unknown, audience: ErrorAudience): GraphQlResponse => ({
  errors: [clientError(asGraphQlError(error), audience)],
});
