import { Bell } from '../platform/bell.js';
import type { Clock } from '../platform/clock.js';
import { AppError } from '../platform/errors.js';
import { CLOUD_EVENT_CONTENT_TYPE, cloudEventJson } from '../platform/events/cloud-event.js';
import type { EventCursors } from '../platform/events/event-cursor.js';
import type { EventFeed, FollowedPage } from '../platform/events/event-feed.js';
import { filterDigest, type Matcher, toldMatcher } from '../platform/events/event-filter.js';
import { LEFT_FILTER, type LoggedEvent, type LogPosition } from '../platform/events/event-log.js';
import { idFromKey } from '../platform/ids.js';
import type { Principal } from '../platform/principal.js';
import { type PrincipalSource, sameRights } from '../platform/principal-source.js';
import type { AttemptOutcome } from './attempt.js';
import { type DeliveryVerdict, verdictOn } from './delivery-verdict.js';
import type { DispatchRepository, Endpoint, IdleProgress } from './dispatch.repository.js';
import type { RetryPolicy } from './retry-policy.js';
import type { WebhookSender } from './webhook-sender.js';

export interface EndpointWorkerDeps {
  readonly endpoints: DispatchRepository;
  /** One reader of the database for all workers of the process. */
  readonly feed: EventFeed;
  readonly cursors: EventCursors;
  readonly sender: WebhookSender;
  /** Who the owners are now. */
  readonly principals: PrincipalSource;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  /** In [0, 1). */
  readonly random: () => number;
  readonly holder: string;
  /** Aborted when the process stops: no attempt is begun any more. */
  readonly stopping: AbortSignal;
  /** Aborted a while later: attempts under way are cut, and count for nothing. */
  readonly cut: AbortSignal;
  /** Told of every attempt, for the metrics. */
  readonly onAttempt: (outcome: AttemptOutcome) => void;
  readonly suspend: (endpoint: Endpoint, reason: string) => Promise<void>;
}

const EVENTS_PER_READ = 200;

/** What an endpoint is sent, by the rights that its owner had when that was asked last. */
interface Scope {
  readonly principal: Principal;
  readonly matches: Matcher;
}

/** Sends events to one endpoint, in the order of the log, one at a time, for as long as the endpoint is ours. */
export class EndpointWorker {
  /** Rings when there may be new events. */
  readonly wake = new Bell();
  /** Rings when the endpoint may have changed, or the process stops. */
  private readonly interruption = new Bell();
  private idle: IdleProgress | null = null;

  constructor(
    private readonly deps: EndpointWorkerDeps,
    private readonly id: string,
  ) {}

  /** Ends when the endpoint is not ours to send to any more. */
  async run(): Promise<void> {
    const { endpoints, holder, clock, stopping } = this.deps;
    while (!stopping.aborted) {
      const endpoint = await endpoints.load(holder, this.id, clock.now());
      if (endpoint === null) return;
      this.idle = { id: this.id, revision: endpoint.revision, position: endpoint.position };
      await this.follow(endpoint);
    }
  }

  /** Where it is, to be written down while it has nothing to send. */
  get progress(): IdleProgress | null {
    return this.idle;
  }

  /** What the dispatcher has seen of the endpoint; undefined: it is gone, or held by another process. */
  seen(revision: number | undefined): void {
    if (revision !== this.idle?.revision) this.interrupt();
  }

  interrupt(): void {
    this.interruption.ring();
    this.wake.ring();
  }

  /** Until the endpoint has changed. */
  private async follow(endpoint: Endpoint): Promise<void> {
    const changes = this.interruption.count;
    let { position } = endpoint;
    let scope: Scope | null = null;
    while (changes === this.interruption.count) {
      const heard = this.wake.count;
      const page = await this.read(endpoint, position);
      if (page === null) return;
      if (page.events.length > 0) scope = await this.scope(endpoint, scope);
      for (const event of page.events) {
        if (scope?.matches(event) != null) scope = await this.deliver(endpoint, event, scope, changes);
        if (scope === null) return;
      }
      position = page.position;
      this.idle = { id: this.id, revision: endpoint.revision, position };
      if (page.complete) await this.wake.after(heard);
    }
  }

  /** Null: retention was faster, and what comes next would hide a gap. */
  private async read(endpoint: Endpoint, after: LogPosition): Promise<FollowedPage | null> {
    try {
      return await this.deps.feed.page(after, EVENTS_PER_READ);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CURSOR_EXPIRED') throw error;
      await this.deps.suspend(endpoint, EXPIRED);
      return null;
    }
  }

  /** By the owner's present rights; null: they may not follow any more, and the endpoint is suspended. */
  private async scope(endpoint: Endpoint, known: Scope | null): Promise<Scope | null> {
    const principal = await this.deps.principals.current(endpoint.principal);
    if (principal === null) {
      await this.deps.suspend(endpoint, noLongerAllowed(endpoint.principal));
      return null;
    }
    if (known !== null && sameRights(known.principal, principal)) return known;
    return { principal, matches: toldMatcher(endpoint.filter ?? {}, principal) };
  }

  /** Until the event is delivered or given up, and what is sent from then on; null: the endpoint has changed. */
  private async deliver(
    known: Endpoint,
    event: LoggedEvent,
    before: Scope,
    changes: number,
  ): Promise<Scope | null> {
    const { endpoints, holder, clock } = this.deps;
    let scope: Scope | null = before;
    while (changes === this.interruption.count) {
      // Read anew before each attempt: whoever pauses, rotates or loses the lease is heeded at once.
      const endpoint = await endpoints.load(holder, this.id, clock.now());
      if (endpoint === null || endpoint.revision !== known.revision) return null;
      const wait = (endpoint.nextAttemptAt?.getTime() ?? 0) - clock.now().getTime();
      if (wait > 0) {
        await this.interruption.after(changes, wait);
        continue;
      }
      scope = await this.scope(endpoint, scope);
      const match = scope?.matches(event) ?? null;
      if (match === null) return scope !== null && (await this.passOver(endpoint, event)) ? scope : null;
      const verdict = await this.attempt(endpoint, event, match);
      if (verdict === null) return null;
      if (verdict.suspension !== null) {
        await this.deps.suspend(endpoint, verdict.suspension);
        return null;
      }
      if (verdict.state !== 'RETRYING') return scope;
    }
    return null;
  }

  /** Of an event that the owner may not see any more; false: the endpoint has changed. */
  private async passOver(endpoint: Endpoint, event: LoggedEvent): Promise<boolean> {
    if (endpoint.attempts === 0) return true;
    return this.deps.endpoints.giveUp(this.deps.holder, endpoint, event.position);
  }

  /** One attempt and its record; null: the endpoint was changed while it was under way. */
  private async attempt(
    endpoint: Endpoint,
    event: LoggedEvent,
    match: 'match' | 'left',
  ): Promise<DeliveryVerdict | null> {
    const { endpoints, cursors, sender, holder, policy, random, cut } = this.deps;
    const cursor = cursors.encode(event.position, filterDigest(endpoint.filter ?? {}));
    const message = {
      url: endpoint.url,
      id: event.id,
      contentType: CLOUD_EVENT_CONTENT_TYPE,
      body: cloudEventJson(event, match, cursor),
      secrets: endpoint.secrets,
    };
    const attempt = await sender.send(message, cut);
    this.deps.onAttempt(attempt.outcome);
    const verdict = verdictOn(endpoint, event.position, attempt, policy, random());
    const moved = await endpoints.record(holder, endpoint, {
      // The same after a restart in the middle; another after a replay.
      deliveryId: idFromKey('webhook-delivery', endpoint.id, event.id, String(endpoint.replays)),
      eventId: event.id,
      eventType: match === 'left' ? LEFT_FILTER : event.type,
      eventPosition: event.position,
      state: verdict.state,
      attempt,
      next: verdict.next,
    });
    return moved ? verdict : null;
  }
}

const EXPIRED =
  'Events that were still to be sent have been removed by retention. Resynchronise, and replay from a cursor that is ' +
  'still kept; "BEGIN" sends everything that is left.';

const noLongerAllowed = ({ name }: Principal): string =>
  `${name}, who registered it, may not follow updates any more. Once that is allowed again, resume it: it goes on where it is.`;
