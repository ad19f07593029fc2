import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import {
  connect,
  headers,
  type NatsConnection,
  type NodeConnectionOptions,
  nanos,
} from '@nats-io/transport-node';
import { CLOUD_EVENT_CONTENT_TYPE } from '../platform/events/cloud-event.js';
import { ACKNOWLEDGE_WITHIN_MS, type Bridge, type BridgeDefinition, type BridgeMessage } from './bridge.js';

export interface NatsSettings {
  readonly url: string;
  readonly stream: string;
  /** Start of the subjects. */
  readonly subject: string;
}

/** JetStream keeps ids this long to tell what it has already; far longer than a hub takes to start again. */
const DUPLICATE_WINDOW_MS = 600_000;

/** Events as messages `<subject>.<event type>` in a JetStream stream, which is made if it is not there. */
export const natsBridge = (settings: NatsSettings): BridgeDefinition => ({
  name: 'nats',
  connect: async () => {
    const connection = await connect(connectionOptions(settings.url));
    try {
      await ensureStream(await jetstreamManager(connection), settings);
      return new NatsBridge(connection, jetstream(connection), settings.subject);
    } catch (error) {
      await connection.close();
      throw error;
    }
  },
});

/** The library takes neither credentials nor encryption from a URL. */
function connectionOptions(text: string): NodeConnectionOptions {
  const { host, protocol, username, password } = new URL(text);
  const user = decodeURIComponent(username);
  return {
    servers: host,
    name: 'minebound',
    // The runner connects anew, from what was acknowledged last.
    reconnect: false,
    ...(protocol === 'tls:' ? { tls: {} } : {}),
    ...(user !== '' && password === '' ? { token: user } : {}),
    ...(password === '' ? {} : { user, pass: decodeURIComponent(password) }),
  };
}

async function ensureStream(manager: JetStreamManager, { stream, subject }: NatsSettings): Promise<void> {
  try {
    await manager.streams.info(stream);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound) throw error;
    await manager.streams.add({
      name: stream,
      subjects: [`${subject}.>`],
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    });
  }
}

class NatsBridge implements Bridge {
  constructor(
    private readonly connection: NatsConnection,
    private readonly stream: JetStreamClient,
    private readonly subject: string,
  ) {}

  /**
   * All at once, each on condition that the one before it was stored last: a server that drops one refuses those that
   * follow, and the order stands. Then they go one by one; what was stored already is told by its id.
   */
  async publish(messages: readonly BridgeMessage[]): Promise<void> {
    const sent = await Promise.allSettled(
      messages.map((message, i) => this.send(message, messages[i - 1]?.id ?? null)),
    );
    if (sent.every(({ status }) => status === 'fulfilled')) return;
    for (const message of messages) await this.send(message, null);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async send(message: BridgeMessage, previous: string | null): Promise<void> {
    const given = headers();
    given.set('content-type', CLOUD_EVENT_CONTENT_TYPE);
    await this.stream.publish(`${this.subject}.${message.type}`, message.body, {
      msgID: message.id,
      timeout: ACKNOWLEDGE_WITHIN_MS,
      headers: given,
      ...(previous === null ? {} : { expect: { lastMsgID: previous } }),
    });
  }
}
