import type { RequestContext } from '../../../platform/context.js';
import { AppError, notFound } from '../../../platform/errors.js';
import { THE_HUB } from '../../../platform/principal.js';
import type { Transact, Transaction } from '../../../platform/transact.js';
import { type JudgementRun, type OnProgress, runEvent } from './judgement-run.js';
import type { JudgementRunRepository, RunEnd } from './judgement-run.repository.js';
import type { JudgementRunWork } from './judgement-run-work.service.js';

export interface JudgementRunCarrierDeps {
  readonly runs: JudgementRunRepository;
  readonly work: JudgementRunWork;
  readonly transact: Transact;
  /** About this many observations are judged in one transaction. */
  readonly partSize: number;
  /** How many parts of a run this process judges side by side, each on a connection of its own. */
  readonly partsAtOnce: number;
}

/** A run that follows from a change has to be done: its parts are tried again, later each time. */
const MOST_ATTEMPTS = 6;
const FIRST_PAUSE_SECONDS = 5;
/** How often one part after another may find that somebody else judges the same: then it is undone and done anew. */
const MOST_CONFLICTS = 10;
/** How long to wait for whoever is at the last parts. */
const BUSY_MS = 50;

/** A run ended while a part of it was under way: the part is undone. */
class EndedMeanwhile extends Error {}

/** Carries runs on until they end: part by part, each committed with the progress it made. */
export class JudgementRunCarrier {
  private readonly underWay = new Set<Promise<unknown>>();
  private stopping = false;

  constructor(private readonly deps: JudgementRunCarrierDeps) {}

  /** Ends the parts that are under way in this process; their runs are left to whoever comes next. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.underWay);
  }

  /** The run when it has ended, however large it is. */
  carryOn(context: RequestContext, run: JudgementRun, onProgress: OnProgress | null): Promise<JudgementRun> {
    const ended = this.doParts(context, run, onProgress);
    this.underWay.add(ended);
    const forget = (): void => void this.underWay.delete(ended);
    ended.then(forget, forget);
    return ended;
  }

  /** Does the parts of a run, several at once where there are several, until it ends. */
  private async doParts(
    context: RequestContext,
    run: JudgementRun,
    onProgress: OnProgress | null,
  ): Promise<JudgementRun> {
    const others =
      run.policyVersion === null && run.total > this.deps.partSize ? this.deps.partsAtOnce - 1 : 0;
    const first = this.doPartsInTurn(context, run.id, onProgress, true);
    const beside = Array.from({ length: others }, () =>
      this.doPartsInTurn(context, run.id, onProgress, false),
    );
    const [ended, ...rest] = await Promise.allSettled([first, ...beside]);
    const failed = [ended, ...rest].find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return first;
  }

  /** `toTheEnd`: waits for what others are at; else it is left to them. */
  private async doPartsInTurn(
    context: RequestContext,
    id: string,
    onProgress: OnProgress | null,
    toTheEnd: boolean,
  ): Promise<JudgementRun> {
    for (let conflicts = 0; ; ) {
      if (this.stopping) {
        await this.deps.runs.letGo(id);
        return this.read(context, id);
      }
      const run = await this.doPart(context, id, conflicts < MOST_CONFLICTS);
      if (run === 'CONFLICT') {
        conflicts += 1;
        continue;
      }
      conflicts = 0;
      if (run === null) {
        // Ended by somebody else, or others are at all that is left.
        const now = await this.read(context, id);
        if (now.state !== 'RUNNING' || !toTheEnd) return now;
        await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
        continue;
      }
      if (run.state !== 'RUNNING') return run;
      onProgress?.(run);
      if (run.attempts > 0) return run;
    }
  }

  /** Does a part that nobody is at, whoever asked for the run; null: there is none. */
  private async doPart(
    context: RequestContext,
    id: string,
    mayConflict: boolean,
  ): Promise<JudgementRun | 'CONFLICT' | null> {
    const { runs, work, transact } = this.deps;
    let begun: JudgementRun | null = null;
    try {
      return await transact(context, async (tx) => {
        const run = await runs.running(tx.sql, id);
        begun = run;
        if (run === null) return null;
        const part = await work.next(actingFor(context, run), tx, run);
        if (part === 'BUSY') return null;
        if (part === 'DONE') return this.endIn(context, tx, id, { state: 'DONE', error: null });
        const advanced = await runs.advance(tx.sql, id, part);
        if (advanced === null) throw new EndedMeanwhile();
        return advanced;
      });
    } catch (error) {
      if (error instanceof EndedMeanwhile) return null;
      if (mayConflict && error instanceof AppError && error.code === 'CONFLICT') return 'CONFLICT';
      if (begun === null) throw error;
      return this.recordFailure(context, begun, error);
    }
  }

  /** What somebody asked for fails at once and tells them; what follows from a change is tried again. */
  private async recordFailure(
    context: RequestContext,
    run: JudgementRun,
    error: unknown,
  ): Promise<JudgementRun> {
    const reason = reasonOf(error, context);
    const follows = run.diffId !== null || run.policyVersion !== null;
    if (follows && run.attempts + 1 < MOST_ATTEMPTS) {
      context.log.warn(
        { err: error, run: run.id },
        'a part of a judgement run failed; it will be tried again',
      );
      const pause = FIRST_PAUSE_SECONDS * 2 ** run.attempts;
      const postponed = await this.deps.transact(context, (tx) =>
        this.deps.runs.postpone(tx.sql, run.id, reason, pause),
      );
      return postponed ?? this.read(context, run.id);
    }
    await this.end(context, run.id, { state: 'FAILED', error: reason });
    throw error;
  }

  /** Ends a run that is running; null when it was not. */
  async end(context: RequestContext, id: string, end: Omit<RunEnd, 'at'>): Promise<JudgementRun | null> {
    const ended = await this.deps.transact(context, (tx) => this.endIn(context, tx, id, end));
    if (ended !== null) await this.deps.runs.dropParts();
    return ended;
  }

  private async endIn(
    context: RequestContext,
    tx: Transaction,
    id: string,
    { state, error }: Omit<RunEnd, 'at'>,
  ): Promise<JudgementRun | null> {
    const ended = await this.deps.runs.end(tx.sql, id, { state, error, at: context.clock.now() });
    if (!ended) return null;
    if (state !== 'DONE') await this.deps.work.giveUp(tx, ended, state);
    tx.emit(runEvent(state.toLowerCase(), ended));
    return ended;
  }

  private async read(context: RequestContext, id: string): Promise<JudgementRun> {
    const run = await this.deps.runs.byId({ ...context, principal: THE_HUB }, id);
    if (!run) throw notFound('judgement run', id);
    return run;
  }
}

/** Judging is done for whoever asked, also by a process that took the run over; what it may touch was decided then. */
const actingFor = (context: RequestContext, run: JudgementRun): RequestContext =>
  context.principal.id === run.requestedBy
    ? context
    : { ...context, principal: { id: run.requestedBy, name: run.requestedBy, divisions: 'all' } };

/** What a reader of the run may know of an error: never SQL. */
const reasonOf = (error: unknown, context: RequestContext): string =>
  error instanceof AppError
    ? error.message
    : `An internal error; the log tells more under the request ${context.requestId}. What was judged is kept.`;
