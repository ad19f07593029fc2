import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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
  const statement = { timeout: vi.fn() };
  expect(() => limit.bind(statement, true)).toThrow('For 1000 ms');
  // The answer that says so has been sent; what was begun for it must not go on.
  answer.writableFinished = true;
  answer.close();
  expect(() => limit.bind(statement, false)).toThrow('For 1000 ms');
  await expect(limit.within(() => after(0))).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a statement has what is left of the time, where it can be cancelled', async () => {
  const statement = { timeout: vi.fn() };
  const made = limit.within(async () => {
    await after(400);
    limit.bind(statement, false);
    expect(statement.timeout).not.toHaveBeenCalled();
    limit.bind(statement, true);
  });
  await vi.advanceTimersByTimeAsync(400);
  await made;
  expect(statement.timeout).toHaveBeenCalledExactlyOnceWith(600 + 1_000, { cancel: true });
});

test('when the client is gone nothing more is begun for it, but after the whole answer is', async () => {
  answer.close();
  expect(limit.signal.aborted).toBe(true);
  expect(() => limit.bind({ timeout: vi.fn() }, true)).toThrow('The client was gone');

  const sent = new Answer();
  const done = new SilenceLimit(LIMIT_MS, sent as unknown as ServerResponse);
  sent.writableFinished = true;
  sent.close();
  const statement = { timeout: vi.fn() };
  done.bind(statement, true);
  expect([done.signal.aborted, statement.timeout.mock.calls]).toEqual([false, []]);
});
