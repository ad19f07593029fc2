import { AppError } from '../platform/errors.js';
import type { Exchange } from '../platform/http-exchange.js';
import { httpStatusOf } from './client-error.js';
import type { GraphQlRequest, GraphQlResponse } from './graphql-message.js';

const JSON_MEDIA = 'application/json';
const RESPONSE_MEDIA = 'application/graphql-response+json';

export type ResponseMedia = typeof JSON_MEDIA | typeof RESPONSE_MEDIA;

/** Failures of the exchange rather than of the query: they keep their HTTP status in every media type. */
const TRANSPORT_CODES: ReadonlySet<unknown> = new Set(['TIMEOUT', 'REQUEST_TOO_LARGE', 'METHOD_NOT_ALLOWED']);

/**
 * Reads a request of the GraphQL over HTTP specification. Errors: `METHOD_NOT_ALLOWED`,
 * `UNSUPPORTED_MEDIA_TYPE`, `REQUEST_TOO_LARGE`, `BAD_USER_INPUT`.
 */
export async function readGraphQlRequest(exchange: Exchange): Promise<GraphQlRequest> {
  if (exchange.method === 'GET') return readParameters(new URLSearchParams(exchange.search));
  if (exchange.method !== 'POST') {
    throw new AppError('METHOD_NOT_ALLOWED', 'The graph is asked with POST, or with GET for queries.');
  }
  checkMediaType(exchange.header('content-type'));
  return requestOf(parseJson(await exchange.body(), 'The body'));
}

/** The media type to answer in, or null when the client takes neither. */
export function responseMedia(accept: string | undefined): ResponseMedia | null {
  if (accept === undefined || accept === '*/*' || accept === JSON_MEDIA) return JSON_MEDIA;
  let best: { media: ResponseMedia; weight: number } | null = null;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const media = mediaOf(type);
    const weight = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    const charset = parameters.find((text) => text.startsWith('charset='));
    if (media === null || !(weight > 0) || (charset && !/utf-?8/.test(charset))) continue;
    if (best === null || weight > best.weight) best = { media, weight };
  }
  return best?.media ?? null;
}

/** Sends a response in `media`, with the status that the specification asks for. */
export function sendGraphQlResponse(
  exchange: Exchange,
  media: ResponseMedia,
  response: GraphQlResponse,
): void {
  exchange.send(statusOf(response, media), `${media}; charset=utf-8`, JSON.stringify(response), {
    'cache-control': 'no-store',
    ...(statusIs405(response) ? { allow: 'POST' } : {}),
  });
}

function statusOf({ data, errors }: GraphQlResponse, media: ResponseMedia): number {
  if (data !== undefined || !errors) return 200;
  const status = httpStatusOf(errors);
  return media === RESPONSE_MEDIA || TRANSPORT_CODES.has(errors[0]?.extensions['code']) ? status : 200;
}

const statusIs405 = ({ errors }: GraphQlResponse): boolean =>
  errors?.[0]?.extensions['code'] === 'METHOD_NOT_ALLOWED';

function mediaOf(type: string): ResponseMedia | null {
  if (type === RESPONSE_MEDIA) return RESPONSE_MEDIA;
  return type === JSON_MEDIA || type === '*/*' || type === 'application/*' ? JSON_MEDIA : null;
}

function checkMediaType(contentType: string | undefined): void {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((text) => text.trim().toLowerCase());
  const charset = parameters.find((text) => text.startsWith('charset='));
  if (type === JSON_MEDIA && (!charset || /^charset="?utf-?8"?$/.test(charset))) return;
  throw new AppError(
    'UNSUPPORTED_MEDIA_TYPE',
    `A query is sent as ${JSON_MEDIA} in UTF-8, not as ${contentType ?? 'a body without Content-Type'}.`,
  );
}

function readParameters(parameters: URLSearchParams): GraphQlRequest {
  const json = (name: string): unknown => {
    const text = parameters.get(name);
    return text === null || text === '' ? undefined : parseJson(text, `The parameter ${name}`);
  };
  return requestOf({
    query: parameters.get('query') ?? undefined,
    operationName: parameters.get('operationName') || undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

function parseJson(text: Buffer | string, what: string): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    throw new AppError('BAD_USER_INPUT', `${what} is not JSON.`);
  }
}

function requestOf(value: unknown): GraphQlRequest {
  if (!isObject(value)) {
    throw new AppError(
      'BAD_USER_INPUT',
      'A request is one JSON object with a query; batches are not answered.',
    );
  }
  const { query, operationName, variables, extensions } = value;
  if (typeof query !== 'string' || query === '') {
    throw new AppError('BAD_USER_INPUT', 'A request needs query, a text.', { field: 'query' });
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new AppError('BAD_USER_INPUT', 'operationName must be a text.', { field: 'operationName' });
  }
  for (const [field, part] of Object.entries({ variables, extensions })) {
    if (part !== undefined && part !== null && !isObject(part)) {
      throw new AppError('BAD_USER_INPUT', `${field} must be a JSON object.`, { field });
    }
  }
  return {
    query,
    operationName: operationName ?? null,
    variables: (variables ?? {}) as Record<string, unknown>,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
