import { Bell } from '../platform/bell.js';
import { AppError } from '../platform/errors.js';
import { cloudEventJson } from '../platform/events/cloud-event.js';
import type { EventCursors } from '../platform/events/event-cursor.js';
import type { EventFeed, FollowedPage } from '../platform/events/event-feed.js';
import { filterDigest } from '../platform/events/event-filter.js';
import type { LoggedEvent, LogPosition } from '../platform/events/event-log.js';
import { Lapse } from '../platform/lapse.js';
import type { Logger } from '../platform/logging.js';
import type { Bridge, BridgeDefinition, BridgeMessage } from './bridge.js';
import type { BridgeRepository } from './bridge.repository.js';

export interface BridgeRunnerDeps {
  readonly definition: BridgeDefinition;
  readonly positions: BridgeRepository;
  /** One reader of the database for all that follow the log in this process. */
  readonly feed: EventFeed;
  readonly cursors: EventCursors;
  readonly logger: Logger;
  /** Told of what the other side has acknowledged, for the metrics. */
  readonly onPublished?: (events: number) => void;
}

const EVENTS_PER_STEP = 200;
const LEASE_SECONDS = 30;
const RENEW_EVERY_MS = 10_000;
/** Before a bridge that another process feeds, or that failed, is tried again. */
const CLAIM_EVERY_MS = 5_000;
const AFTER_FAILURE_MS = [500, 1_000, 2_000, 5_000];

const ALL_EVENTS = filterDigest({});

/**
 * Feeds the log into another message system: every event, in order, at least once. Its place in the log is written
 * down after the other side has acknowledged, so that neither a crash here nor one there loses anything.
 */
export class BridgeRunner {
  private readonly wake = new Bell();
  private readonly end = new Bell();
  private stopping = false;
  private failures = 0;
  private running: Promise<void> = Promise.resolve();
  private unsubscribe = (): void => {};

  private readonly lapse: Lapse;

  constructor(private readonly deps: BridgeRunnerDeps) {
    const fields = { bridge: deps.definition.name };
    this.lapse = new Lapse(deps.logger, 'bridge failed; it is taken up again', fields);
  }

  start(): void {
    this.unsubscribe = this.deps.feed.onWake(() => this.wake.ring());
    this.running = this.run();
  }

  /** Ends after what has been handed over is acknowledged, or its deadline is over. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.unsubscribe();
    this.end.ring();
    this.wake.ring();
    await this.running;
  }

  private async run(): Promise<void> {
    const { definition, positions } = this.deps;
    while (!this.stopping) {
      let pause = CLAIM_EVERY_MS;
      try {
        if (await positions.claim(definition.name, LEASE_SECONDS)) await this.hold();
      } catch (error) {
        pause = AFTER_FAILURE_MS[Math.min(this.failures++, AFTER_FAILURE_MS.length - 1)] ?? pause;
        this.lapse.failed(error);
      }
      if (!this.stopping) await this.end.after(0, pause);
    }
  }

  /** While the bridge is ours. */
  private async hold(): Promise<void> {
    const { definition, positions, logger } = this.deps;
    const renewal = setInterval(() => {
      positions.claim(definition.name, LEASE_SECONDS).catch((error: unknown) => {
        logger.warn({ err: error, bridge: definition.name }, 'cannot renew the lease of a bridge');
      });
    }, RENEW_EVERY_MS);
    try {
      const bridge = await definition.connect();
      try {
        await this.follow(bridge);
      } finally {
        await bridge.close();
      }
    } finally {
      clearInterval(renewal);
      await positions.release(definition.name).catch(() => undefined);
    }
  }

  private async follow(bridge: Bridge): Promise<void> {
    const { definition, positions, feed, logger } = this.deps;
    let position = (await positions.position(definition.name)) ?? (await feed.beginning());
    logger.info({ bridge: definition.name }, 'bridge connected');
    while (!this.stopping) {
      const heard = this.wake.count;
      const page = await this.read(position);
      if (page.events.length > 0) {
        await bridge.publish(page.events.map((event) => this.messageOf(event)));
        this.deps.onPublished?.(page.events.length);
        if (!(await positions.advance(definition.name, page.position))) return;
      }
      this.failures = 0;
      this.lapse.over();
      position = page.position;
      if (page.complete) await this.wake.after(heard);
    }
  }

  private async read(position: LogPosition): Promise<FollowedPage> {
    const { definition, feed, logger } = this.deps;
    try {
      return await feed.page(position, EVENTS_PER_STEP);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CURSOR_EXPIRED') throw error;
      logger.error(
        { bridge: definition.name },
        'retention has removed events that the bridge had not sent yet',
      );
      return feed.page(await feed.beginning(), EVENTS_PER_STEP);
    }
  }

  private messageOf(event: LoggedEvent): BridgeMessage {
    const id = this.deps.cursors.encode(event.position, ALL_EVENTS);
    return {
      id,
      type: event.type,
      divisionCode: event.divisionCode,
      body: cloudEventJson(event, 'match', id),
    };
  }
}
