import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Cancellation, cancellationHere } from '../../src/platform/cancellation.js';
import { SilenceLimit } from '../../src/platform/silence-limit.js';

/** What the limit sees of an answer. */
class Answer extends EventEmitter {
  writableFinished = false;

  close(): void {
    this.emit('close');
  }
}

const LIMIT_MS = 1_000;
let answer: Answer;
let limit: SilenceLimit;

beforeEach(() => {
  vi.useFakeTimers();
  answer = new Answer();
  limit = new SilenceLimit(LIMIT_MS, answer as unknown as ServerResponse);
});
afterEach(() => vi.useRealTimers());

const after = (milliseconds: number): Promise<string> =>
  new Promise((resolve) => setTimeout(() => resolve('part'), milliseconds));

test('a file that flows takes as long as it takes, and so does its client', async () => {
  for (let part = 0; part < 20; part++) {
    const made = limit.within(() => after(LIMIT_MS - 1));
    await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
    expect(await made).toBe('part');
    // The client takes its time to read it.
    await vi.advanceTimersByTimeAsync(10 * LIMIT_MS);
  }
  expect(limit.signal.aborted).toBe(false);
});

test('one that is silent for longer is over for good', async () => {
  const refused = expect(limit.within(() => after(LIMIT_MS + 1))).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('For 1000 ms'),
  });
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  await refused;
  expect(limit.signal.reason).toMatchObject({ code: 'TIMEOUT' });
  await expect(limit.within(() => after(0))).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('what works for it is told when the time is over', async () => {
  let request: Cancellation | undefined;
  const refused = expect(
    limit.within(() => {
      request = cancellationHere();
      return after(LIMIT_MS + 1);
    }),
  ).rejects.toMatchObject({ code: 'TIMEOUT' });
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  await refused;
  expect(() => request?.throwIfCancelled()).toThrow('For 1000 ms');
});

test('when the client is gone nothing more is begun for it, but after the whole answer is', async () => {
  answer.close();
  expect(limit.signal.aborted).toBe(true);
  await expect(limit.within(() => after(0))).rejects.toThrow('The client was gone');

  const sent = new Answer();
  const done = new SilenceLimit(LIMIT_MS, sent as unknown as ServerResponse);
  sent.writableFinished = true;
  sent.close();
  expect(done.signal.aborted).toBe(false);
});
