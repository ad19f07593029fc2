import type { Knex } from 'knex';
import { EventHub } from '../../src/platform/events/event-hub.js';
import { createLogger } from '../../src/platform/logging.js';

/** An event hub that hears of commits in this process, and looks for others ten times a second. */
export const testEvents = (knex: Knex): EventHub =>
  new EventHub({ knex, kind: 'embedded', pollMs: 100, log: createLogger('silent') });
