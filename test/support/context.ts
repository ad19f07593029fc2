import { type Clock, fixedClock } from '../../src/platform/clock.js';
import { createRequestContext, type RequestContext } from '../../src/platform/context.js';
import { createLogger } from '../../src/platform/logging.js';
import type { Principal } from '../../src/platform/principal.js';

const log = createLogger('silent');

/** A request of the local administrator on 1 June 2026, unless the test says otherwise. */
export const testContext = (parts: { principal?: Principal; clock?: Clock } = {}): RequestContext =>
  createRequestContext({ log, clock: fixedClock('2026-06-01T04:00:00Z'), requestId: 'test', ...parts });

export const countyOfficer = (...divisions: string[]): Principal => ({
  id: 'county-officer',
  name: 'County officer',
  divisions,
});
