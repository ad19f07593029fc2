import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Place } from './place.js';

// npm start -- [url of the hub] [file of the cursor] [filter as JSON]
const [url = 'ws://127.0.0.1:4000/graphql', path = 'cursor.json', wanted = '{}'] = process.argv.slice(2);
const filter = JSON.parse(wanted) as Record<string, unknown>;

const QUERY = `subscription ($after: String, $filter: UpdateFilter) {
  registryUpdates(after: $after, filter: $filter) { cursor id type occurredAt subjectType subjectId divisionCode }
}`;

/** Waiting mends these, and a broken connection; all else is told, and ends it. */
const PASSING = new Set([
  'SLOW_CONSUMER',
  'DATABASE_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'TIMEOUT',
  'INTERNAL',
]);
const SILENT_FOR_MS = 50_000;

interface Update {
  readonly cursor: string;
  readonly type: string;
}

/** Of standard output, written to directly: Node would queue. */
const OUTPUT = 1;

const place = Place.open(path, OUTPUT);
let isStopping = false;
let disconnect = (): void => {};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isStopping = true;
    disconnect();
  });
}

while (!isStopping) {
  try {
    await follow();
  } catch (error) {
    const [{ message, extensions } = {} as Fault] = Array.isArray(error) ? (error as Fault[]) : [];
    if (extensions?.code && !PASSING.has(extensions.code)) {
      process.stderr.write(`${extensions.code}: ${message}\n`);
      process.exit(1);
    }
  }
  // The hub restarts, or the network is down: go on from the cursor when they are back.
  if (!isStopping) await new Promise((resolve) => setTimeout(resolve, 500));
}

interface Fault {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/** One connection, from the cursor until it breaks. */
async function follow(): Promise<void> {
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  // A heartbeat comes every 15 s; without any, the connection is dead and nobody has told us.
  const silence = setTimeout(() => client.terminate(), SILENT_FOR_MS);
  disconnect = () => client.terminate();
  try {
    const results = client.iterate<{ registryUpdates: Update }>({
      query: QUERY,
      variables: { after: place.cursor ?? 'BEGIN', filter },
    });
    for await (const { data, errors } of results) {
      if (errors) throw errors;
      silence.refresh();
      const update = data?.registryUpdates;
      if (!update || isStopping) continue;
      if (update.type === 'heartbeat') place.move(update.cursor);
      else place.print(JSON.stringify(update), update.cursor);
    }
  } finally {
    clearTimeout(silence);
    await client.dispose();
  }
}
