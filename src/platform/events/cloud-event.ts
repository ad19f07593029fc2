import { CloudEvent } from 'cloudevents';
import { LEFT_FILTER, type LoggedEvent } from './event-log.js';

/** Names the log to receivers that take in events from several sources. */
export const CLOUD_EVENT_SOURCE = 'urn:minebound:registry';

export const CLOUD_EVENT_CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/**
 * An event as others take it in: CloudEvents 1.0, JSON format, with the cursor to follow on from as an extension. Of a
 * subject that has left the receiver's filter, nothing is told but which it was and when.
 */
export function cloudEventJson(event: LoggedEvent, match: 'match' | 'left', cursor: string): string {
  const { id, subjectType, subjectId, occurredAt } = event;
  return JSON.stringify(
    new CloudEvent({
      id,
      source: CLOUD_EVENT_SOURCE,
      type: match === 'left' ? LEFT_FILTER : event.type,
      subject: `${subjectType}/${subjectId}`,
      time: occurredAt.toISOString(),
      datacontenttype: 'application/json',
      cursor,
      data: { subject: { type: subjectType, id: subjectId }, ...(match === 'left' ? {} : detailsOf(event)) },
    }),
  );
}

const detailsOf = (event: LoggedEvent): Readonly<Record<string, unknown>> => ({
  mineId: event.mineId,
  divisionCode: event.divisionCode,
  beforeDigest: event.beforeDigest,
  afterDigest: event.afterDigest,
  actor: event.actor,
  causeId: event.causeId,
  data: event.data,
});
