import type { RequestContext } from '../../../platform/context.js';
import type { Lapse } from '../../../platform/lapse.js';
import type { JudgementRunner } from './judgement-runner.service.js';

/** How often a process looks for runs that nobody carries on. */
const LOOK_EVERY_MS = 1000;

/**
 * Carries out what is queued, in every process that serves judgements: re-judgements that a change asked for, and runs
 * that another process left behind. A part belongs to whoever locks its row; a process that dies lets it go.
 */
export class JudgementRunWorker {
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly runner: JudgementRunner,
    /** A context of the hub itself, new for each run. */
    private readonly newContext: () => RequestContext,
    private readonly lapse: Lapse,
  ) {}

  start(): void {
    this.look();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.runner.stop();
    await this.round;
  }

  private look(): void {
    this.round = this.carryOutAll().then(() => {
      if (this.stopped) return;
      this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
      this.timer.unref();
    });
  }

  private async carryOutAll(): Promise<void> {
    try {
      while (!this.stopped && (await this.runner.takeOver(this.newContext())) !== null);
      this.lapse.over();
    } catch (error) {
      this.lapse.failed(error);
    }
  }
}
