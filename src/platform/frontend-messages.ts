/** What a PostgreSQL client sends, cut into messages, each known by what it means for a request. */
export type Message =
  /** To be executed, with the parts before it: startup, simple query, Sync, the end of a COPY. */
  | { readonly kind: 'request'; readonly bytes: Buffer }
  /** To be executed and answered now, though the request goes on. */
  | { readonly kind: 'flush'; readonly bytes: Buffer }
  /** Belongs to the request that a later message ends. */
  | { readonly kind: 'part'; readonly bytes: Buffer }
  | { readonly kind: 'ssl-request' | 'cancel' | 'terminate' };

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

/** Messages that end a request: Query, Sync, FunctionCall, CopyDone, CopyFail. */
const ENDS = new Set('QSFcf');

/** Cuts the byte stream of one client; see "Frontend/Backend Protocol" in PostgreSQL's manual. */
export class FrontendMessages {
  private rest: Buffer = Buffer.alloc(0);
  private started = false;

  /** The messages that `chunk` completes. */
  *add(chunk: Buffer): Generator<Message> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      // Before startup a message has no type byte.
      const typeLength = this.started ? 1 : 0;
      if (this.rest.length < typeLength + 4) return;
      const length = typeLength + this.rest.readInt32BE(typeLength);
      if (this.rest.length < length) return;
      const bytes = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      yield this.started ? typed(bytes) : this.untyped(bytes);
    }
  }

  private untyped(bytes: Buffer): Message {
    const code = bytes.length >= 8 ? bytes.readInt32BE(4) : 0;
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'ssl-request' };
    if (code === CANCEL_REQUEST) return { kind: 'cancel' };
    this.started = true;
    return { kind: 'request', bytes };
  }
}

function typed(bytes: Buffer): Message {
  const type = String.fromCharCode(bytes[0] ?? 0);
  if (type === 'X') return { kind: 'terminate' };
  if (type === 'H') return { kind: 'flush', bytes };
  return { kind: ENDS.has(type) ? 'request' : 'part', bytes };
}
