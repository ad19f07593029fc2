import { randomUUID } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import { ACKNOWLEDGE_WITHIN_MS, type Bridge, type BridgeDefinition, type BridgeMessage } from './bridge.js';

export interface MqttSettings {
  readonly url: string;
  /** Start of the topics. */
  readonly topic: string;
}

/**
 * Events as messages of quality 1 on `<topic>/<division or ->/<event type>`. Brokers do not tell what they have already;
 * receivers do, by the id and the cursor in the body.
 */
export const mqttBridge = (settings: MqttSettings): BridgeDefinition => ({
  name: 'mqtt',
  connect: async () => {
    const client = await connectAsync(settings.url, {
      clientId: `minebound-${randomUUID()}`,
      // The runner connects anew, from what was acknowledged last.
      reconnectPeriod: 0,
      connectTimeout: ACKNOWLEDGE_WITHIN_MS,
    });
    return new MqttBridge(client, settings.topic);
  },
});

class MqttBridge implements Bridge {
  private readonly closed: Promise<never>;

  constructor(
    private readonly client: MqttClient,
    private readonly topic: string,
  ) {
    this.closed = new Promise((_resolve, reject) => {
      client.once('close', () => reject(new Error('The broker closed the connection.')));
    });
    // It also ends when nobody waits for it.
    this.closed.catch(() => {});
    client.on('error', () => {});
  }

  async publish(messages: readonly BridgeMessage[]): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The broker does not acknowledge.')), ACKNOWLEDGE_WITHIN_MS);
    });
    try {
      const acknowledged = Promise.all(messages.map((message) => this.send(message)));
      await Promise.race([acknowledged, this.closed, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.client.endAsync(true);
  }

  private async send({ type, divisionCode, body }: BridgeMessage): Promise<void> {
    await this.client.publishAsync(`${this.topic}/${divisionCode ?? '-'}/${type}`, body, { qos: 1 });
  }
}
