import { CloudEvent } from 'cloudevents';
import { CLOUD_EVENT_CONTENT_TYPE, CLOUD_EVENT_SOURCE } from '../platform/events/cloud-event.js';
import type { Webhook } from './webhook.js';
import type { Message } from './webhook-sender.js';

const TYPE = 'webhook.test';

/** What a test sends: like an event in every respect but that it stands in no log. */
export function testMessage(
  webhook: Webhook,
  id: string,
  at: Date,
  secrets: readonly string[],
): Message & { readonly type: string } {
  const event = new CloudEvent({
    id,
    source: CLOUD_EVENT_SOURCE,
    type: TYPE,
    subject: `Webhook/${webhook.id}`,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data: { subject: { type: 'Webhook', id: webhook.id } },
  });
  return {
    url: webhook.url,
    id,
    type: TYPE,
    contentType: CLOUD_EVENT_CONTENT_TYPE,
    body: JSON.stringify(event),
    secrets,
  };
}
