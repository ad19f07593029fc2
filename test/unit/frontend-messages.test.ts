import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrontendMessages } from '../../src/platform/frontend-messages.js';

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const untyped = (code: number, body = Buffer.alloc(0)): Buffer =>
  Buffer.concat([int32(8 + body.length), int32(code), body]);
const typed = (type: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(type), int32(4 + body.length), body]);

const KINDS = {
  Q: 'request',
  S: 'request',
  P: 'part',
  B: 'part',
  D: 'part',
  E: 'part',
  H: 'flush',
  X: 'terminate',
};

test('messages are the same however the network cuts them', () => {
  const message = fc.tuple(fc.constantFrom(...Object.keys(KINDS)), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), fc.array(fc.nat({ max: 400 })), (sent, cuts) => {
      const startup = untyped(196_608, Buffer.from('user\0postgres\0\0'));
      const bytes = Buffer.concat([
        untyped(80_877_103),
        startup,
        ...sent.map(([type, body]) => typed(type, body)),
      ]);
      const reader = new FrontendMessages();
      const received = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        received.push(...reader.add(bytes.subarray(at, at + cut)));
        at += cut;
        if (at >= bytes.length) break;
      }
      expect(received.map(({ kind }) => kind)).toEqual([
        'ssl-request',
        'request',
        ...sent.map(([type]) => KINDS[type as keyof typeof KINDS]),
      ]);
      const whole = received.flatMap((each) => ('bytes' in each ? [each.bytes] : []));
      expect(Buffer.concat(whole)).toEqual(
        Buffer.concat([
          startup,
          ...sent.filter(([type]) => type !== 'X').map(([type, body]) => typed(type, body)),
        ]),
      );
    }),
  );
});
