import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { mqttBridge } from '../../../src/bridges/mqtt-bridge.js';
import { BridgeBench, subjectOf } from '../../support/bridge-bench.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';

/** A broker that writes down what it has acknowledged. */
class Broker {
  readonly received: { topic: string; body: string; qos: number }[] = [];
  private sockets = new Set<Socket>();
  private server: Server | null = null;
  private aedes: Aedes | null = null;
  port = 0;

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.on('publish', ({ topic, payload, qos }, client) => {
      if (client) this.received.push({ topic, body: payload.toString(), qos });
    });
    const server = createServer((socket) => {
      this.sockets.add(socket);
      aedes.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    this.aedes = aedes;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
    await new Promise<void>((resolve) => (this.aedes ? this.aedes.close(() => resolve()) : resolve()));
    this.server = null;
    this.aedes = null;
  }

  subjects(): string[] {
    return this.received.map(({ body }) => subjectOf(body));
  }
}

let database: TestDatabase;
let bench: BridgeBench;
let broker: Broker;
const bridge = () => mqttBridge({ url: `mqtt://127.0.0.1:${broker.port}`, topic: 'hub/minebound' });

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.knex('platform.event').delete();
  await database.knex('updates.bridge').delete();
  bench = new BridgeBench(database.knex);
  broker = new Broker();
  await broker.start();
});
afterEach(async () => {
  await bench.close();
  await broker.stop();
});

test('every event of the log reaches the broker in order, at quality 1, on a topic of its division and type', async () => {
  const before = await bench.write(250);
  await bench.run(bridge());
  const after = await bench.write(30);
  await expect.poll(() => broker.subjects(), { timeout: 60_000 }).toEqual([...before, ...after]);
  expect(broker.received[0]).toMatchObject({ topic: 'hub/minebound/150421/mine.updated', qos: 1 });
  const event = JSON.parse(broker.received[0]?.body ?? '') as Record<string, unknown>;
  expect(event).toMatchObject({ specversion: '1.0', type: 'mine.updated', cursor: expect.any(String) });
});

test('a broker that goes and comes back gets everything; what it gets twice bears the same id', async () => {
  await bench.run(bridge());
  const first = await bench.write(20);
  await expect.poll(() => broker.subjects(), { timeout: 60_000 }).toEqual(first);
  await broker.stop();
  const meanwhile = await bench.write(20);
  await broker.start();
  const last = await bench.write(20);
  const expected = [...first, ...meanwhile, ...last];
  await expect.poll(() => new Set(broker.subjects()).size, { timeout: 60_000 }).toBe(expected.length);
  const byId = new Map(
    broker.received.map(({ body }) => [(JSON.parse(body) as { id: string }).id, subjectOf(body)]),
  );
  expect([...byId.values()]).toEqual(expected);
});
