import { startOfRun } from '../../judgement/rejudgement.js';
import { writeRunParts } from '../../judgement/run-parts.js';
import type { RequestContext } from '../../platform/context.js';
import { AppError, badInput, notFound } from '../../platform/errors.js';
import { type Ids, isId } from '../../platform/ids.js';
import { THE_HUB } from '../../platform/principal.js';
import type { DomainEvent, Transact, Transaction } from '../../platform/transact.js';
import type { JudgementRun, JudgementScope } from './judgement-run.js';
import type { JudgementRunRepository, RunEnd } from './judgement-run.repository.js';
import type { JudgementRunWork } from './judgement-run-work.service.js';
import type { ObservationRepository } from './observation.repository.js';

export interface JudgementRunnerDeps {
  readonly runs: JudgementRunRepository;
  readonly observations: ObservationRepository;
  readonly work: JudgementRunWork;
  readonly transact: Transact;
  readonly ids: Ids;
  /** About this many are judged in one transaction; up to as many before the caller is answered. */
  readonly partSize: number;
  /** How many parts of a run this process judges side by side, each on a connection of its own. */
  readonly partsAtOnce: number;
}

export type OnProgress = (run: JudgementRun) => void;

const MOST_IDS = 10_000;
/** A run that follows from a change has to be done: its parts are tried again, later each time. */
const MOST_ATTEMPTS = 6;
const FIRST_PAUSE_SECONDS = 5;
/** How long to wait for whoever is at the last parts. */
const BUSY_MS = 50;

/** A run ended while a part of it was under way: the part is undone. */
class EndedMeanwhile extends Error {}

/** Judges any number of observations in parts, each committed with the progress it made. */
export class JudgementRunner {
  private readonly underWay = new Set<Promise<unknown>>();
  private stopping = false;

  constructor(private readonly deps: JudgementRunnerDeps) {}

  /** Answers when a small scope has been judged; a large one goes on in this process after the answer. */
  async start(context: RequestContext, scope: JudgementScope): Promise<JudgementRun> {
    return this.answer(context, await this.open(context, scope));
  }

  /** Answers when all of the scope has been judged, however large it is. */
  async complete(
    context: RequestContext,
    scope: JudgementScope,
    onProgress: OnProgress | null,
  ): Promise<JudgementRun> {
    const run = await this.open(context, scope);
    onProgress?.(run);
    return this.carryOn(context, run, onProgress);
  }

  /** Opens a run that brings a policy into force, inside the transaction that writes the policy. */
  async openForPolicy(context: RequestContext, tx: Transaction, version: number): Promise<JudgementRun> {
    const total = await this.deps.observations.countAll(tx.sql);
    const run = { ...this.newRun(context, { tolerancePolicy: version }), policyVersion: version, total };
    await this.deps.runs.insert(tx.sql, run);
    tx.emit({ ...runEvent('started', run), follows: [String(version)] });
    return run;
  }

  /** The run when it has ended, if it is small, or as it stands, while it goes on. */
  async answer(context: RequestContext, run: JudgementRun): Promise<JudgementRun> {
    const ended = this.carryOn(context, run, null);
    if (run.total <= this.deps.partSize) return ended;
    ended.catch((error: unknown) => context.log.error({ err: error, run: run.id }, 'judgement run failed'));
    return run;
  }

  /** The run when it has ended, however large it is. */
  follow(context: RequestContext, run: JudgementRun, onProgress: OnProgress): Promise<JudgementRun> {
    onProgress(run);
    return this.carryOn(context, run, onProgress);
  }

  /** Carries on the oldest run that is queued or was left behind, until it ends; null: there is none. */
  async takeOver(
    context: RequestContext,
    onProgress: OnProgress | null = null,
  ): Promise<JudgementRun | null> {
    const run = await this.deps.runs.leftAlone();
    return run === null || this.stopping ? null : this.carryOn(context, run, onProgress);
  }

  /** Ends the parts that are under way in this process; their runs are left to whoever comes next. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.underWay);
  }

  /**
   * Ends a running run; what is under way of it is undone. Errors: `CONFLICT` when it has ended already, or follows
   * from a change that is committed.
   */
  async cancel(context: RequestContext, run: JudgementRun): Promise<JudgementRun> {
    if (run.diffId !== null) {
      const message = `The run ${run.id} judges what a recorded change touched; that cannot be left half done.`;
      throw new AppError('CONFLICT', message);
    }
    const ended = await this.end(context, run.id, { state: 'CANCELLED', error: null });
    if (ended) return ended;
    throw new AppError('CONFLICT', `The run ${run.id} is not running any more; nothing is left to cancel.`);
  }

  private async open(context: RequestContext, scope: JudgementScope): Promise<JudgementRun> {
    await this.checkScope(context, scope);
    return this.deps.transact(context, async (tx) => {
      const opened = this.newRun(context, scope);
      await this.deps.runs.insert(tx.sql, opened);
      const wanted = this.deps.observations.wanted(context, scope);
      const total = await writeRunParts(tx.sql, opened.id, wanted, this.deps.partSize);
      await this.deps.runs.setTotal(tx.sql, opened.id, total);
      const run = { ...opened, total };
      tx.emit(runEvent('started', run));
      return run;
    });
  }

  private newRun(context: RequestContext, scope: object): JudgementRun {
    return {
      id: this.deps.ids.random(),
      scope,
      state: 'RUNNING',
      total: 0,
      judged: 0,
      changed: 0,
      error: null,
      requestedBy: context.principal.id,
      startedAt: context.clock.now(),
      finishedAt: null,
      diffId: null,
      policyVersion: null,
      attempts: 0,
    };
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

  private carryOn(
    context: RequestContext,
    run: JudgementRun,
    onProgress: OnProgress | null,
  ): Promise<JudgementRun> {
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
    for (;;) {
      if (this.stopping) {
        await this.deps.runs.letGo(id);
        return this.read(context, id);
      }
      const run = await this.doPart(context, id);
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

  /** Does a part that nobody is at, whoever asked for the run. */
  private async doPart(context: RequestContext, id: string): Promise<JudgementRun | null> {
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

  private async end(
    context: RequestContext,
    id: string,
    end: Omit<RunEnd, 'at'>,
  ): Promise<JudgementRun | null> {
    const ended = await this.deps.transact(context, (tx) => this.endIn(context, tx, id, end));
    if (ended !== null) await this.deps.runs.dropParts(id);
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

const runEvent = (what: string, run: JudgementRun): DomainEvent => ({
  ...(what === 'started' ? { id: startOfRun(run.id) } : { causeId: startOfRun(run.id) }),
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
