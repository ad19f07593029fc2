import { expect, test } from 'vitest';
import type { SocketWriter } from '../../../src/gateway/socket-writer.js';
import { type BurstSource, ToldInBursts } from '../../../src/gateway/told-in-bursts.js';
import { signal } from '../../support/signal.js';

/** Tells `bursts`, then waits until it is ended. */
function source(bursts: readonly (readonly string[])[]): BurstSource {
  const rest = [...bursts];
  const ended = signal();
  const take = async () => {
    const burst = rest.shift();
    if (burst === undefined) await ended.given;
    return (burst ?? []).map((json) => ({ json }));
  };
  const generator = {
    take,
    next: async () => ({ done: true, value: undefined }),
    return: async () => {
      ended.give();
      return { done: true, value: undefined };
    },
  };
  return generator as unknown as BurstSource;
}

test('what is told goes to the socket as messages of the protocol, and nothing to the library but the end', async () => {
  const sent: unknown[] = [];
  const writer = { sendAll: (texts: string[]) => void sent.push(...texts.map((text) => JSON.parse(text))) };
  const told = new ToldInBursts(
    source([['{"data":1}', '{"data":2}'], ['{"data":3}']]),
    'a "quoted" id',
    writer as unknown as SocketWriter,
  );
  const end = told.next();
  await told.return();
  expect((await end).done).toBe(true);
  expect(sent).toEqual([]);
});

test('until it is ended, every burst is sent under the id that the client gave', async () => {
  const sent: unknown[] = [];
  let ended = (): unknown => null;
  const writer = {
    sendAll: (texts: string[]) => {
      sent.push(...texts.map((text) => JSON.parse(text)));
      if (sent.length === 3) ended();
    },
  };
  const bursts = source([['{"data":1}', '{"data":2}'], ['{"data":3}']]);
  const told = new ToldInBursts(bursts, 'a "quoted" id', writer as unknown as SocketWriter);
  ended = () => told.return();
  expect((await told.next()).done).toBe(true);
  const message = (data: number) => ({ id: 'a "quoted" id', type: 'next', payload: { data } });
  expect(sent).toEqual([message(1), message(2), message(3)]);
});
