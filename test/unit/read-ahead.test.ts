import { expect, test } from 'vitest';
import type { LoggedEvent, LogPosition } from '../../src/platform/events/event-log.js';
import { ReadAhead } from '../../src/platform/events/read-ahead.js';
import type { LogPage } from '../../src/platform/events/stored-event-log.js';

/** A log of so many events, which says what was read of it. */
class CountedLog {
  readonly asked: number[] = [];
  failingAt: number | null = null;

  constructor(public events: number) {}

  readonly read = async ({ seq }: LogPosition, limit: number): Promise<LogPage> => {
    this.asked.push(seq);
    if (seq === this.failingAt) throw new Error('the database is away');
    const count = Math.min(limit, this.events - seq);
    const events = Array.from({ length: count }, (_, i) => ({ position: at(seq + i + 1) }) as LoggedEvent);
    return { events, end: at(this.events + 1), floor: at(0), pending: false };
  };
}

const at = (seq: number): LogPosition => ({ epoch: 1, xid: 1, seq });

async function pageOf(ahead: ReadAhead, after: number): Promise<readonly number[]> {
  return (await ahead.page(at(after), 10)).events.map(({ position }) => position.seq);
}

const tenAfter = (seq: number): number[] => Array.from({ length: 10 }, (_, i) => seq + i + 1);

test('who asks for one page has no other read for him, who goes on has the next one', async () => {
  const log = new CountedLog(100);
  const ahead = new ReadAhead(log.read);
  expect(await pageOf(ahead, 0)).toEqual(tenAfter(0));
  expect(log.asked).toEqual([0]);
  expect(await pageOf(ahead, 10)).toEqual(tenAfter(10));
  expect(log.asked).toEqual([0, 10, 20]);
  expect(await pageOf(ahead, 20)).toEqual(tenAfter(20));
  expect(log.asked).toEqual([0, 10, 20, 30]);
});

test('what was read ahead is not taken for the end of the log', async () => {
  const log = new CountedLog(25);
  const ahead = new ReadAhead(log.read);
  await pageOf(ahead, 0);
  await pageOf(ahead, 10);
  log.events = 40;
  expect(await pageOf(ahead, 20)).toEqual(tenAfter(20));
});

test('what could not be read ahead is read when it is asked for', async () => {
  const log = new CountedLog(100);
  const ahead = new ReadAhead(log.read);
  log.failingAt = 20;
  await pageOf(ahead, 0);
  expect(await pageOf(ahead, 10)).toEqual(tenAfter(10));
  await expect(pageOf(ahead, 20)).rejects.toThrow('the database is away');
  log.failingAt = null;
  expect(await pageOf(ahead, 20)).toEqual(tenAfter(20));
});

test('however many readers stop on their way, little is kept for them', async () => {
  const log = new CountedLog(1_000);
  const ahead = new ReadAhead(log.read);
  for (let reader = 0; reader < 20; reader++) {
    await pageOf(ahead, reader * 30);
    await pageOf(ahead, reader * 30 + 10);
  }
  const before = log.asked.length;
  for (let reader = 0; reader < 20; reader++) await pageOf(ahead, reader * 30 + 20);
  const found = 20 - log.asked.slice(before).filter((seq) => seq % 30 === 20).length;
  expect(found).toBeLessThanOrEqual(8);
});
