import { writeRunParts } from '../../../judgement/run-parts.js';
import { unheeding } from '../../../platform/cancellation.js';
import type { RequestContext } from '../../../platform/context.js';
import { AppError, badInput, notFound } from '../../../platform/errors.js';
import { type Ids, isId } from '../../../platform/ids.js';
import type { Transact, Transaction } from '../../../platform/transact.js';
import type { ObservationRepository } from '../observation.repository.js';
import { type JudgementRun, type JudgementScope, type OnProgress, runEvent } from './judgement-run.js';
import type { JudgementRunRepository } from './judgement-run.repository.js';
import type { JudgementRunCarrier } from './judgement-run-carrier.service.js';

export interface JudgementRunnerDeps {
  readonly runs: JudgementRunRepository;
  readonly observations: ObservationRepository;
  readonly carrier: JudgementRunCarrier;
  readonly transact: Transact;
  readonly ids: Ids;
  /** About this many are judged in one transaction; up to as many before the caller is answered. */
  readonly partSize: number;
}

const MOST_IDS = 10_000;

/** Takes in what is to be judged, any number of observations, as runs. */
export class JudgementRunner {
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
    return this.deps.carrier.carryOn(context, run, onProgress);
  }

  /** Opens a run that brings a policy into force, inside the transaction that writes the policy. */
  async openForPolicy(context: RequestContext, tx: Transaction, version: number): Promise<JudgementRun> {
    const total = await this.deps.observations.countAll(tx.sql);
    const run = { ...this.newRun(context, { tolerancePolicy: version }), policyVersion: version, total };
    await this.deps.runs.insert(tx.sql, run);
    tx.emit({ ...runEvent('started', run), follows: [String(version)] });
    return run;
  }

  /**
   * The run when it has ended, if it is small, or as it stands, while it goes on. It was opened for all to see, and goes on
   * whether or not somebody waits for the answer.
   */
  async answer(context: RequestContext, run: JudgementRun): Promise<JudgementRun> {
    const ended = unheeding(() => this.deps.carrier.carryOn(context, run, null));
    if (run.total <= this.deps.partSize) return ended;
    ended.catch((error: unknown) => context.log.error({ err: error, run: run.id }, 'judgement run failed'));
    return run;
  }

  /** The run when it has ended, however large it is. */
  follow(context: RequestContext, run: JudgementRun, onProgress: OnProgress): Promise<JudgementRun> {
    onProgress(run);
    return this.deps.carrier.carryOn(context, run, onProgress);
  }

  /** Carries on the oldest run that is queued or was left behind, until it ends; null: there is none. */
  async takeOver(
    context: RequestContext,
    onProgress: OnProgress | null = null,
  ): Promise<JudgementRun | null> {
    const run = await this.deps.runs.leftAlone();
    return run === null ? null : this.deps.carrier.carryOn(context, run, onProgress);
  }

  /** Ends the parts that are under way in this process; their runs are left to whoever comes next. */
  stop(): Promise<void> {
    return this.deps.carrier.stop();
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
    const ended = await this.deps.carrier.end(context, run.id, { state: 'CANCELLED', error: null });
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
}

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
