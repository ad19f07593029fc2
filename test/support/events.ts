import type { Knex } from 'knex';
import { readConfig, type WebhookConfig } from '../../src/config.js';
import { EventHub } from '../../src/platform/events/event-hub.js';
import { createLogger } from '../../src/platform/logging.js';

/** An event hub that hears of commits in this process, and looks for others ten times a second. */
export const testEvents = (knex: Knex): EventHub =>
  new EventHub({ knex, kind: 'embedded', pollMs: 100, log: createLogger('silent') });

/** Webhooks go to public addresses only, and nobody sends any. */
export const testWebhooks: WebhookConfig = readConfig({}).webhooks;
