import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { GraphDeps } from '../deps.js';
import { createWebhookServices } from './services.js';
import { WebhookDeliveryResolver, WebhookResolver } from './webhook.resolver.js';
import {
  WebhookAttemptType,
  WebhookDeliveryType,
  WebhookType,
  WebhookWithSecretType,
} from './webhook.type.js';

/** The graph of updates: how changes reach those who do not follow the graph. */
export function createUpdatesSubgraph(deps: GraphDeps): Promise<Subgraph> {
  const { service, tests } = createWebhookServices(deps);
  return buildSubgraph({
    name: 'updates',
    resolvers: [new WebhookResolver(service, tests), new WebhookDeliveryResolver(service)],
    types: [WebhookType, WebhookDeliveryType, WebhookAttemptType, WebhookWithSecretType],
    references: {},
    stop: async () => tests.stop(),
  });
}
