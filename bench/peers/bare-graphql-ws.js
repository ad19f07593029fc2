// The least a server can do for `fanout`: graphql-ws over ws, payloads made in memory, a set of subscribers a filter.
// PORT, FILTERS and RATE (events a second) come from the environment.
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const filters = Number(process.env.FILTERS);
const rate = Number(process.env.RATE);
const schema = buildSchema(`
  type Update { cursor: String! type: String! occurredAt: String! mineId: String divisionCode: String data: String subjectType: String subjectId: String }
  type Query { none: String }
  type Subscription { registryUpdates(filter: Int): Update! }`);
const subscribers = Array.from({ length: filters }, () => new Set());
let sending = false;

/** A queue for each subscriber, without which everybody would wait for the slowest; the payloads in it are shared. */
async function* follow(filter) {
  let queue = [];
  let release = null;
  const push = (update) => {
    queue.push(update);
    release?.();
  };
  subscribers[filter].add(push);
  try {
    for (;;) {
      if (queue.length === 0) {
        await new Promise((resolve) => {
          release = resolve;
        });
      }
      const came = queue;
      queue = [];
      for (const registryUpdates of came) yield { registryUpdates };
    }
  } finally {
    subscribers[filter].delete(push);
  }
}

let sent = 0;
setInterval(() => {
  if (!sending) return;
  for (let i = 0; i < rate / 50; i++) {
    const filter = sent % filters;
    const update = {
      cursor: `AavCI3IdfiVnAAAAAQAAAAAAAKYbAAAAAA${String(sent).padStart(20, '0')}`,
      type: 'mine.updated',
      occurredAt: new Date().toISOString(),
      mineId: '00000000-0000-0000-0000-000000000000',
      divisionCode: '150421',
      data: JSON.stringify({ number: sent, at: performance.timeOrigin + performance.now() }),
      subjectType: 'Mine',
      subjectId: '00000000-0000-0000-0000-000000000000',
    };
    for (const push of subscribers[filter]) push(update);
    sent += 1;
  }
}, 20);

const server = createServer((request, response) => {
  if (request.url === '/start') sending = true;
  if (request.url === '/stop') sending = false;
  response.end(String(sent));
});
useServer(
  { schema, roots: { subscription: { registryUpdates: ({ filter }) => follow(filter) } } },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(Number(process.env.PORT), '127.0.0.1');
