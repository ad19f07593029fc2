import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../graph/connection.js';
import { DateTime, Json } from '../../graph/scalars.js';
import { eventFilter, UpdateFilter } from '../../graph/update-filter.type.js';
import type { RequestContext } from '../../platform/context.js';
import { pageRequest } from '../../platform/keyset.js';
import { type Delivery, DeliveryState, type RecordedAttempt, type Webhook } from '../../webhooks/webhook.js';
import type { WebhookService, WebhookWithSecret } from './webhook.service.js';
import {
  filterAsGiven,
  WebhookAttemptType,
  WebhookConnection,
  WebhookDeliveryConnection,
  WebhookDeliveryType,
  WebhookType,
  WebhookWithSecretType,
} from './webhook.type.js';
import type { WebhookTestService } from './webhook-test.service.js';

const DEFAULT_OVERLAP_HOURS = 24;

@Resolver(() => WebhookType)
export class WebhookResolver {
  constructor(
    private readonly service: WebhookService,
    private readonly tests: WebhookTestService,
  ) {}

  @Query(() => WebhookType, { nullable: true })
  webhook(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Webhook | null> {
    return this.service.webhook(context, id);
  }

  @Query(() => WebhookConnection, { description: 'Newest first.' })
  async webhooks(
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Webhook>> {
    return connection(await this.service.webhooks(context, pageRequest(first, after)));
  }

  @Mutation(() => WebhookWithSecretType, {
    description:
      'Sends every event that matches to an https URL, in order, until it is taken; see docs/webhooks.md.',
  })
  registerWebhook(
    @Arg('url', () => String) url: string,
    @Arg('description', () => String, { nullable: true }) description: string | null,
    @Arg('filter', () => UpdateFilter, { nullable: true }) filter: UpdateFilter | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'A cursor of the same filter; "BEGIN" for everything; absent: what happens from now on.',
    })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<WebhookWithSecret> {
    const wanted = filter ? eventFilter(filter) : null;
    return this.service.register(context, {
      url,
      description: description ?? null,
      filter: wanted,
      after: after ?? null,
    });
  }

  @Mutation(() => WebhookType, {
    description:
      'What is left out stays; null takes away: a filter of null sends everything. Its place in the log stands: what ' +
      'comes after the cursor in the answer goes by the new filter.',
  })
  updateWebhook(
    @Arg('id', () => ID) id: string,
    @Arg('url', () => String, { nullable: true }) url: string | null | undefined,
    @Arg('description', () => String, { nullable: true }) description: string | null | undefined,
    @Arg('filter', () => UpdateFilter, { nullable: true }) filter: UpdateFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Webhook> {
    return this.service.update(context, id, {
      ...(url == null ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(filter === undefined ? {} : { filter: filter && eventFilter(filter) }),
    });
  }

  @Mutation(() => WebhookType, { description: 'Keeps its place in the log.' })
  pauseWebhook(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Webhook> {
    return this.service.pause(context, id);
  }

  @Mutation(() => WebhookType, { description: 'Goes on where it was paused or suspended.' })
  resumeWebhook(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Webhook> {
    return this.service.resume(context, id);
  }

  @Mutation(() => WebhookType, { description: 'Sends everything after the cursor (again), in order.' })
  replayWebhook(
    @Arg('id', () => ID) id: string,
    @Arg('after', () => String, { description: 'A cursor of the webhook’s filter, or "BEGIN".' })
    after: string,
    @Ctx() context: RequestContext,
  ): Promise<Webhook> {
    return this.service.replay(context, id, after);
  }

  @Mutation(() => WebhookWithSecretType, {
    description:
      'The secret before it signs as well for overlapHours (24), so that receivers can change over.',
  })
  rotateWebhookSecret(
    @Arg('id', () => ID) id: string,
    @Arg('overlapHours', () => Float, { nullable: true }) overlapHours: number | null,
    @Ctx() context: RequestContext,
  ): Promise<WebhookWithSecret> {
    return this.service.rotateSecret(context, id, overlapHours ?? DEFAULT_OVERLAP_HOURS);
  }

  @Mutation(() => ID, { description: 'With its secrets and its history; answers its id.' })
  deleteWebhook(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<string> {
    return this.service.delete(context, id);
  }

  @Mutation(() => WebhookDeliveryType, {
    description: 'Sends one signed message of type `webhook.test` now, and tells how it went.',
  })
  testWebhook(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Delivery> {
    return this.tests.test(context, id);
  }

  @FieldResolver(() => Json, { nullable: true, description: 'As it was given; null: everything.' })
  filter(@Root() webhook: Webhook): object | null {
    return filterAsGiven(webhook.filter);
  }

  @FieldResolver(() => String, {
    description: 'Who registered it; nothing is sent that they may not see by then.',
  })
  owner(@Root() webhook: Webhook): string {
    return webhook.principal.id;
  }

  @FieldResolver(() => String, {
    description: 'Up to here everything has been delivered, dead-lettered, or was not asked for.',
  })
  cursor(@Root() webhook: Webhook): Promise<string> {
    return this.service.cursor(webhook, webhook.position);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'Since when the delivery in hand fails; null: it goes well.',
  })
  failingSince(@Root() webhook: Webhook): Date | null {
    return webhook.firstAttemptAt;
  }

  @FieldResolver(() => WebhookDeliveryConnection, { description: 'Latest first.' })
  async deliveries(
    @Root() webhook: Webhook,
    @Arg('state', () => [DeliveryState], { nullable: true }) state: DeliveryState[] | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Delivery>> {
    const page = pageRequest(first, after);
    return connection(await this.service.deliveries(context, webhook.id, state ?? null, page));
  }
}

@Resolver(() => WebhookDeliveryType)
export class WebhookDeliveryResolver {
  constructor(private readonly service: WebhookService) {}

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where the event stands in the log; a replay after it begins with the next. Null: a test.',
  })
  cursor(@Root() delivery: Delivery, @Ctx() context: RequestContext): Promise<string | null> {
    return this.service.deliveryCursor(context, delivery);
  }

  @FieldResolver(() => [WebhookAttemptType], { description: 'In order.' })
  attempts(@Root() delivery: Delivery, @Ctx() context: RequestContext): Promise<readonly RecordedAttempt[]> {
    return this.service.attempts(context, delivery.id);
  }
}
