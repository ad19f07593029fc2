import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A subscriber that costs the load generator as little as it can: the protocol by hand, one parse a message. */
export interface BareSubscriber {
  stop(): void;
}

/** Subscribes over graphql-transport-ws and calls `next` with the payload of each message. */
export async function subscribeBarely(
  url: string,
  payload: object,
  next: (payload: { data?: unknown; errors?: unknown }) => void,
): Promise<BareSubscriber> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'next') next(message.payload);
    else if (message.type === 'ping') socket.send('{"type":"pong"}');
    else if (message.type === 'error') next({ errors: message.payload });
  });
  socket.on('error', () => {});
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  return { stop: () => socket.terminate() };
}
