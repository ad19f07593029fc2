import type { DomainEvent } from '../platform/transact.js';

export type WebhookChange =
  | 'registered'
  | 'updated'
  | 'paused'
  | 'resumed'
  | 'suspended'
  | 'secret-rotated'
  | 'replayed'
  | 'deleted';

/** What happened to a webhook, and nothing of what it is: neither its secret nor where it leads. */
export const webhookEvent = (what: WebhookChange, id: string): DomainEvent => ({
  type: `webhook.${what}`,
  subjectType: 'Webhook',
  subjectId: id,
});
