import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import { systemClock } from '../../platform/clock.js';
import { systemIds } from '../../platform/ids.js';
import { AddressRules, parseNetworks } from '../../webhooks/address-rules.js';
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

export function createWebhookService({ knex, transact, events, webhooks }: GraphDeps): WebhookService {
  const rules = new AddressRules(parseNetworks(webhooks.allowedNetworks));
  return new WebhookService({
    webhooks: new WebhookRepository(knex, secretBoxOf(knex)),
    log: events.feed,
    cursors: () => events.cursors(),
    sender: new WebhookSender({ rules, clock: systemClock, deadlineMs: webhooks.deadlineMs }),
    rules,
    transact,
    ids: systemIds,
  });
}

/** Composition root of updates: how changes reach those who do not follow the graph. */
export function createUpdatesSubgraph(deps: GraphDeps): Promise<Subgraph> {
  const service = createWebhookService(deps);
  return buildSubgraph({
    name: 'updates',
    resolvers: [new WebhookResolver(service), new WebhookDeliveryResolver(service)],
    types: [WebhookType, WebhookDeliveryType, WebhookAttemptType, WebhookWithSecretType],
    references: {},
    stop: async () => service.stop(),
  });
}
