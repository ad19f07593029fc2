import type DataLoader from 'dataloader';
import type { RequestContext } from '../../platform/context.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import { loaderOfMany, loaderOfOne } from '../../platform/loader.js';
import type { Delivery, DeliveryState } from '../../webhooks/webhook.js';
import type { WebhookRepository } from './webhook.repository.js';

export interface WebhookLoaderDeps {
  readonly webhooks: WebhookRepository;
}

/** The loaders of one request. */
export class WebhookLoaders {
  readonly webhookById;
  readonly attemptsOf;
  private readonly byArguments = new Map<string, unknown>();

  private constructor(
    private readonly deps: WebhookLoaderDeps,
    private readonly context: RequestContext,
  ) {
    this.webhookById = loaderOfOne(
      (ids) => deps.webhooks.byIds(context, ids),
      (webhook) => webhook.id,
    );
    this.attemptsOf = loaderOfMany(
      (ids) => deps.webhooks.attempts(context, ids),
      (attempt) => attempt.deliveryId,
    );
  }

  static of(deps: WebhookLoaderDeps, context: RequestContext): WebhookLoaders {
    return context.loaders.of(deps, () => new WebhookLoaders(deps, context));
  }

  /** By webhook id; equal arguments share a statement. */
  deliveriesOf(
    states: readonly DeliveryState[] | null,
    page: PageRequest,
  ): DataLoader<string, CountedPage<Delivery> | null> {
    const counts = this.once(`count ${JSON.stringify(states)}`, () =>
      loaderOfOne(
        (ids) => this.deps.webhooks.deliveryCounts(this.context, ids, states),
        (counted) => counted.webhookId,
      ),
    );
    return this.once(`page ${JSON.stringify([states, page])}`, () =>
      loaderOfOne(
        async (ids) => {
          const pages = await this.deps.webhooks.deliveries(this.context, ids, states, page);
          return ids.map((webhookId) => ({
            webhookId,
            ...(pages.get(webhookId) ?? {
              items: [],
              hasNextPage: false,
              hasPreviousPage: page.after !== null,
            }),
            count: async () => (await counts.load(webhookId))?.count ?? 0,
          }));
        },
        (counted) => counted.webhookId,
      ),
    );
  }

  private once<T>(key: string, make: () => T): T {
    if (!this.byArguments.has(key)) this.byArguments.set(key, make());
    return this.byArguments.get(key) as T;
  }
}
