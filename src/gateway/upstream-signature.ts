import { createHmac, timingSafeEqual } from 'node:crypto';
import { defaultParamsSerializer } from '@graphql-mesh/hmac-upstream-signature';
import { AppError } from '../platform/errors.js';
import type { Route } from '../platform/http-server.js';

/** Whether a parsed request body carries the signature of a gateway that knows the secret. */
export type SignatureCheck = (body: unknown) => boolean;

/** What a request without a valid signature is answered. */
export const signatureMissing = (): AppError =>
  new AppError(
    'SIGNATURE_INVALID',
    'This subgraph only answers requests that its gateway has signed (MINEBOUND_HMAC_SECRET).',
  );

const EXTENSION = 'hmac-signature';

/** What a gateway adds to a request that Hive's transports do not send for it. */
export const signedExtensions = (
  secret: string,
  query: string,
  variables: Record<string, unknown>,
): Record<string, string> => ({ [EXTENSION]: signatureOf(secret, query, variables).toString('base64') });

/** What a gateway adds to a request for a file, `target` being path and parameters. */
export const signedHeaders = (secret: string, method: string, target: string): Record<string, string> =>
  signedExtensions(secret, `${method} ${target}`, {});

/** The counterpart of `useHmacUpstreamSignature`. */
export function createSignatureCheck(secret: string): SignatureCheck {
  return (body) => {
    if (typeof body !== 'object' || body === null) return false;
    const { query, variables, extensions } = body as Record<string, unknown>;
    const given = (extensions as Record<string, unknown> | null | undefined)?.[EXTENSION];
    if (typeof given !== 'string' || typeof query !== 'string') return false;
    return isSignature(given, signatureOf(secret, query, variables as Record<string, unknown>));
  };
}

/** The counterpart of `signedHeaders`: the route answers its gateway only. Errors: `SIGNATURE_INVALID`. */
export const signedOnly = (secret: string, { path, handle }: Route): Route => ({
  path,
  handle: (exchange) => {
    const target = exchange.search === '' ? exchange.path : `${exchange.path}?${exchange.search}`;
    const expected = signatureOf(secret, `${exchange.method} ${target}`, {});
    if (!isSignature(exchange.header(EXTENSION) ?? '', expected)) throw signatureMissing();
    return handle(exchange);
  },
});

function isSignature(given: string, expected: Buffer): boolean {
  const received = Buffer.from(given, 'base64');
  return received.length === expected.length && timingSafeEqual(received, expected);
}

/** HMAC-SHA-256 over the query and its variables. */
const signatureOf = (secret: string, query: string, variables: Record<string, unknown>): Buffer =>
  createHmac('sha256', secret)
    .update(defaultParamsSerializer({ query, variables }) ?? '')
    .digest();
