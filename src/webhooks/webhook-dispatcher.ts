import type { Clock } from '../platform/clock.js';
import { createRequestContext } from '../platform/context.js';
import type { EventCursors } from '../platform/events/event-cursor.js';
import type { EventFeed } from '../platform/events/event-feed.js';
import type { Ids } from '../platform/ids.js';
import { Lapse } from '../platform/lapse.js';
import type { Logger } from '../platform/logging.js';
import { THE_HUB } from '../platform/principal.js';
import type { PrincipalSource } from '../platform/principal-source.js';
import type { Transact } from '../platform/transact.js';
import type { AttemptOutcome } from './attempt.js';
import type { DispatchRepository, Endpoint } from './dispatch.repository.js';
import { EndpointWorker, type EndpointWorkerDeps } from './endpoint-worker.js';
import type { RetryPolicy } from './retry-policy.js';
import { webhookEvent } from './webhook-event.js';
import type { WebhookSender } from './webhook-sender.js';

export interface WebhookDispatcherDeps {
  readonly endpoints: DispatchRepository;
  readonly feed: EventFeed;
  readonly cursors: EventCursors;
  readonly sender: WebhookSender;
  /** Who the owners of webhooks are now. */
  readonly principals: PrincipalSource;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly policy: RetryPolicy;
  readonly historyDays: number;
  readonly onAttempt?: (outcome: AttemptOutcome) => void;
  readonly random?: () => number;
}

/** A process that dies leaves its endpoints to the others after this long. */
const LEASE_SECONDS = 30;
const RENEW_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 5_000;
/** Commits come in bursts; looking for changes once after a burst is enough. */
const LOOK_AFTER_WAKE_MS = 100;
const MOST_CLAIMED_AT_ONCE = 200;
const PRUNE_EVERY_MS = 3_600_000;
/** Attempts that are under way when the process stops may take this long to end. */
const GRACE_MS = 3_000;
const DAY_MS = 86_400_000;

/**
 * Sends the log to the webhooks: one worker for each endpoint that this process holds a lease of, so that of several
 * processes one sends to an endpoint at a time, and a slow endpoint waits for itself alone.
 */
export class WebhookDispatcher {
  private readonly workers = new Map<string, { worker: EndpointWorker; ended: Promise<void> }>();
  private readonly stopping = new AbortController();
  private readonly cutting = new AbortController();
  private readonly workerDeps: EndpointWorkerDeps;
  private readonly holder: string;
  private readonly lapse: Lapse;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private lookAt = 0;
  private lookAgain = false;
  private renewedAt = Number.NEGATIVE_INFINITY;
  private prunedAt = Number.NEGATIVE_INFINITY;
  private unsubscribe = (): void => {};

  constructor(private readonly deps: WebhookDispatcherDeps) {
    this.holder = deps.ids.random();
    this.lapse = new Lapse(deps.logger, 'cannot look for webhooks');
    this.workerDeps = {
      ...deps,
      random: deps.random ?? Math.random,
      onAttempt: deps.onAttempt ?? (() => {}),
      holder: this.holder,
      stopping: this.stopping.signal,
      cut: this.cutting.signal,
      suspend: (endpoint, reason) => this.suspend(endpoint, reason),
    };
  }

  start(): void {
    this.unsubscribe = this.deps.feed.onWake(() => {
      for (const { worker } of this.workers.values()) worker.wake.ring();
      this.lookIn(LOOK_AFTER_WAKE_MS);
    });
    this.lookIn(0);
  }

  /** Ends after the attempts that are under way, or cuts them after a grace; what was not recorded is sent again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.unsubscribe();
    if (this.timer !== null) clearTimeout(this.timer);
    await this.looking;
    const cut = setTimeout(() => this.cutting.abort(), GRACE_MS);
    for (const { worker } of this.workers.values()) worker.interrupt();
    await Promise.all([...this.workers.values()].map(({ ended }) => ended));
    clearTimeout(cut);
    this.deps.sender.close();
    await this.deps.endpoints
      .release(this.holder)
      .catch((error: unknown) => this.deps.logger.warn({ err: error }, 'webhooks stay leased for a while'));
  }

  /** Sooner than planned, or as planned; never two at a time. */
  private lookIn(milliseconds: number): void {
    if (this.stopping.signal.aborted) return;
    if (this.looking !== null) {
      this.lookAgain = true;
      return;
    }
    const at = performance.now() + milliseconds;
    if (this.timer !== null) {
      // Never later than planned: wakes that come all the time would put it off for ever.
      if (at >= this.lookAt) return;
      clearTimeout(this.timer);
    }
    this.lookAt = at;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.looking = this.look()
        .then(
          () => this.lapse.over(),
          (error: unknown) => this.lapse.failed(error),
        )
        .finally(() => {
          this.looking = null;
          this.lookIn(this.lookAgain ? LOOK_AFTER_WAKE_MS : LOOK_EVERY_MS);
          this.lookAgain = false;
        });
    }, milliseconds);
  }

  private async look(): Promise<void> {
    const { endpoints } = this.deps;
    const revisions = this.isDue('renewedAt', RENEW_EVERY_MS)
      ? await this.renew()
      : await endpoints.held(this.holder);
    for (const [id, { worker }] of this.workers) worker.seen(revisions.get(id));
    // What is ours without a worker was left by one that failed, and could not be let go of at that moment.
    for (const id of revisions.keys()) this.employ(id);
    for (const id of await endpoints.claim(this.holder, LEASE_SECONDS, MOST_CLAIMED_AT_ONCE)) this.employ(id);
    if (this.isDue('prunedAt', PRUNE_EVERY_MS)) await this.prune();
  }

  private isDue(what: 'renewedAt' | 'prunedAt', everyMs: number): boolean {
    const now = performance.now();
    if (now - this[what] < everyMs) return false;
    this[what] = now;
    return true;
  }

  private async renew(): Promise<ReadonlyMap<string, number>> {
    await this.deps.endpoints.saveProgress(this.holder, this.idleProgress());
    return this.deps.endpoints.renew(this.holder, LEASE_SECONDS);
  }

  private async prune(): Promise<void> {
    const { endpoints, clock, historyDays } = this.deps;
    const now = clock.now();
    await endpoints.prune(new Date(now.getTime() - historyDays * DAY_MS), now);
  }

  private idleProgress() {
    return [...this.workers.values()].flatMap(({ worker }) => worker.progress ?? []);
  }

  private employ(id: string): void {
    if (this.workers.has(id)) return;
    const worker = new EndpointWorker(this.workerDeps, id);
    const ended = worker
      .run()
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) {
          this.deps.logger.warn(
            { err: error, webhook: id },
            'sending to a webhook failed; it is taken up again',
          );
        }
      })
      .then(async () => {
        this.workers.delete(id);
        if (this.stopping.signal.aborted) return;
        await this.deps.endpoints.release(this.holder, id).catch(() => undefined);
      });
    this.workers.set(id, { worker, ended });
  }

  private async suspend(endpoint: Endpoint, reason: string): Promise<void> {
    const { endpoints, transact, clock, logger } = this.deps;
    const context = createRequestContext({ log: logger, clock, principal: THE_HUB });
    await transact(context, async (tx) => {
      if (!(await endpoints.suspend(tx.sql, this.holder, endpoint, reason, clock.now()))) return;
      tx.emit(webhookEvent('suspended', endpoint.id));
    });
    logger.warn({ webhook: endpoint.id, reason }, 'webhook suspended');
  }
}
