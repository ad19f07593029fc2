import { hash, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import type { LogPosition } from './event-log.js';
import { logKey } from './log-key.js';

/** version 1 | filter digest 8 | epoch 4 | transaction id 8 | sequence 8 | MAC 12 */
const VERSION = 1;
const POSITION = 9;
const BODY = 29;
const MAC = 12;
/** Block of SHA-256, and its digest. */
const BLOCK = 64;
const DIGEST = 32;

/**
 * Positions as opaque text for those who follow the log. Signed with a key that is kept with the data, so that every
 * process accepts what any other has issued; bound to the filter, so that nobody goes on with another by mistake.
 */
export class EventCursors {
  /** The key's inner pad and behind it a cursor; the outer pad and behind it the digest of that. */
  private readonly inner: Buffer;
  private readonly outer: Buffer;
  private readonly cursor: Buffer;
  private readonly signed: Buffer;

  constructor(key: Buffer) {
    this.inner = Buffer.concat([padded(key, 0x36), Buffer.alloc(BODY + MAC)]);
    this.outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(DIGEST)]);
    this.cursor = this.inner.subarray(BLOCK);
    this.signed = this.inner.subarray(0, BLOCK + BODY);
  }

  static async open(knex: Knex): Promise<EventCursors> {
    return new EventCursors(await logKey(knex));
  }

  /** `digest`: of the filter, 16 hexadecimal digits. */
  encode({ epoch, xid, seq }: LogPosition, digest: string): string {
    const { cursor } = this;
    cursor.writeUInt8(VERSION, 0);
    cursor.write(digest, 1, 8, 'hex');
    cursor.writeUInt32BE(epoch, 9);
    writeCount(cursor, xid, 13);
    writeCount(cursor, seq, 21);
    cursor.write(this.mac(), BODY, MAC, 'latin1');
    return cursor.toString('base64url');
  }

  /** Errors: `BAD_CURSOR` for what this hub has not issued, or has issued for another filter. */
  decode(cursor: string, digest: string): LogPosition {
    const bytes = Buffer.from(cursor, 'base64url');
    const sound =
      bytes.length === BODY + MAC &&
      bytes.readUInt8(0) === VERSION &&
      bytes.toString('base64url') === cursor &&
      timingSafeEqual(bytes.subarray(BODY), this.macOf(bytes));
    if (!sound) {
      throw bad(
        'The cursor in after was not issued by this hub, or is not complete; follow on from one that was.',
      );
    }
    if (bytes.toString('hex', 1, 9) !== digest) {
      throw bad(
        'The cursor in after was issued for another filter. Follow on with the filter it came with, or start anew: ' +
          'after "BEGIN" from the oldest event, after null from now.',
      );
    }
    return {
      epoch: bytes.readUInt32BE(9),
      xid: Number(bytes.readBigUInt64BE(13)),
      seq: Number(bytes.readBigUInt64BE(21)),
    };
  }

  private macOf(bytes: Buffer): Buffer {
    bytes.copy(this.cursor, 0, 0, BODY);
    return Buffer.from(this.mac(), 'latin1').subarray(0, MAC);
  }

  /**
   * HMAC-SHA-256 (RFC 2104) of the cursor's body, one character a byte. Of its two digests each is one call here;
   * `createHmac` sets up a context for every cursor, which was a fifth of what telling an event took.
   */
  private mac(): string {
    this.outer.write(hash('sha256', this.signed, 'binary'), BLOCK, DIGEST, 'latin1');
    return hash('sha256', this.outer, 'binary');
  }
}

/** A key of at most one block. */
function padded(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK, pad);
  for (const [i, byte] of key.entries()) block[i] = byte ^ pad;
  return block;
}

/** 64 bits of a count that JavaScript holds exactly. */
function writeCount(bytes: Buffer, count: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(count / 2 ** 32), at);
  bytes.writeUInt32BE(count % 2 ** 32, at + 4);
}

const bad = (message: string): AppError => new AppError('BAD_CURSOR', message, { field: 'after' });

/** Below 0 when cursor `a` lies before `b`: positions stand in them so that their bytes are in the log's order. */
export const cursorOrder = (a: string, b: string): number =>
  Buffer.from(a, 'base64url').compare(Buffer.from(b, 'base64url'), POSITION, BODY, POSITION, BODY);
