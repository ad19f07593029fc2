import { createServer, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { FrontendMessages, type Message } from './frontend-messages.js';
import { Turns } from './turns.js';

export interface EmbeddedSocket {
  close(): Promise<void>;
}

/**
 * Serves PGlite on a unix socket to any number of `pg` connections. Behind them is one session, so that they take
 * turns: from the first message of a request to its Sync, or from BEGIN to the end of the transaction. Without
 * turns the Bind of one would be executed with the Execute of another, and each would read the other's rows.
 */
export async function serveOnSocket(db: PGlite, path: string): Promise<EmbeddedSocket> {
  const turns = new Turns();
  const visitors = new Set<Visitor>();
  const server = createServer((socket) => {
    const visitor = new Visitor(socket, db, turns);
    visitors.add(visitor);
    socket.once('close', () => visitors.delete(visitor));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...visitors].map((visitor) => visitor.leave()));
      await closed;
    },
  };
}

const SYNC = Buffer.from([0x53, 0, 0, 0, 4]);

/** One connection. */
class Visitor {
  private readonly messages = new FrontendMessages();
  private request: Buffer[] = [];
  /** Ends this connection's turn; null while it has none. */
  private endTurn: (() => void) | null = null;
  /** A Flush was answered and the Sync that ends the request is still to come. */
  private unsynced = false;
  /** Everything is done in the order it arrived. */
  private work: Promise<void> = Promise.resolve();
  private gone = false;

  constructor(
    private readonly socket: Socket,
    private readonly db: PGlite,
    private readonly turns: Turns,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.enqueue(() => this.receive(chunk)));
    // What a broken connection has to say is said by its close.
    socket.on('error', () => {});
    socket.on('close', () => void this.leave());
  }

  /** Ends the connection as a server does: what was begun is rolled back, and the turn passes on. */
  leave(): Promise<void> {
    if (!this.gone) {
      this.gone = true;
      this.socket.destroy();
      this.work = this.work.then(() => this.giveUp());
    }
    return this.work;
  }

  private enqueue(task: () => Promise<void>): void {
    this.work = this.work
      .then(() => (this.gone ? undefined : task()))
      .catch(() => {
        // The session is in an unknown state for this connection; the client reconnects.
        void this.leave();
      });
  }

  private async receive(chunk: Buffer): Promise<void> {
    for (const message of this.messages.add(chunk)) await this.accept(message);
  }

  private async accept(message: Message): Promise<void> {
    switch (message.kind) {
      case 'ssl-request':
        this.socket.write('N');
        return;
      case 'cancel':
      case 'terminate':
        this.socket.end();
        return;
      case 'part':
        this.request.push(message.bytes);
        return;
      default: {
        const request = Buffer.concat([...this.request, message.bytes]);
        this.request = [];
        this.unsynced = message.kind === 'flush';
        await this.run(request);
      }
    }
  }

  private async run(request: Buffer): Promise<void> {
    this.endTurn ??= await this.turns.next();
    if (this.gone) return;
    await this.exec(request);
    if (!this.unsynced && !this.db.isInTransaction()) this.passOn();
  }

  private exec(request: Buffer): Promise<void> {
    return this.db.runExclusive(() =>
      this.db.execProtocolRawStream(request, {
        onRawData: (data) => {
          // PGlite writes its next answer into the same memory.
          if (this.socket.writable) this.socket.write(Buffer.from(data));
        },
      }),
    );
  }

  private async giveUp(): Promise<void> {
    if (this.endTurn === null) return;
    try {
      if (this.unsynced) await this.exec(SYNC);
      if (this.db.isInTransaction()) await this.db.exec('rollback');
    } finally {
      this.passOn();
    }
  }

  private passOn(): void {
    this.endTurn?.();
    this.endTurn = null;
  }
}
