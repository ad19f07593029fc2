import { createClient } from 'graphql-ws';
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
      const client = createClient({
        url: `${this.url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      const end = (): void => {
        this.stopCurrent = null;
        client.terminate();
        resolve();
      };
      this.stopCurrent = end;
      client.subscribe(
        {
          query: `subscription ($after: String, $filter: UpdateFilter) {
            registryUpdates(after: $after, filter: $filter) { cursor type subjectId }
          }`,
          variables: { after: this.cursor, filter: this.filter },
        },
        {
          next: ({ data }) => {
            // What arrives after the line was cut was not heard.
            if (!data || this.stopCurrent !== end) return;
            const update = data['registryUpdates'] as { cursor: string; type: string; subjectId: string };
            if (update.type !== 'heartbeat') this.told.push(update.subjectId);
            this.cursor = update.cursor;
          },
          error: end,
          complete: end,
        },
      );
    });
  }
}
