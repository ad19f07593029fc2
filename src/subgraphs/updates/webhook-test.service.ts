import type { RequestContext } from '../../platform/context.js';
import { notFound } from '../../platform/errors.js';
import { type Ids, isId } from '../../platform/ids.js';
import type { Transact } from '../../platform/transact.js';
import type { Delivery } from '../../webhooks/webhook.js';
import type { WebhookSender } from '../../webhooks/webhook-sender.js';
import type { WebhookRepository } from './webhook.repository.js';

export interface WebhookTestDeps {
  readonly webhooks: WebhookRepository;
  readonly sender: WebhookSender;
  readonly transact: Transact;
  readonly ids: Ids;
}

/** Trying a webhook out. */
export class WebhookTestService {
  constructor(private readonly deps: WebhookTestDeps) {}

  /** Sends one message now, whatever the webhook's state, and tells how it went. It is no event of the log. */
  async test(context: RequestContext, id: string): Promise<Delivery> {
    const { webhooks, sender, ids, transact } = this.deps;
    const webhook = isId(id) ? await webhooks.byId(context, id) : null;
    if (webhook === null) throw notFound('webhook', id);
    const secrets = await webhooks.secrets(id, context.clock.now());
    // Its library is slow to load, and tests are rare.
    const { testMessage } = await import('../../webhooks/test-message.js');
    const message = testMessage(webhook, ids.random(), context.clock.now(), secrets);
    const attempt = await sender.send(message, new AbortController().signal);
    const delivery: Delivery = {
      id: ids.random(),
      webhookId: id,
      eventId: message.id,
      eventType: message.type,
      position: null,
      isTest: true,
      state: attempt.outcome === 'DELIVERED' ? 'DELIVERED' : 'FAILED',
      attempts: 1,
      firstAttemptAt: attempt.startedAt,
      lastAttemptAt: attempt.startedAt,
      nextAttemptAt: null,
    };
    await transact(context, (tx) => webhooks.insertTest(tx.sql, delivery, attempt));
    return delivery;
  }

  /** Lets go of the connections that are kept for later. */
  stop(): void {
    this.deps.sender.close();
  }
}
