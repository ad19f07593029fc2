import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../graph/connection.js';
import { DateTime } from '../../graph/scalars.js';
import type { EventFilter } from '../../platform/events/event-filter.js';
import type { LogPosition } from '../../platform/events/event-log.js';
import { AttemptOutcome } from '../../webhooks/attempt.js';
import { DeliveryState, WebhookState } from '../../webhooks/webhook.js';

registerEnumType(WebhookState, {
  name: 'WebhookState',
  valuesConfig: {
    PAUSED: { description: 'By a user: nothing is sent, the place in the log is kept.' },
    SUSPENDED: { description: 'By the hub, for the reason given; resume or replay it.' },
  },
});
registerEnumType(DeliveryState, {
  name: 'WebhookDeliveryState',
  valuesConfig: {
    RETRYING: { description: 'Failed so far; tried again at nextAttemptAt.' },
    DEAD_LETTERED: { description: 'Given up; a replay from a cursor before it sends it again.' },
    FAILED: { description: 'A test that failed; tests are not tried again.' },
  },
});
registerEnumType(AttemptOutcome, {
  name: 'WebhookAttemptOutcome',
  valuesConfig: {
    REJECTED: { description: 'An answer other than 2xx and 3xx.' },
    REDIRECTED: { description: 'A 3xx answer: redirects are not followed.' },
    TIMED_OUT: { description: 'No complete answer within the deadline.' },
    CONNECTION_FAILED: {
      description: 'No connection, a broken one, or one whose certificate is not trusted.',
    },
    TARGET_FORBIDDEN: { description: 'The name leads to an address that may not be sent to.' },
  },
});

@ObjectType('Webhook', { description: 'An endpoint that events are sent to.', simpleResolvers: true })
export class WebhookType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  url!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  filter!: EventFilter | null;

  position!: LogPosition;

  @Field(() => WebhookState)
  state!: WebhookState;

  @Field(() => String, { nullable: true, description: 'Why it is suspended.' })
  stateReason!: string | null;

  @Field(() => Int, { description: 'Failed attempts of the delivery in hand; 0: it goes well.' })
  attempts!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the delivery in hand is tried again.' })
  nextAttemptAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

@ObjectType('WebhookDelivery', {
  description: 'One event on its way to one endpoint.',
  simpleResolvers: true,
})
export class WebhookDeliveryType {
  @Field(() => ID)
  id!: string;

  webhookId!: string;

  @Field(() => ID, { description: 'What `webhook-id` and the `id` of the body say.' })
  eventId!: string;

  @Field(() => String, { description: 'Like `violation.detected`; `webhook.test` for a test.' })
  eventType!: string;

  position!: LogPosition | null;

  @Field(() => Boolean)
  isTest!: boolean;

  @Field(() => DeliveryState)
  state!: DeliveryState;

  @Field(() => DateTime)
  firstAttemptAt!: Date;

  @Field(() => DateTime)
  lastAttemptAt!: Date;

  @Field(() => DateTime, { nullable: true })
  nextAttemptAt!: Date | null;
}

@ObjectType('WebhookAttempt', { simpleResolvers: true })
export class WebhookAttemptType {
  @Field(() => Int, { description: 'From 1.' })
  number!: number;

  @Field(() => AttemptOutcome)
  outcome!: AttemptOutcome;

  @Field(() => Int, { nullable: true, description: 'Null: there was no answer.' })
  httpStatus!: number | null;

  @Field(() => String, { nullable: true, description: 'What went wrong, for people.' })
  error!: string | null;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => Int)
  milliseconds!: number;
}

@ObjectType('WebhookWithSecret', {
  description: 'The only answer that holds a secret: keep it, it is not shown again.',
  simpleResolvers: true,
})
export class WebhookWithSecretType {
  @Field(() => WebhookType)
  webhook!: WebhookType;

  @Field(() => String, { description: '`whsec_…`, as Standard Webhooks libraries take it.' })
  secret!: string;
}

export const WebhookConnection = connectionType('Webhook', WebhookType);
export const WebhookDeliveryConnection = connectionType('WebhookDelivery', WebhookDeliveryType);

/** A filter as it was given: what it says nothing of is absent. */
export function filterAsGiven(filter: EventFilter | null): Readonly<Record<string, unknown>> | null {
  if (filter === null) return null;
  const { types, mineIds, divisionCode, kinds, severities, area } = filter;
  const { geometry: intersects, ...place } = (area ?? {}) as Record<string, unknown>;
  const given = {
    type: types,
    mineIds,
    divisionCode,
    kind: kinds,
    severity: severities,
    area: area && (intersects ? { intersects } : place),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
}
