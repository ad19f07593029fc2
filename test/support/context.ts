import { type Clock, fixedClock } from '../../src/platform/clock.js';
import { createRequestContext, type RequestContext } from '../../src/platform/context.js';
import { createLogger } from '../../src/platform/logging.js';
import type { Principal } from '../../src/platform/principal.js';

const log = createLogger('silent');

/** A request of the local administrator on 1 June 2026, unless the test says otherwise. */
export const testContext = (parts: { principal?: Principal; clock?: Clock } = {}): RequestContext =>
  createRequestContext({ log, clock: fixedClock('2026-06-01T04:00:00Z'), requestId: 'test', ...parts });

/** A request of the local administrator at an instant. */
export const at = (instant: string | Date): RequestContext =>
  testContext({ clock: typeof instant === 'string' ? fixedClock(instant) : { now: () => instant } });

export const countyOfficer = (...divisions: string[]): Principal => ({
  id: 'county-officer',
  name: 'County officer',
  divisions,
});
