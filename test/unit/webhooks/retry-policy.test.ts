import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type FailedDelivery,
  nextAttempt,
  RETRY_POLICY,
  retryAfterMs,
} from '../../../src/webhooks/retry-policy.js';

const START = new Date('2026-06-01T00:00:00Z');
const HOUR = 3_600_000;

const failed = (parts: Partial<FailedDelivery> = {}): FailedDelivery => ({
  attempts: 1,
  firstAttemptAt: START,
  failedAt: START,
  retryAfterMs: null,
  isGone: false,
  ...parts,
});

const waitMs = (delivery: FailedDelivery, random = 0.5): number =>
  (nextAttempt(RETRY_POLICY, delivery, random)?.getTime() ?? Number.NaN) - delivery.failedAt.getTime();

test('the wait doubles from five seconds to two hours', () => {
  expect([1, 2, 3, 4].map((attempts) => waitMs(failed({ attempts })))).toEqual([
    5_000, 10_000, 20_000, 40_000,
  ]);
  expect(waitMs(failed({ attempts: 12 }))).toBe(2 * HOUR);
  expect(waitMs(failed({ attempts: 5_000 }))).toBe(2 * HOUR);
});

test('an endpoint that never answers is asked about twenty times in a day, the last time at its end', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }), (randoms) => {
      let at = START;
      let attempts = 1;
      for (;;) {
        const random = randoms[attempts % randoms.length] ?? 0;
        const next = nextAttempt(RETRY_POLICY, failed({ attempts, failedAt: at }), random);
        if (next === null) break;
        expect(next.getTime()).toBeGreaterThan(at.getTime());
        at = next;
        attempts += 1;
      }
      expect(at.getTime() - START.getTime()).toBe(RETRY_POLICY.giveUpAfterMs);
      expect(attempts).toBeGreaterThan(15);
      expect(attempts).toBeLessThan(35);
    }),
  );
});

test('the wait that the receiver asks for is kept, up to the longest of ours', () => {
  expect(waitMs(failed({ retryAfterMs: 60_000 }))).toBe(60_000);
  expect(waitMs(failed({ retryAfterMs: 1 }))).toBe(5_000);
  expect(waitMs(failed({ retryAfterMs: 100 * HOUR }))).toBe(2 * HOUR);
});

test('what is gone is not tried again', () => {
  expect(nextAttempt(RETRY_POLICY, failed({ isGone: true }), 0.5)).toBeNull();
});

test('Retry-After is read as seconds or as a date, and anything else as nothing', () => {
  expect(retryAfterMs('120', START)).toBe(120_000);
  expect(retryAfterMs('Mon, 01 Jun 2026 00:00:30 GMT', START)).toBe(30_000);
  for (const text of [undefined, '', 'soon', '0', 'Mon, 01 Jun 2020 00:00:30 GMT']) {
    expect(retryAfterMs(text, START)).toBeNull();
  }
});
