import type { Knex } from 'knex';
import { systemClock } from '../../src/platform/clock.js';
import { createRequestContext, type RequestContext } from '../../src/platform/context.js';
import { EventCursors } from '../../src/platform/events/event-cursor.js';
import { EventHub } from '../../src/platform/events/event-hub.js';
import { systemIds } from '../../src/platform/ids.js';
import { createLogger } from '../../src/platform/logging.js';
import type { Principal } from '../../src/platform/principal.js';
import { type PrincipalSource, unchangingPrincipals } from '../../src/platform/principal-source.js';
import { createTransact, type DomainEvent, type Transact } from '../../src/platform/transact.js';
import { WebhookRepository } from '../../src/subgraphs/updates/webhook.repository.js';
import { WebhookService } from '../../src/subgraphs/updates/webhook.service.js';
import { AddressRules, parseNetworks } from '../../src/webhooks/address-rules.js';
import { DispatchRepository } from '../../src/webhooks/dispatch.repository.js';
import { RETRY_POLICY, type RetryPolicy } from '../../src/webhooks/retry-policy.js';
import { secretBoxOf } from '../../src/webhooks/secret-box.repository.js';
import { WebhookDispatcher } from '../../src/webhooks/webhook-dispatcher.js';
import { WebhookSender, type WebhookSenderDeps } from '../../src/webhooks/webhook-sender.js';
import { CERTIFICATE } from './receiver.js';

/** Retries as the product makes them, a thousand times as fast. */
export const FAST: RetryPolicy = {
  ...RETRY_POLICY,
  firstDelayMs: 5,
  longestDelayMs: 100,
  giveUpAfterMs: 30_000,
};

export interface DispatcherParts {
  readonly policy?: RetryPolicy;
  readonly sender?: Partial<WebhookSenderDeps>;
  readonly principals?: PrincipalSource;
}

/** Webhooks on a database: the use cases, and as many dispatchers as a test has processes. */
export class WebhookBench {
  readonly transact: Transact;
  readonly service: WebhookService;
  private readonly events: EventHub;
  private readonly running = new Set<WebhookDispatcher>();
  private written = 0;

  private constructor(
    readonly knex: Knex,
    private readonly cursors: EventCursors,
  ) {
    const logger = createLogger('silent');
    this.events = new EventHub({ knex, kind: 'embedded', pollMs: 50, log: logger });
    this.transact = createTransact(knex, this.events.committed);
    this.service = new WebhookService({
      webhooks: new WebhookRepository(knex, secretBoxOf(knex)),
      log: this.events.feed,
      cursors: () => this.events.cursors(),
      rules: LOOPBACK,
      transact: this.transact,
      ids: systemIds,
    });
  }

  static async open(knex: Knex): Promise<WebhookBench> {
    return new WebhookBench(knex, await EventCursors.open(knex));
  }

  context(principal?: Principal): RequestContext {
    return createRequestContext({ log: createLogger('silent'), principal });
  }

  dispatcher({ policy = FAST, sender: parts, principals }: DispatcherParts = {}): WebhookDispatcher {
    const dispatcher = new WebhookDispatcher({
      endpoints: new DispatchRepository(this.knex, secretBoxOf(this.knex)),
      feed: this.events.feed,
      cursors: this.cursors,
      sender: sender(parts),
      principals: principals ?? unchangingPrincipals,
      transact: this.transact,
      clock: systemClock,
      ids: systemIds,
      logger: createLogger('silent'),
      policy,
      historyDays: 30,
    });
    this.running.add(dispatcher);
    dispatcher.start();
    return dispatcher;
  }

  async stop(dispatcher: WebhookDispatcher): Promise<void> {
    this.running.delete(dispatcher);
    await dispatcher.stop();
  }

  register(url: string, parts: { filter?: object; after?: string; principal?: Principal } = {}) {
    const { filter = { types: ['mine.*'] }, after = null } = parts;
    return this.service.register(this.context(parts.principal), { url, description: null, filter, after });
  }

  /** Writes events, each in a transaction of its own; the ids of their subjects, in order. */
  async write(count: number, parts: Partial<DomainEvent> = {}): Promise<string[]> {
    const subjects: string[] = [];
    for (let i = 0; i < count; i++) {
      const subjectId = `subject-${++this.written}`;
      subjects.push(subjectId);
      await this.transact(this.context(), async (tx) => {
        tx.emit({ type: 'mine.updated', subjectType: 'Mine', subjectId, divisionCode: '150421', ...parts });
      });
    }
    return subjects;
  }

  async clear(): Promise<void> {
    await Promise.all([...this.running].map((dispatcher) => this.stop(dispatcher)));
    await this.knex('updates.webhook').delete();
  }

  async close(): Promise<void> {
    await this.clear();
    await this.events.close();
  }
}

const LOOPBACK = new AddressRules(parseNetworks('127.0.0.0/8'));

const sender = (parts: Partial<WebhookSenderDeps> = {}): WebhookSender =>
  new WebhookSender({
    rules: LOOPBACK,
    clock: systemClock,
    deadlineMs: 300,
    authorities: CERTIFICATE,
    ...parts,
  });
