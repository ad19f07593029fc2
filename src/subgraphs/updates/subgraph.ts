import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import { systemClock } from '../../platform/clock.js';
import { systemIds } from '../../platform/ids.js';
import { AddressRules } from '../../webhooks/address-rules.js';
import { secretBoxOf } from '../../webhooks/secret-box.repository.js';
import { WebhookSender } from '../../webhooks/webhook-sender.js';
import type { GraphDeps } from '../deps.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookDeliveryResolver, WebhookResolver } from './webhook.resolver.js';
import { WebhookService } from './webhook.service.js';
import {
  WebhookAttemptType,
  WebhookDeliveryType,
  WebhookType,
  WebhookWithSecretType,
} from './webhook.type.js';
import { WebhookTestService } from './webhook-test.service.js';

/** Composition root of updates: how changes reach those who do not follow the graph. */
export function createUpdatesSubgraph({ knex, transact, events, webhooks }: GraphDeps): Promise<Subgraph> {
  const rules = new AddressRules(webhooks.allowedNetworks);
  const stored = new WebhookRepository(knex, secretBoxOf(knex));
  const service = new WebhookService({
    webhooks: stored,
    log: events.feed,
    cursors: () => events.cursors(),
    rules,
    transact,
    ids: systemIds,
  });
  const tests = new WebhookTestService({
    webhooks: stored,
    sender: new WebhookSender({ rules, clock: systemClock, deadlineMs: webhooks.deadlineMs }),
    transact,
    ids: systemIds,
  });
  return buildSubgraph({
    name: 'updates',
    resolvers: [new WebhookResolver(service, tests), new WebhookDeliveryResolver(service)],
    types: [WebhookType, WebhookDeliveryType, WebhookAttemptType, WebhookWithSecretType],
    references: {},
    stop: async () => tests.stop(),
  });
}
