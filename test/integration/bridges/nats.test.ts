import { AckPolicy, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { natsBridge } from '../../../src/bridges/nats-bridge.js';
import { BridgeBench, subjectOf } from '../../support/bridge-bench.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { hasNatsServer, NatsServer } from '../../support/nats-server.js';

/** Everything in the stream, in its order. */
async function stored({ url }: NatsServer): Promise<JsMsg[]> {
  const connection = await connect({ servers: url });
  try {
    const manager = await jetstreamManager(connection);
    const { messages } = (await manager.streams.info('MINEBOUND')).state;
    if (messages === 0) return [];
    const { name } = await manager.consumers.add('MINEBOUND', { ack_policy: AckPolicy.None });
    const consumer = await jetstream(connection).consumers.get('MINEBOUND', name);
    const found: JsMsg[] = [];
    for await (const message of await consumer.fetch({ max_messages: messages, expires: 5_000 })) {
      found.push(message);
    }
    return found;
  } finally {
    await connection.close();
  }
}

const subjects = async (server: NatsServer): Promise<string[]> =>
  (await stored(server)).map((message) => subjectOf(message.string()));

describe.skipIf(!hasNatsServer())('a bridge to NATS JetStream (needs nats-server)', () => {
  let database: TestDatabase;
  let bench: BridgeBench;
  let server: NatsServer;
  const bridge = () => natsBridge({ url: server.url, stream: 'MINEBOUND', subject: 'minebound' });

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.knex('platform.event').delete();
    await database.knex('updates.bridge').delete();
    bench = new BridgeBench(database.knex);
    server = await NatsServer.start();
  });
  afterEach(async () => {
    await bench.close();
    await server.close();
  });

  test('stores every event of the log in order, under a subject of its type, with its cursor as the id', async () => {
    const before = await bench.write(30);
    await bench.run(bridge());
    const after = await bench.write(30);
    await expect
      .poll(() => subjects(server).catch(() => []), { timeout: 60_000 })
      .toEqual([...before, ...after]);
    const [first] = await stored(server);
    expect(first?.subject).toBe('minebound.mine.updated');
    expect(first?.headers?.get('content-type')).toMatch(/^application\/cloudevents\+json/);
    const event = first?.json<{ cursor: string; specversion: string }>();
    expect(event?.specversion).toBe('1.0');
    expect(first?.headers?.get('Nats-Msg-Id')).toBe(event?.cursor);
  });

  test('neither loses nor repeats anything when the server is killed and comes back', async () => {
    await bench.run(bridge());
    const first = await bench.write(50);
    await expect.poll(() => subjects(server).catch(() => []), { timeout: 60_000 }).toEqual(first);
    await server.kill();
    const meanwhile = await bench.write(50);
    await server.run();
    const last = await bench.write(50);
    await expect
      .poll(() => subjects(server).catch(() => []), { timeout: 30_000 })
      .toEqual([...first, ...meanwhile, ...last]);
  });

  test('what was stored but not written down as such is not stored again', async () => {
    const runner = await bench.run(bridge());
    const written = await bench.write(20);
    await expect.poll(() => subjects(server).catch(() => []), { timeout: 60_000 }).toEqual(written);
    await bench.stop(runner);
    // As if the hub had died between the acknowledgement and its own commit.
    await database
      .knex('updates.bridge')
      .update({ position_epoch: null, position_xid: null, position_seq: null });
    await bench.run(bridge());
    const more = await bench.write(5);
    await expect.poll(() => subjects(server), { timeout: 60_000 }).toEqual([...written, ...more]);
  });

  test('of two processes one feeds the stream, and the other goes on when it ends', async () => {
    const runners = [await bench.run(bridge()), await bench.run(bridge())];
    const written = await bench.write(40);
    await expect.poll(() => subjects(server).catch(() => []), { timeout: 60_000 }).toEqual(written);
    for (const runner of runners.slice(0, 1)) await bench.stop(runner);
    const more = await bench.write(10);
    await expect.poll(() => subjects(server), { timeout: 60_000 }).toEqual([...written, ...more]);
    // The stream drops what it has already; only the senders know whether two of them sent.
    await expect.poll(() => bench.published).toBe(50);
  });
});
