import type { Judge } from '../../judgement/judge.js';
import type { RequestContext } from '../../platform/context.js';
import { AppError, badInput, notFound } from '../../platform/errors.js';
import { type Ids, isId } from '../../platform/ids.js';
import type { Principal } from '../../platform/principal.js';
import type { DomainEvent, Transact } from '../../platform/transact.js';
import type { JudgementRun, JudgementScope } from './judgement-run.js';
import type { JudgementRunRepository, RunEnd } from './judgement-run.repository.js';
import type { ObservationRepository } from './observation.repository.js';
import type { RunLocks } from './run-locks.repository.js';

export interface JudgementRunnerDeps {
  readonly runs: JudgementRunRepository;
  readonly observations: ObservationRepository;
  readonly locks: RunLocks;
  readonly judge: Judge;
  readonly transact: Transact;
  readonly ids: Ids;
}

export type OnProgress = (run: JudgementRun) => void;

/** One statement of the engine and one transaction judge this many. */
const OBSERVATIONS_PER_PART = 500;
/** Up to this many are judged before the caller is answered. */
const ANSWERED_WHEN_DONE = 500;
const MOST_IDS = 10_000;
/** Who ends a run that nobody carries out any more: not the one who happens to ask next. */
const THE_HUB: Principal = { id: 'system', name: 'The hub itself', divisions: 'all' };
const STOPPED =
  'The process that judged ended before the run did. What it had judged is kept; judge again to complete it.';

/** Judges any number of observations in parts, each committed with the progress it made. */
export class JudgementRunner {
  private cleared: Promise<void> | null = null;
  private readonly underWay = new Set<Promise<unknown>>();
  private stopping = false;

  constructor(private readonly deps: JudgementRunnerDeps) {}

  /** Answers when a small scope has been judged; a large one goes on in this process after the answer. */
  async start(context: RequestContext, scope: JudgementScope): Promise<JudgementRun> {
    const run = await this.open(context, scope);
    const ended = this.carryOut(context, run, null);
    if (run.total <= ANSWERED_WHEN_DONE) return ended;
    ended.catch((error: unknown) => context.log.error({ err: error, run: run.id }, 'judgement run failed'));
    return run;
  }

  /** Answers when all of the scope has been judged, however large it is. */
  async complete(
    context: RequestContext,
    scope: JudgementScope,
    onProgress: OnProgress | null,
  ): Promise<JudgementRun> {
    return this.carryOut(context, await this.open(context, scope), onProgress);
  }

  /** Ends the runs of this process after the part that is under way, as failed. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.underWay);
  }

  /** A running run ends after the part that is under way. Errors: `NOT_FOUND`, `CONFLICT` when it has ended already. */
  async cancel(context: RequestContext, run: JudgementRun): Promise<JudgementRun> {
    const ended = await this.end(context, run.id, { state: 'CANCELLED', error: null });
    if (ended) return ended;
    throw new AppError('CONFLICT', `The run ${run.id} is not running any more; nothing is left to cancel.`);
  }

  /** Runs that a process left behind when it died are failed, once, before the first run is read or begun. */
  clearAbandoned(context: RequestContext): Promise<void> {
    this.cleared ??= this.failAbandoned(context).catch((error: unknown) => {
      this.cleared = null;
      throw error;
    });
    return this.cleared;
  }

  private async failAbandoned(context: RequestContext): Promise<void> {
    for (const id of await this.deps.runs.running()) {
      if (!(await this.deps.locks.isAbandoned(id))) continue;
      await this.end({ ...context, principal: THE_HUB }, id, { state: 'FAILED', error: STOPPED });
    }
  }

  private async open(context: RequestContext, scope: JudgementScope): Promise<JudgementRun> {
    await this.clearAbandoned(context);
    await this.checkScope(context, scope);
    const run: JudgementRun = {
      id: this.deps.ids.random(),
      scope,
      state: 'RUNNING',
      total: await this.deps.observations.count(context, scope),
      judged: 0,
      changed: 0,
      error: null,
      requestedBy: context.principal.id,
      startedAt: context.clock.now(),
      finishedAt: null,
    };
    // Held before anybody can see the run, so that nobody takes it for abandoned.
    await this.deps.locks.hold(run.id);
    try {
      await this.deps.transact(context, async (tx) => {
        await this.deps.runs.insert(tx.sql, run);
        tx.emit(runEvent('started', run));
      });
    } catch (error) {
      await this.deps.locks.release(run.id);
      throw error;
    }
    return run;
  }

  private async checkScope(context: RequestContext, scope: JudgementScope): Promise<void> {
    const { observations } = this.deps;
    if ('observationIds' in scope) {
      checkIds('observation', scope.observationIds);
      refuse('observation', await observations.unknownObservations(context, scope.observationIds));
    } else if ('mineIds' in scope) {
      checkIds('mine', scope.mineIds);
      refuse('mine', await observations.unknownMines(context, scope.mineIds));
    }
  }

  private carryOut(
    context: RequestContext,
    run: JudgementRun,
    onProgress: OnProgress | null,
  ): Promise<JudgementRun> {
    const ended = this.judgeAndEnd(context, run, onProgress);
    this.underWay.add(ended);
    const forget = (): void => void this.underWay.delete(ended);
    ended.then(forget, forget);
    return ended;
  }

  private async judgeAndEnd(
    context: RequestContext,
    run: JudgementRun,
    onProgress: OnProgress | null,
  ): Promise<JudgementRun> {
    try {
      onProgress?.(run);
      const judged = await this.judgeParts(context, run, onProgress);
      return (await this.end(context, run.id, { state: 'DONE', error: null })) ?? judged;
    } catch (error) {
      await this.end(context, run.id, { state: 'FAILED', error: reasonOf(error, context) }).catch(
        (second: unknown) =>
          context.log.error({ err: second, run: run.id }, 'run stays open until the next start'),
      );
      throw error;
    } finally {
      await this.deps.locks.release(run.id);
    }
  }

  private async judgeParts(
    context: RequestContext,
    run: JudgementRun,
    onProgress: OnProgress | null,
  ): Promise<JudgementRun> {
    const { observations, runs, judge, transact } = this.deps;
    let latest = run;
    for (let after: string | null = null; ; ) {
      const ids = await observations.idsAfter(context, run.scope, after, OBSERVATIONS_PER_PART);
      const last = ids.at(-1);
      if (last === undefined) return latest;
      if (this.stopping) throw new AppError('CONFLICT', STOPPED);
      const advanced = await transact(context, async (tx) => {
        if (!(await runs.lockRunning(tx.sql, run.id))) return null;
        const { changed } = await judge.judge(context, tx, ids);
        return runs.advance(tx.sql, run.id, { judged: ids.length, changed });
      });
      // Cancelled meanwhile.
      if (!advanced) return (await runs.byId(context, run.id)) ?? latest;
      latest = advanced;
      onProgress?.(latest);
      after = last;
    }
  }

  private end(
    context: RequestContext,
    id: string,
    { state, error }: Omit<RunEnd, 'at'>,
  ): Promise<JudgementRun | null> {
    return this.deps.transact(context, async (tx) => {
      const ended = await this.deps.runs.end(tx.sql, id, { state, error, at: context.clock.now() });
      if (ended) tx.emit(runEvent(state.toLowerCase(), ended));
      return ended;
    });
  }
}

const runEvent = (what: string, run: JudgementRun): DomainEvent => ({
  type: `judgement-run.${what}`,
  subjectType: 'JudgementRun',
  subjectId: run.id,
  data: { state: run.state, total: run.total, judged: run.judged, changed: run.changed },
});

/** What a reader of the run may know of an error: never SQL. */
const reasonOf = (error: unknown, context: RequestContext): string =>
  error instanceof AppError
    ? error.message
    : `An internal error; the log tells more under the request ${context.requestId}. What was judged is kept.`;

function checkIds(what: string, ids: readonly string[]): void {
  if (ids.length > MOST_IDS) {
    throw badInput(`At most ${MOST_IDS} ${what} ids can be given; ${ids.length} were.`, {
      field: `${what}Ids`,
    });
  }
  refuse(
    what,
    ids.filter((id) => !isId(id)),
  );
}

function refuse(what: string, unknown: readonly string[]): void {
  if (unknown[0] !== undefined) throw notFound(what, unknown[0]);
}
