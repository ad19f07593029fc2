import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SocketWriter } from '../../../src/gateway/socket-writer.js';

const server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
let client: WebSocket;
let writer: SocketWriter;

beforeAll(async () => {
  const opened = new Promise<SocketWriter>((resolve) => {
    server.on('upgrade', (request, connection, head) =>
      sockets.handleUpgrade(request, connection, head, (socket) =>
        resolve(new SocketWriter(socket, connection)),
      ),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  writer = await opened;
});
afterAll(() => {
  client.terminate();
  server.close();
});

/** As a well-kept library reads them. */
async function heard(count: number): Promise<readonly string[]> {
  const messages: string[] = [];
  await new Promise<void>((resolve) => {
    client.on('message', (data) => {
      if (messages.push(String(data)) === count) resolve();
    });
  });
  client.removeAllListeners('message');
  return messages;
}

test('messages of every length arrive as they were, in order, whichever way they were sent', async () => {
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
  const many = lengths.flatMap((length) => ['x'.repeat(length), '矿'.repeat(length), 'é'.repeat(length)]);
  const listening = heard(2 * many.length + 2);
  writer.send('before');
  await writer.sendAll(many);
  writer.send('between');
  await writer.sendAll(many);
  expect(await listening).toEqual(['before', ...many, 'between', ...many]);
});

test('a writer waits for a client that does not read', async () => {
  const burst = Array.from({ length: 100 }, () => 'x'.repeat(10_000));
  client.pause();
  let sent = 0;
  let wait: Promise<void> | void;
  do {
    wait = writer.sendAll(burst);
    sent += burst.length;
  } while (wait === undefined && sent < 100_000);
  expect(wait).toBeInstanceOf(Promise);
  const listening = heard(sent);
  client.resume();
  await wait;
  expect(await listening).toHaveLength(sent);
});
