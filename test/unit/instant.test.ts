import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Instant } from '../../src/platform/events/instant.js';

test('an instant is printed like a date, wherever it lies and whatever was printed before', () => {
  const near = fc.integer({ min: -2 * 86_400_000, max: 2 * 86_400_000 });
  const about = fc.constantFrom(0, Date.UTC(2026, 10, 22), Date.UTC(10_000, 0), Date.UTC(2028, 2));
  const instants = fc.array(fc.tuple(about, near).map(([middle, offset]) => middle + offset));
  fc.assert(
    fc.property(instants, (times) => {
      expect(JSON.stringify(times.map((ms) => new Instant(ms)))).toBe(
        JSON.stringify(times.map((ms) => new Date(ms))),
      );
    }),
  );
});
