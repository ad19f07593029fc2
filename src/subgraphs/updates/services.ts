import { systemClock } from '../../platform/clock.js';
import { systemIds } from '../../platform/ids.js';
import { AddressRules } from '../../webhooks/address-rules.js';
import { secretBoxOf } from '../../webhooks/secret-box.repository.js';
import { WebhookSender } from '../../webhooks/webhook-sender.js';
import type { GraphDeps } from '../deps.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookService } from './webhook.service.js';
import { WebhookTestService } from './webhook-test.service.js';

type WebhookDeps = Pick<GraphDeps, 'knex' | 'transact' | 'events' | 'webhooks'>;

const parts = ({ knex, transact, webhooks }: WebhookDeps) => ({
  webhooks: new WebhookRepository(knex, secretBoxOf(knex)),
  rules: new AddressRules(webhooks.allowedNetworks),
  transact,
  ids: systemIds,
});

export const createWebhookService = (deps: WebhookDeps): WebhookService =>
  new WebhookService({ ...parts(deps), log: deps.events.feed, cursors: () => deps.events.cursors() });

/** Sends trial deliveries; it is stopped before the database closes. */
export function createWebhookTestService(deps: WebhookDeps): WebhookTestService {
  const { rules, ...others } = parts(deps);
  const { deadlineMs } = deps.webhooks;
  return new WebhookTestService({
    ...others,
    sender: new WebhookSender({ rules, clock: systemClock, deadlineMs }),
  });
}
