import { expect, test } from 'vitest';
import { Cancellation, heeding } from '../../src/platform/cancellation.js';
import type { EventFeed } from '../../src/platform/events/event-feed.js';
import { LOCAL_ADMINISTRATOR } from '../../src/platform/principal.js';
import {
  type RegistryUpdatesDeps,
  RegistryUpdatesService,
} from '../../src/subgraphs/enforcement/updates/registry-updates.service.js';
import { testContext } from '../support/context.js';

const PAGES = 20;

/** A log of twenty pages of two events, one of a mine and one of a licence. */
function counting(beforePage: (pages: number) => void = () => {}, tooMany = false) {
  const read = { pages: 0, atOnce: 0, mostAtOnce: 0 };
  const feed = {
    beginning: async () => ({ epoch: 1, xid: 0, seq: 0 }),
    holdsMoreThan: async () => tooMany,
    page: async ({ xid }: { xid: number }) => {
      read.pages += 1;
      read.atOnce += 1;
      read.mostAtOnce = Math.max(read.mostAtOnce, read.atOnce);
      beforePage(read.pages);
      await new Promise((resolve) => setImmediate(resolve));
      read.atOnce -= 1;
      const events = ['mine.updated', 'licence.updated'].map((type) => ({ type, previousFacets: null }));
      return { events, position: { epoch: 1, xid: xid + 1, seq: 0 }, complete: xid + 1 === PAGES };
    },
  } as unknown as EventFeed;
  const deps = { feed, cursors: async () => {}, principals: LOCAL_ADMINISTRATOR, heartbeatMs: 1_000 };
  return { read, service: new RegistryUpdatesService(deps as unknown as RegistryUpdatesDeps) };
}

test('a request that counts under many names reads the log once for each filter, and one page at a time', async () => {
  const { read, service } = counting();
  const context = testContext();
  const filters = [{}, { types: ['mine.*'] }, { types: ['none.*'] }];
  const counts = await Promise.all(
    Array.from({ length: 24 }, (_, i) => service.count(context, filters[i % 3] ?? {})),
  );
  expect(counts.slice(0, 3)).toEqual([2 * PAGES, PAGES, 0]);
  expect(read).toEqual({ pages: 3 * PAGES, atOnce: 0, mostAtOnce: 1 });
});

test('counting ends with its request', async () => {
  const request = new Cancellation();
  const { read, service } = counting((pages) => {
    if (pages === 3) request.cancel(new Error('over'));
  });
  const context = testContext();
  const counts = heeding(request, () =>
    Promise.allSettled([{}, { types: ['mine.*'] }].map((filter) => service.count(context, filter))),
  );
  expect((await counts).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(read.pages).toBe(3);
});

test('a log of too many events is not read for a count', async () => {
  const { read, service } = counting(undefined, true);
  expect(await service.count(testContext(), {})).toBeNull();
  expect(read.pages).toBe(0);
});
