import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventFilter, type UpdateFilter } from '../../graph/update-filter.type.js';
import type { EventFeed } from '../../platform/events/event-feed.js';
import { eventMatcher } from '../../platform/events/event-filter.js';
import type { Logger } from '../../platform/logging.js';
import { signedExtensions } from '../upstream-signature.js';

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
      const request = {
        query: FOLLOW,
        variables,
        ...(hmacSecret === null ? {} : { extensions: signedExtensions(hmacSecret, FOLLOW, variables) }),
      };
      let retry: NodeJS.Timeout | undefined;
      let stop = (): void => {};
      const follow = (): void => {
        stop = client.subscribe(request, {
          next: wake,
          error: (error) => {
            log.warn({ err: error }, 'the subgraph does not tell of updates; heartbeats read them');
            again();
          },
          complete: () => again(),
        });
      };
      // Lines that break are the client's to mend; this is for a subgraph that ends what it told.
      const again = (): void => {
        if (watching.has(wake)) retry = setTimeout(follow, LONGEST_PAUSE_MS).unref();
      };
      follow();
      return () => {
        watching.delete(wake);
        clearTimeout(retry);
        stop();
      };
    },
    close: async () => {
      watching.clear();
      await client.dispose();
    },
  };
}
