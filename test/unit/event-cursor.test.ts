import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventCursors } from '../../src/platform/events/event-cursor.js';

const DIGEST = '0123456789abcdef';

test('what signs a cursor is HMAC-SHA-256, whoever computes it', () => {
  const key = randomBytes(32);
  const cursors = new EventCursors(key);
  const count = fc.nat(Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), count, count, (epoch, xid, seq) => {
      const position = { epoch, xid, seq };
      const bytes = Buffer.alloc(41);
      bytes.writeUInt8(1, 0);
      bytes.write(DIGEST, 1, 'hex');
      bytes.writeUInt32BE(epoch, 9);
      bytes.writeBigUInt64BE(BigInt(xid), 13);
      bytes.writeBigUInt64BE(BigInt(seq), 21);
      createHmac('sha256', key).update(bytes.subarray(0, 29)).digest().copy(bytes, 29, 0, 12);
      const cursor = bytes.toString('base64url');
      expect(cursors.encode(position, DIGEST)).toBe(cursor);
      expect(cursors.decode(cursor, DIGEST)).toEqual(position);
    }),
  );
});
