import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface ReceivedUpdate {
  readonly cursor: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Subscriber {
  /** Everything received so far. */
  readonly received: ReceivedUpdate[];
  /** What the server ended it with. */
  readonly errors: { message: string; extensions: Record<string, unknown> }[];
  /** The update that `found` tells, now or when it comes. */
  until(found: (update: ReceivedUpdate) => boolean): Promise<ReceivedUpdate>;
  /** The server's last word: why it ended. */
  ended: Promise<void>;
  stop(): void;
}

export interface SubscribeOptions {
  readonly after?: string | null;
  readonly filter?: object | null;
  readonly select?: string;
  readonly path?: string;
}

const SELECTION = 'cursor type subjectType subjectId mineId divisionCode data';

/** Follows `registryUpdates` over graphql-transport-ws. */
export function subscribe(url: string, options: SubscribeOptions = {}): Subscriber {
  const { after = null, filter = null, select = SELECTION, path = '/graphql' } = options;
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}${path}`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
  });
  const received: ReceivedUpdate[] = [];
  const errors: Subscriber['errors'] = [];
  const waiting = new Set<() => void>();
  const ended = new Promise<void>((resolve) => {
    client.subscribe(
      {
        query: `subscription ($after: String, $filter: UpdateFilter) {
          registryUpdates(after: $after, filter: $filter) { ${select} }
        }`,
        variables: { after, filter },
      },
      {
        next: (result) => {
          const { data, errors: told } = result as unknown as {
            data?: { registryUpdates: ReceivedUpdate } | null;
            errors?: Subscriber['errors'];
          };
          if (told) errors.push(...told);
          if (data) received.push(data.registryUpdates);
          for (const check of waiting) check();
        },
        error: () => resolve(),
        complete: () => resolve(),
      },
    );
  });
  return {
    received,
    errors,
    ended,
    until: (found) =>
      new Promise((resolve) => {
        const check = (): void => {
          const update = received.find(found);
          if (!update) return;
          waiting.delete(check);
          resolve(update);
        };
        waiting.add(check);
        check();
      }),
    stop: () => void client.dispose(),
  };
}

/** Reads Server-Sent Events off a response: name, id and parsed data of each. */
export async function* serverSentEvents(
  response: Response,
): AsyncGenerator<{ event: string; id: string | null; data: string }> {
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim() ?? null;
      const event = field('event');
      if (event !== null) yield { event, id: field('id'), data: field('data') ?? '' };
    }
  }
}
