import type { Exchange } from '../platform/http-exchange.js';
import { httpStatusOf } from './client-error.js';
import type { GraphQlResponse } from './graphql-message.js';
import { CURSOR } from './updates/update-pager.js';

const MEDIA = 'text/event-stream';

/** Whether the client wants Server-Sent Events: what a browser's `EventSource` says, or curl when told to. */
export const acceptsEvents = (exchange: Exchange): boolean =>
  (exchange.header('accept') ?? '').toLowerCase().includes(MEDIA);

/** An `EventSource` that lost its connection says by this where it was. */
export const lastEventId = (exchange: Exchange): string | null => exchange.header('last-event-id') || null;

/**
 * Sends the responses of a subscription as Server-Sent Events: `next` for each, with its cursor as id, and `complete`
 * after the last. What was refused is answered as over plain HTTP, so that `EventSource` does not try again.
 */
export async function sendEvents(
  exchange: Exchange,
  answer: GraphQlResponse | AsyncGenerator<GraphQlResponse>,
  stopping: Set<() => void>,
): Promise<void> {
  if (!(Symbol.asyncIterator in answer)) {
    const refused = answer.data === undefined && answer.errors;
    if (refused) return exchange.sendJson(httpStatusOf(refused), answer, { 'cache-control': 'no-store' });
    open(exchange);
    await write(exchange, eventOf(answer));
    exchange.response.end(COMPLETE);
    return;
  }
  const { response } = exchange;
  const stop = (): void => void answer.return(undefined);
  response.once('close', stop);
  stopping.add(stop);
  open(exchange);
  try {
    for await (const result of answer) {
      await write(exchange, eventOf(result));
      if (response.destroyed) break;
    }
  } finally {
    stopping.delete(stop);
    response.off('close', stop);
    response.end(COMPLETE);
  }
}

const COMPLETE = 'event: complete\ndata:\n\n';

function open(exchange: Exchange): void {
  exchange.response.writeHead(200, {
    'content-type': `${MEDIA}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-request-id': exchange.requestId,
    // Some proxies hold events back until they have a page of them.
    'x-accel-buffering': 'no',
  });
  // The client knows by this that it is connected.
  exchange.response.write(':\n\n');
}

function eventOf(result: GraphQlResponse & { readonly [CURSOR]?: string }): string {
  const id = result[CURSOR] === undefined ? '' : `id: ${result[CURSOR]}\n`;
  return `${id}event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

/** Waits while the client reads slowly. */
function write({ response }: Exchange, text: string): Promise<void> | void {
  if (response.destroyed || response.write(text)) return undefined;
  return new Promise((resolve) => {
    const on = (): void => {
      response.off('drain', on);
      response.off('close', on);
      resolve();
    };
    response.once('drain', on);
    response.once('close', on);
  });
}
