import { createHmac } from 'node:crypto';
import { defaultParamsSerializer } from '@graphql-mesh/hmac-upstream-signature';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventFilter, type UpdateFilter } from '../../graph/update-filter.type.js';
import type { EventFeed } from '../../platform/events/event-feed.js';
import { eventMatcher } from '../../platform/events/event-filter.js';
import type { Logger } from '../../platform/logging.js';

/**
 * Tells when there may be updates that a filter lets through. It only wakes: what is told is read from the log, so
 * that a wake too many or too few changes nothing but the time.
 */
export interface UpdateWakes {
  watch(filter: object | null, wake: () => void): () => void;
  close(): Promise<void>;
}

/** In the process that reads the log. */
export const feedWakes = (feed: EventFeed): UpdateWakes => ({
  watch: (filter, wake) => feed.watch(eventMatcher(eventFilter(filter as UpdateFilter | null)), wake),
  close: () => Promise.resolve(),
});

export interface RemoteWakesOptions {
  /** Where the subgraph of the updates is asked over HTTP; it is followed over WebSocket at the same place. */
  readonly url: string;
  readonly hmacSecret: string | null;
  readonly log: Logger;
}

const FOLLOW = 'subscription ($filter: UpdateFilter) { registryUpdates(filter: $filter) { cursor } }';
const LONGEST_PAUSE_MS = 5_000;

/** From the subgraph, over one connection; whenever that comes back, everybody looks for what was missed. */
export function remoteWakes({ url, hmacSecret, log }: RemoteWakesOptions): UpdateWakes {
  const watching = new Set<() => void>();
  const client: Client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** retries, LONGEST_PAUSE_MS))),
    on: {
      connected: () => {
        for (const wake of watching) wake();
      },
      closed: () => log.debug('the connection that tells of updates was closed'),
    },
  });
  return {
    watch: (filter, wake) => {
      watching.add(wake);
      const variables = { filter };
      const stop = client.subscribe(
        { query: FOLLOW, variables, ...(hmacSecret === null ? {} : signed(hmacSecret, variables)) },
        {
          next: wake,
          error: (error) =>
            log.warn({ err: error }, 'the subgraph does not tell of updates; heartbeats read them'),
          complete: () => {},
        },
      );
      return () => {
        watching.delete(wake);
        stop();
      };
    },
    close: async () => client.dispose(),
  };
}

/** As requests over HTTP are signed. */
function signed(secret: string, variables: Record<string, unknown>): { extensions: Record<string, unknown> } {
  const text = defaultParamsSerializer({ query: FOLLOW, variables }) ?? '';
  return { extensions: { 'hmac-signature': createHmac('sha256', secret).update(text).digest('base64') } };
}
