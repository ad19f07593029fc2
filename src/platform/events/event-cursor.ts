import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import type { LogPosition } from './event-log.js';
import { logKey } from './log-key.js';

/** version 1 | filter digest 8 | epoch 4 | transaction id 8 | sequence 8 | MAC 12 */
const VERSION = 1;
const POSITION = 9;
const BODY = 29;
const MAC = 12;

/**
 * Positions as opaque text for those who follow the log. Signed with a key that is kept with the data, so that every
 * process accepts what any other has issued; bound to the filter, so that nobody goes on with another by mistake.
 */
export class EventCursors {
  constructor(private readonly key: Buffer) {}

  static async open(knex: Knex): Promise<EventCursors> {
    return new EventCursors(await logKey(knex));
  }

  /** `digest`: of the filter, 16 hexadecimal digits. */
  encode({ epoch, xid, seq }: LogPosition, digest: string): string {
    const bytes = Buffer.allocUnsafe(BODY + MAC);
    bytes.writeUInt8(VERSION, 0);
    bytes.write(digest, 1, 8, 'hex');
    bytes.writeUInt32BE(epoch, 9);
    bytes.writeBigUInt64BE(BigInt(xid), 13);
    bytes.writeBigUInt64BE(BigInt(seq), 21);
    this.mac(bytes).copy(bytes, BODY, 0, MAC);
    return bytes.toString('base64url');
  }

  /** Errors: `BAD_CURSOR` for what this hub has not issued, or has issued for another filter. */
  decode(cursor: string, digest: string): LogPosition {
    const bytes = Buffer.from(cursor, 'base64url');
    const sound =
      bytes.length === BODY + MAC &&
      bytes.readUInt8(0) === VERSION &&
      bytes.toString('base64url') === cursor &&
      timingSafeEqual(bytes.subarray(BODY), this.mac(bytes).subarray(0, MAC));
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

  private mac(bytes: Buffer): Buffer {
    return createHmac('sha256', this.key).update(bytes.subarray(0, BODY)).digest();
  }
}

const bad = (message: string): AppError => new AppError('BAD_CURSOR', message, { field: 'after' });

/** Below 0 when cursor `a` lies before `b`: positions stand in them so that their bytes are in the log's order. */
export const cursorOrder = (a: string, b: string): number =>
  Buffer.from(a, 'base64url').compare(Buffer.from(b, 'base64url'), POSITION, BODY, POSITION, BODY);
