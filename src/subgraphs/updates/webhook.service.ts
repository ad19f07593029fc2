import type { RequestContext } from '../../platform/context.js';
import { AppError, badInput, notFound } from '../../platform/errors.js';
import type { EventCursors } from '../../platform/events/event-cursor.js';
import { type EventFilter, filterDigest } from '../../platform/events/event-filter.js';
import type { EventLog, LogPosition } from '../../platform/events/event-log.js';
import { type Ids, isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import type { AddressRules } from '../../webhooks/address-rules.js';
import { newSecret } from '../../webhooks/signature.js';
import type { Delivery, DeliveryState, RecordedAttempt, Webhook } from '../../webhooks/webhook.js';
import { type WebhookChange, webhookEvent } from '../../webhooks/webhook-event.js';
import { WebhookLoaders } from './webhook.loaders.js';
import type { WebhookChanges, WebhookRepository } from './webhook.repository.js';
import { checkWebhook, type WebhookUpdate } from './webhook-update.js';

export interface WebhookServiceDeps {
  readonly webhooks: WebhookRepository;
  readonly log: EventLog;
  readonly cursors: () => Promise<EventCursors>;
  readonly rules: AddressRules;
  readonly transact: Transact;
  readonly ids: Ids;
}

/** What a user says of a new webhook. */
export interface WebhookRegistration {
  readonly url: string;
  readonly description: string | null;
  readonly filter: EventFilter | null;
  /** A cursor of the same filter, "BEGIN", or null for what happens from now on. */
  readonly after: string | null;
}

/** The only moment at which a secret is seen. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

const MOST_WEBHOOKS_OF_ONE = 100;
const LONGEST_OVERLAP_HOURS = 30 * 24;
const HOUR_MS = 3_600_000;

/** Use cases of webhooks. Sending is the dispatcher's work. */
export class WebhookService {
  constructor(private readonly deps: WebhookServiceDeps) {}

  webhooks(context: RequestContext, page: PageRequest): Promise<CountedPage<Webhook>> {
    return this.deps.webhooks.page(context, page);
  }

  webhook(context: RequestContext, id: string): Promise<Webhook | null> {
    return isId(id) ? this.deps.webhooks.byId(context, id) : Promise.resolve(null);
  }

  async deliveries(
    context: RequestContext,
    webhookId: string,
    states: readonly DeliveryState[] | null,
    page: PageRequest,
  ): Promise<CountedPage<Delivery>> {
    const found = await WebhookLoaders.of(this.deps, context).deliveriesOf(states, page).load(webhookId);
    return found ?? { items: [], hasNextPage: false, hasPreviousPage: false, count: async () => 0 };
  }

  attempts(context: RequestContext, deliveryId: string): Promise<readonly RecordedAttempt[]> {
    return WebhookLoaders.of(this.deps, context).attemptsOf.load(deliveryId);
  }

  /** A position as the cursor of the webhook's filter; it fits `updates` and `registryUpdates` with that filter too. */
  async cursor({ filter }: Pick<Webhook, 'filter'>, position: LogPosition): Promise<string> {
    return (await this.deps.cursors()).encode(position, filterDigest(filter ?? {}));
  }

  async deliveryCursor(context: RequestContext, { webhookId, position }: Delivery): Promise<string | null> {
    const webhook = await WebhookLoaders.of(this.deps, context).webhookById.load(webhookId);
    return position === null || webhook === null ? null : this.cursor(webhook, position);
  }

  /** Errors: `BAD_USER_INPUT`, `BAD_CURSOR`, `CURSOR_EXPIRED`, `CONFLICT` when there are too many. */
  async register(context: RequestContext, registration: WebhookRegistration): Promise<WebhookWithSecret> {
    const { webhooks, transact, ids } = this.deps;
    const { url, description, filter } = registration;
    checkWebhook(registration, this.deps.rules);
    const at = context.clock.now();
    const webhook: Webhook = {
      id: ids.random(),
      url: new URL(url).href,
      description: description?.trim() || null,
      filter,
      principal: context.principal,
      state: 'ACTIVE',
      stateReason: null,
      position: await this.position(registration.after, filter),
      createdAt: at,
      updatedAt: at,
      revision: 1,
      replays: 0,
      attempts: 0,
      firstAttemptAt: null,
      nextAttemptAt: null,
      deadInARow: 0,
    };
    const secret = newSecret();
    const sealed = await webhooks.seal(secret, webhook.id);
    await transact(context, async (tx) => {
      if ((await webhooks.ownedBy(tx.sql, context.principal.id)) >= MOST_WEBHOOKS_OF_ONE) throw tooMany();
      await webhooks.insert(tx.sql, webhook);
      await webhooks.addSecret(tx.sql, ids.random(), sealed, at, at);
      tx.emit(webhookEvent('registered', webhook.id));
    });
    return { webhook, secret };
  }

  /**
   * Its place in the log stands, and what lies behind it there goes by the new filter. What fails at present is tried
   * at once by a new URL or filter, if it is still asked for. Errors: `NOT_FOUND`, `BAD_USER_INPUT`.
   */
  update(context: RequestContext, id: string, update: WebhookUpdate): Promise<Webhook> {
    checkWebhook(update, this.deps.rules);
    return this.change(context, id, 'updated', (webhook) => {
      const url = update.url === undefined ? webhook.url : new URL(update.url).href;
      const description =
        update.description === undefined ? webhook.description : update.description?.trim() || null;
      const filter = update.filter === undefined ? webhook.filter : update.filter;
      const filters = [webhook.filter, filter].map((each) => filterDigest(each ?? {}));
      const startsAnew = url !== webhook.url || filters[0] !== filters[1];
      return startsAnew || description !== webhook.description
        ? { url, description, filter, startsAnew }
        : null;
    });
  }

  /** Nothing is sent any more once this has answered, but for an attempt that is under way. */
  pause(context: RequestContext, id: string): Promise<Webhook> {
    return this.change(context, id, 'paused', (webhook) => {
      if (webhook.state === 'SUSPENDED')
        throw conflict(webhook, 'it is suspended, and sends nothing as it is');
      return webhook.state === 'PAUSED' ? null : { state: 'PAUSED' };
    });
  }

  /** Goes on where it was paused or suspended; what had to wait is tried at once. */
  resume(context: RequestContext, id: string): Promise<Webhook> {
    return this.change(context, id, 'resumed', (webhook) =>
      webhook.state === 'ACTIVE' ? null : { state: 'ACTIVE', startsAnew: webhook.state === 'SUSPENDED' },
    );
  }

  /** Sends everything after the cursor (again). A suspended webhook is active again; a paused one stays paused. */
  async replay(context: RequestContext, id: string, after: string): Promise<Webhook> {
    const known = await this.webhook(context, id);
    if (known === null) throw notFound('webhook', id);
    const position = await this.position(after, known.filter);
    return this.change(context, id, 'replayed', (webhook) => ({
      position,
      startsAnew: true,
      isReplay: true,
      ...(webhook.state === 'SUSPENDED' ? { state: 'ACTIVE' } : {}),
    }));
  }

  /** The secret before it signs beside the new one for `overlapHours`, so that receivers can change over. */
  async rotateSecret(context: RequestContext, id: string, overlapHours: number): Promise<WebhookWithSecret> {
    if (!(overlapHours >= 0 && overlapHours <= LONGEST_OVERLAP_HOURS)) {
      throw badInput(`overlapHours must be between 0 and ${LONGEST_OVERLAP_HOURS}.`, {
        field: 'overlapHours',
      });
    }
    const { webhooks, ids } = this.deps;
    const secret = newSecret();
    const sealed = await webhooks.seal(secret, id);
    const at = context.clock.now();
    const end = new Date(at.getTime() + overlapHours * HOUR_MS);
    const webhook = await this.change(context, id, 'secret-rotated', async (_webhook, sql) => {
      await webhooks.addSecret(sql, ids.random(), sealed, at, end);
      return {};
    });
    return { webhook, secret };
  }

  /** With its secrets and its history. */
  async delete(context: RequestContext, id: string): Promise<string> {
    await this.deps.transact(context, async (tx) => {
      await this.locked(context, tx.sql, id);
      await this.deps.webhooks.delete(tx.sql, id);
      tx.emit(webhookEvent('deleted', id));
    });
    return id;
  }

  private async position(after: string | null, filter: EventFilter | null): Promise<LogPosition> {
    const { log, cursors } = this.deps;
    if (after === null) return log.end();
    if (after === 'BEGIN') return log.beginning();
    const position = (await cursors()).decode(after, filterDigest(filter ?? {}));
    // Tells at once that the log does not go back so far.
    await log.read(position, 1);
    return position;
  }

  /** Nobody else changes it until the transaction ends. */
  private async locked(context: RequestContext, sql: Transaction['sql'], id: string): Promise<Webhook> {
    const webhook = isId(id) ? await this.deps.webhooks.lock(context, sql, id) : null;
    if (webhook === null) throw notFound('webhook', id);
    return webhook;
  }

  /** `decide` gives what changes; null: nothing does, and nothing is told. */
  private change(
    context: RequestContext,
    id: string,
    what: WebhookChange,
    decide: (webhook: Webhook, sql: Transaction['sql']) => Decision | Promise<Decision>,
  ): Promise<Webhook> {
    const { webhooks, transact } = this.deps;
    return transact(context, async (tx) => {
      const webhook = await this.locked(context, tx.sql, id);
      const changes = await decide(webhook, tx.sql);
      if (changes === null) return webhook;
      tx.emit(webhookEvent(what, id));
      return webhooks.change(tx.sql, id, context.clock.now(), changes);
    });
  }
}

type Decision = WebhookChanges | null;

const conflict = (webhook: Webhook, why: string): AppError =>
  new AppError('CONFLICT', `The webhook ${webhook.id} cannot be changed so: ${why}.`);

const tooMany = (): AppError =>
  new AppError(
    'CONFLICT',
    `One user has at most ${MOST_WEBHOOKS_OF_ONE} webhooks; delete one, or widen a filter.`,
  );
