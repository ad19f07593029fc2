import { WebSocket } from 'ws';

/** Follows updates through every interruption, by nothing but its last cursor. */
export class SteadySubscriber {
  readonly told: string[] = [];
  private cursor: string;
  private stopped = false;
  private stopCurrent: (() => void) | null = null;
  private readonly done: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly filter: object | null,
    start = 'BEGIN',
  ) {
    this.cursor = start;
    this.done = this.run();
  }

  /** Stops after it was told of `last`. */
  async finish(last: string): Promise<void> {
    while (!this.told.includes(last)) await new Promise((resolve) => setTimeout(resolve, 50));
    this.stopped = true;
    this.stopCurrent?.();
    await this.done;
  }

  /** Loses its connection, as over a bad line. */
  interrupt(): void {
    this.stopCurrent?.();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.once();
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private once(): Promise<void> {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
      const end = (): void => {
        this.stopCurrent = null;
        socket.terminate();
        resolve();
      };
      this.stopCurrent = end;
      const payload = { query: QUERY, variables: { after: this.cursor, filter: this.filter } };
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
      socket.on('error', end);
      socket.on('close', end);
      socket.on('message', (text) => {
        const message = JSON.parse(String(text));
        if (message.type === 'connection_ack')
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
        // What arrives after the line was cut was not heard.
        else if (message.type === 'next' && this.stopCurrent === end) this.hear(message.payload.data);
        else if (message.type === 'error' || message.type === 'complete') end();
      });
    });
  }

  private hear(
    data: { registryUpdates: { cursor: string; type: string; subjectId: string } } | undefined,
  ): void {
    if (!data) return;
    const { cursor, type, subjectId } = data.registryUpdates;
    if (type !== 'heartbeat') this.told.push(subjectId);
    this.cursor = cursor;
  }
}

const QUERY = `subscription ($after: String, $filter: UpdateFilter) {
  registryUpdates(after: $after, filter: $filter) { cursor type subjectId }
}`;
