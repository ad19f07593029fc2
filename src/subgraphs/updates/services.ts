import { systemClock } from '../../platform/clock.js';
import { systemIds } from '../../platform/ids.js';
import { AddressRules } from '../../webhooks/address-rules.js';
import { secretBoxOf } from '../../webhooks/secret-box.repository.js';
import { WebhookSender } from '../../webhooks/webhook-sender.js';
import type { GraphDeps } from '../deps.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookService } from './webhook.service.js';
import { WebhookTestService } from './webhook-test.service.js';

/** Webhooks, and trial deliveries to them; the latter are stopped before the database closes. */
export function createWebhookServices({
  knex,
  transact,
  events,
  webhooks,
}: Pick<GraphDeps, 'knex' | 'transact' | 'events' | 'webhooks'>): {
  readonly service: WebhookService;
  readonly tests: WebhookTestService;
} {
  const rules = new AddressRules(webhooks.allowedNetworks);
  const stored = new WebhookRepository(knex, secretBoxOf(knex));
  const shared = { webhooks: stored, transact, ids: systemIds };
  const sender = new WebhookSender({ rules, clock: systemClock, deadlineMs: webhooks.deadlineMs });
  return {
    service: new WebhookService({ ...shared, rules, log: events.feed, cursors: () => events.cursors() }),
    tests: new WebhookTestService({ ...shared, sender }),
  };
}
