import { expect, test } from 'vitest';
import { CURSOR, UpdateMessage, type UpdatePage } from '../../../src/gateway/updates/update-pager.js';
import { UpdateStream } from '../../../src/gateway/updates/update-stream.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import type { Principal } from '../../../src/platform/principal.js';
import { countyOfficer, testContext } from '../../support/context.js';

const EVENTS = 250;

/** A log of numbered events that is read in pages of a hundred; what is told says by whose rights it was read. */
function streamOf(rights: () => Principal): UpdateStream {
  const pageAfter = (after: string): UpdatePage => {
    const principal = rights();
    const from = Number(after) + 1;
    const numbers = Array.from({ length: Math.min(100, EVENTS - from + 1) }, (_, i) => from + i);
    return {
      messages: numbers.map((number) => {
        const cursor = String(number);
        return new UpdateMessage(cursor, { data: { number, by: principal.id }, [CURSOR]: cursor });
      }),
      endCursor: String(numbers.at(-1)),
      hasNextPage: numbers.at(-1) !== EVENTS,
      principal,
    };
  };
  return new UpdateStream({
    after: '0',
    first: pageAfter('0'),
    read: async (after) => pageAfter(after),
    rights: async () => rights(),
    join: () => {
      throw new Error('nobody follows on');
    },
    hub: testContext(),
    metrics: createMetrics(),
  });
}

interface Told {
  readonly number: number;
  readonly by: string;
}

async function take(stream: UpdateStream, most: number): Promise<readonly Told[]> {
  return (await stream.take(most)).map(({ json }) => (JSON.parse(json) as { data: Told }).data);
}

test('what is taken many at a time is what is taken one by one', async () => {
  const stream = streamOf(() => countyOfficer('150421'));
  const told: number[] = [];
  for (let most = 1; told.length < EVENTS; most += 7) {
    told.push(...(await take(stream, most)).map(({ number }) => number));
  }
  expect(told).toEqual(Array.from({ length: EVENTS }, (_, i) => i + 1));
});

test('rights that change between two bursts change what is told from there', async () => {
  let rights = countyOfficer('150421');
  const stream = streamOf(() => rights);
  const before = await take(stream, 30);
  rights = { ...countyOfficer('210381'), id: 'another' };
  const after = await take(stream, 30);
  expect(before.map(({ by }) => by)).not.toContain('another');
  expect(after.every(({ by }) => by === 'another')).toBe(true);
  expect([...before, ...after].map(({ number }) => number)).toEqual(
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
});
