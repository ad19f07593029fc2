import type { Knex } from 'knex';
import type { RequestContext } from '../../platform/context.js';
import {
  type CountedPage,
  type Ordering,
  type Page,
  type PageRequest,
  readPage,
  readPages,
} from '../../platform/keyset.js';
import type { Attempt } from '../../webhooks/attempt.js';
import type { OpenSecretBox } from '../../webhooks/secret-box.repository.js';
import type { Delivery, DeliveryState, RecordedAttempt, Webhook } from '../../webhooks/webhook.js';
import { mapAttempt, mapDelivery, mapWebhook, positionRow } from '../../webhooks/webhook.row.js';

const NEWEST_FIRST: Ordering = {
  name: 'webhook.created_at',
  columns: [
    { expression: 'webhook.created_at', direction: 'desc', type: 'timestamptz' },
    { expression: 'webhook.id', direction: 'asc', type: 'uuid' },
  ],
};

const LATEST_FIRST: Ordering = {
  name: 'webhook_delivery.first_attempt_at',
  columns: [
    { expression: 'delivery.first_attempt_at', direction: 'desc', type: 'timestamptz' },
    { expression: 'delivery.id', direction: 'asc', type: 'uuid' },
  ],
};

/** What a user changes of a webhook. */
export type WebhookChanges = Partial<
  Pick<Webhook, 'url' | 'description' | 'filter' | 'state' | 'stateReason' | 'position'>
> & {
  /** Forget the delivery in hand, so that what comes next is tried at once; its history says that it was given up. */
  readonly startsAnew?: boolean;
  /** What is sent from now on has a history apart from what was sent before. */
  readonly isReplay?: boolean;
};

/** A secret as it is stored, and whose it is. */
export interface SealedSecret {
  readonly webhookId: string;
  readonly sealed: Buffer;
}

/** Webhooks in PostgreSQL. Whoever may not see the whole hub sees their own. */
export class WebhookRepository {
  constructor(
    private readonly knex: Knex,
    private readonly box: OpenSecretBox,
  ) {}

  async page(context: RequestContext, page: PageRequest): Promise<CountedPage<Webhook>> {
    const rows = await readPage(
      this.knex,
      this.visible(context).select('webhook.*'),
      NEWEST_FIRST,
      page,
      mapWebhook,
    );
    return {
      ...rows,
      count: async () => Number((await this.visible(context).count('* as count').first())?.['count'] ?? 0),
    };
  }

  async byId(context: RequestContext, id: string): Promise<Webhook | null> {
    return (await this.byIds(context, [id]))[0] ?? null;
  }

  async byIds(context: RequestContext, ids: readonly string[]): Promise<readonly Webhook[]> {
    const rows = await this.visible(context)
      .select('webhook.*')
      .whereRaw('webhook.id = any(?)', [[...ids]]);
    return rows.map(mapWebhook);
  }

  /** Locked until the transaction ends. */
  async lock(context: RequestContext, sql: Knex, id: string): Promise<Webhook | null> {
    const row = await this.visible(context, sql)
      .select('webhook.*')
      .where('webhook.id', id)
      .forUpdate()
      .first();
    return row ? mapWebhook(row as Record<string, unknown>) : null;
  }

  async ownedBy(sql: Knex, owner: string): Promise<number> {
    return Number((await sql('updates.webhook').where({ owner }).count('* as count').first())?.['count']);
  }

  async insert(sql: Knex, webhook: Webhook): Promise<void> {
    await sql('updates.webhook').insert({
      id: webhook.id,
      url: webhook.url,
      description: webhook.description,
      filter: webhook.filter === null ? null : JSON.stringify(webhook.filter),
      owner: webhook.principal.id,
      principal: JSON.stringify(webhook.principal),
      state: webhook.state,
      created_at: webhook.createdAt,
      updated_at: webhook.updatedAt,
      ...positionRow(webhook.position),
    });
  }

  async change(sql: Knex, id: string, at: Date, changes: WebhookChanges): Promise<Webhook> {
    const { url, description, filter, state, stateReason = null, position, startsAnew, isReplay } = changes;
    const [row] = await sql('updates.webhook')
      .where({ id })
      .update({
        updated_at: at,
        revision: sql.raw('revision + 1'),
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(filter === undefined ? {} : { filter: filter && JSON.stringify(filter) }),
        ...(state === undefined ? {} : { state, state_reason: stateReason }),
        ...(position === undefined ? {} : positionRow(position)),
        ...(startsAnew
          ? { attempts: 0, first_attempt_at: null, next_attempt_at: null, dead_in_a_row: 0 }
          : {}),
        ...(isReplay ? { replays: sql.raw('replays + 1') } : {}),
      })
      .returning('*');
    if (startsAnew) await this.giveUp(sql, id);
    return mapWebhook(row);
  }

  async delete(sql: Knex, id: string): Promise<void> {
    await sql('updates.webhook').where({ id }).delete();
  }

  /** For `addSecret`; not within a transaction, as the key may have to be read first. */
  async seal(secret: string, webhookId: string): Promise<SealedSecret> {
    return { webhookId, sealed: (await this.box()).seal(secret, webhookId) };
  }

  /** The new secret is the current one; those before it sign until `end`. */
  async addSecret(sql: Knex, id: string, secret: SealedSecret, at: Date, end: Date): Promise<void> {
    const { webhookId, sealed } = secret;
    await sql('updates.webhook_secret')
      .where({ webhook_id: webhookId })
      .andWhere((still) => still.whereNull('expires_at').orWhere('expires_at', '>', end))
      .update({ expires_at: end });
    await sql('updates.webhook_secret').insert({ id, webhook_id: webhookId, sealed, created_at: at });
  }

  /** The secrets that sign at this moment, the current one first. */
  async secrets(webhookId: string, now: Date): Promise<readonly string[]> {
    const sealed: Buffer[] = await this.knex('updates.webhook_secret')
      .where({ webhook_id: webhookId })
      .andWhere((valid) => valid.whereNull('expires_at').orWhere('expires_at', '>', now))
      .orderBy([{ column: 'created_at', order: 'desc' }, 'id'])
      .pluck('sealed');
    const box = await this.box();
    return sealed.map((each) => box.open(each, webhookId));
  }

  async insertTest(sql: Knex, delivery: Delivery, attempt: Attempt): Promise<void> {
    await sql('updates.webhook_delivery').insert({
      id: delivery.id,
      webhook_id: delivery.webhookId,
      event_id: delivery.eventId,
      event_type: delivery.eventType,
      is_test: true,
      state: delivery.state,
      attempts: 1,
      first_attempt_at: delivery.firstAttemptAt,
      last_attempt_at: delivery.lastAttemptAt,
    });
    await sql('updates.webhook_attempt').insert({
      delivery_id: delivery.id,
      number: 1,
      outcome: attempt.outcome,
      http_status: attempt.httpStatus,
      error: attempt.error,
      started_at: attempt.startedAt,
      milliseconds: attempt.milliseconds,
    });
  }

  /** The same page of the deliveries of several webhooks, latest first. */
  async deliveries(
    context: RequestContext,
    webhookIds: readonly string[],
    states: readonly DeliveryState[] | null,
    page: PageRequest,
  ): Promise<ReadonlyMap<string, Page<Delivery>>> {
    const query = this.visibleDeliveries(context, states).select('delivery.*');
    const parent = { column: 'delivery.webhook_id', ids: webhookIds };
    return readPages(this.knex, query, parent, LATEST_FIRST, page, mapDelivery);
  }

  async deliveryCounts(
    context: RequestContext,
    webhookIds: readonly string[],
    states: readonly DeliveryState[] | null,
  ): Promise<readonly { readonly webhookId: string; readonly count: number }[]> {
    const rows = await this.visibleDeliveries(context, states)
      .whereRaw('delivery.webhook_id = any(?)', [[...webhookIds]])
      .select('delivery.webhook_id')
      .count('* as count')
      .groupBy('delivery.webhook_id');
    return rows.map((row: Record<string, unknown>) => ({
      webhookId: row['webhook_id'] as string,
      count: Number(row['count']),
    }));
  }

  async attempts(
    context: RequestContext,
    deliveryIds: readonly string[],
  ): Promise<readonly RecordedAttempt[]> {
    const rows = await this.visible(context)
      .join('updates.webhook_delivery as delivery', 'delivery.webhook_id', 'webhook.id')
      .join('updates.webhook_attempt as attempt', 'attempt.delivery_id', 'delivery.id')
      .whereRaw('delivery.id = any(?)', [[...deliveryIds]])
      .select('attempt.*')
      .orderBy(['attempt.delivery_id', 'attempt.number']);
    return rows.map(mapAttempt);
  }

  private async giveUp(sql: Knex, id: string): Promise<void> {
    await sql('updates.webhook_delivery')
      .where({ webhook_id: id, state: 'RETRYING' })
      .update({ state: 'DEAD_LETTERED', next_attempt_at: null });
  }

  private visibleDeliveries(
    context: RequestContext,
    states: readonly DeliveryState[] | null,
  ): Knex.QueryBuilder {
    const query = this.visible(context).join(
      'updates.webhook_delivery as delivery',
      'delivery.webhook_id',
      'webhook.id',
    );
    if (states !== null) query.whereRaw('delivery.state = any(?)', [[...states]]);
    return query;
  }

  private visible({ principal }: RequestContext, sql: Knex = this.knex): Knex.QueryBuilder {
    const query = sql('updates.webhook as webhook');
    if (principal.divisions !== 'all') query.where('webhook.owner', principal.id);
    return query;
  }
}
