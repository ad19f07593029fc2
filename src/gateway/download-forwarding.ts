import { AppError } from '../platform/errors.js';
import type { Exchange } from '../platform/http-exchange.js';
import type { Route } from '../platform/http-server.js';
import { SilenceLimit } from '../platform/silence-limit.js';
import type { SubgraphReach } from './subgraph-reach.js';
import { signedHeaders } from './upstream-signature.js';

export interface ForwardedDownloads {
  /** Of the route, like `/export/`; it is the same at the subgraph. */
  readonly path: string;
  readonly subgraph: string;
  /** Of the subgraph, without the path of its graph. */
  readonly base: string;
  readonly hmacSecret: string | null;
  /** How long the subgraph may send nothing. */
  readonly timeoutMs: number;
  /** Told whether the subgraph answered. */
  readonly reach?: SubgraphReach | undefined;
}

/** What of the subgraph's answer reaches the client; the rest is between the two processes. */
const TOLD = [
  'content-type',
  'content-length',
  'content-disposition',
  'cache-control',
  'allow',
  'x-evidence-digest',
  'x-evidence-sequence',
];

/** Files that a subgraph in another process hands out, sent as they come. */
export const forwardedDownloads = (downloads: ForwardedDownloads): Route => ({
  path: downloads.path,
  handle: (exchange) => forward(downloads, exchange),
});

async function forward(downloads: ForwardedDownloads, exchange: Exchange): Promise<void> {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    exchange.sendError(new AppError('METHOD_NOT_ALLOWED', 'A file is asked for with GET.'), {
      allow: 'GET, HEAD',
    });
    return;
  }
  const { response } = exchange;
  const limit = new SilenceLimit(downloads.timeoutMs, response);
  const answer = await ask(downloads, exchange, limit);
  response.writeHead(answer.status, {
    ...Object.fromEntries(TOLD.map((name) => [name, answer.headers.get(name)]).filter(([, value]) => value)),
    'x-request-id': exchange.requestId,
    'x-content-type-options': 'nosniff',
  });
  const parts = answer.body?.getReader();
  try {
    for (;;) {
      const next = await limit.within(async () => parts?.read());
      if (!next || next.done) break;
      if (!(await exchange.write(next.value))) limit.signal.throwIfAborted();
    }
    response.end();
  } catch (error) {
    // Either side has broken it off, and the other is cut: the subgraph by the signal of the limit.
    exchange.log.warn({ err: error, subgraph: downloads.subgraph }, 'download broken off');
    response.destroy();
  }
}

/** The answer of a hub, be it a file or an error. Errors: `SUBGRAPH_UNAVAILABLE`, `TIMEOUT`. */
async function ask(
  downloads: ForwardedDownloads,
  exchange: Exchange,
  limit: SilenceLimit,
): Promise<Response> {
  const { method, requestId } = exchange;
  const { base, hmacSecret } = downloads;
  // As it will arrive: signed is what the subgraph reads.
  const { pathname, search } = new URL(`${exchange.path}?${exchange.search}`, 'http://subgraph');
  if (!pathname.startsWith(downloads.path))
    throw new AppError('NOT_FOUND', `There is nothing at ${pathname}.`);
  const target = `${pathname}${search}`;
  let failure: unknown = null;
  const { signal } = limit;
  const headers = {
    'accept-encoding': 'identity',
    'x-request-id': requestId,
    ...(hmacSecret === null ? {} : signedHeaders(hmacSecret, method, target)),
  };
  const answer = await limit
    .within(() => fetch(`${base}${target}`, { method, headers, redirect: 'manual', signal }))
    .catch((error: unknown) => {
      failure = error;
      return null;
    });
  const isAnswer = answer !== null && isOfHub(answer);
  // Of a client that left before, nothing is learned of the subgraph.
  if (!exchange.response.destroyed) downloads.reach?.learned(downloads.subgraph, isAnswer);
  signal.throwIfAborted();
  if (isAnswer) return answer;
  await answer?.body?.cancel();
  throw unavailable(downloads, exchange, failure ?? new Error(`it answered ${answer?.status}`));
}

/** A proxy that answers for a subgraph has no file, and says so in a language of its own. */
const isOfHub = ({ status, headers }: Response): boolean =>
  status === 200 || (headers.get('content-type') ?? '').startsWith('application/json');

function unavailable(
  { subgraph }: ForwardedDownloads,
  { log, requestId }: Exchange,
  cause: unknown,
): AppError {
  log.error({ err: cause, subgraph }, 'subgraph did not answer');
  return new AppError(
    'SUBGRAPH_UNAVAILABLE',
    `The subgraph ${subgraph} did not answer. Try again; quote request id ${requestId} if it lasts.`,
    { subgraph },
  );
}
