import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { textFrames } from './text-frames.js';

/** What may wait in the connection before a sender has to wait. */
const BUFFERED_BYTES = 128 * 1024;

/**
 * Writes to one WebSocket. A writer waits only while much is on its way, so that a slow reader slows down its own
 * subscription and nothing grows. What is sent in one go is written in one go.
 */
export class SocketWriter {
  private corked = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly connection: Duplex,
  ) {}

  send(text: string): Promise<void> | void {
    const { socket, connection } = this;
    if (socket.readyState !== socket.OPEN) return undefined;
    if (!this.corked) {
      this.corked = true;
      connection.cork();
      setImmediate(() => {
        this.corked = false;
        connection.uncork();
      });
    }
    if (socket.bufferedAmount < BUFFERED_BYTES) {
      socket.send(text);
      return undefined;
    }
    return new Promise((resolve) => socket.send(text, () => resolve()));
  }

  /**
   * Many messages in one write. They go past the library, which would make two of each: it writes whole frames at once
   * as well, as long as nothing is compressed, so that neither comes in the midst of the other.
   */
  sendAll(texts: readonly string[]): Promise<void> | void {
    const { socket, connection } = this;
    if (socket.readyState !== socket.OPEN) return undefined;
    const frames = textFrames(texts);
    if (socket.bufferedAmount < BUFFERED_BYTES) {
      connection.write(frames);
      return undefined;
    }
    return new Promise((resolve) => connection.write(frames, () => resolve()));
  }
}
