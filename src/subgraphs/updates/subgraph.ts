import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { GraphDeps } from '../deps.js';
import { createWebhookService, createWebhookTestService } from './services.js';
import { WebhookDeliveryResolver, WebhookResolver } from './webhook.resolver.js';
import {
  WebhookAttemptType,
  WebhookDeliveryType,
  WebhookType,
  WebhookWithSecretType,
} from './webhook.type.js';

/** The graph of updates: how changes reach those who do not follow the graph. */
export function createUpdatesSubgraph(deps: GraphDeps): Promise<Subgraph> {
  const service = createWebhookService(deps);
  const tests = createWebhookTestService(deps);
  return buildSubgraph({
    name: 'updates',
    resolvers: [new WebhookResolver(service, tests), new WebhookDeliveryResolver(service)],
    types: [WebhookType, WebhookDeliveryType, WebhookAttemptType, WebhookWithSecretType],
    references: {},
    stop: async () => tests.stop(),
  });
}
