import type { Judge } from '../../judgement/judge.js';
import { type PolicyAdoption, type RejudgementWork, startOfRun } from '../../judgement/rejudgement.js';
import type { RequestContext } from '../../platform/context.js';
import { causedBy } from '../../platform/event-chain.js';
import type { Transaction } from '../../platform/transact.js';
import { type JudgementRun, partOf } from './judgement-run.js';
import type { JudgementRunRepository } from './judgement-run.repository.js';
import { proposalOf } from './tolerance-policy.js';
import type { TolerancePolicyRepository } from './tolerance-policy.repository.js';

export interface JudgementRunWorkDeps {
  readonly runs: JudgementRunRepository;
  readonly policies: TolerancePolicyRepository;
  readonly judge: Judge;
  readonly rejudgement: RejudgementWork;
  readonly adoption: PolicyAdoption;
  /** One statement of the engine and one transaction judge about this many observations. */
  readonly partSize: number;
}

/** What a part did; null: nothing is left, the run has been completed. */
export type PartDone = {
  readonly judged: number;
  readonly changed: number;
  readonly position: number;
} | null;

/** The next part of a run, whatever it is for: judging as asked, after a change, or by a policy to come. */
export class JudgementRunWork {
  constructor(private readonly deps: JudgementRunWorkDeps) {}

  /** Does the next part of a claimed run inside its transaction; with nothing left, what completes the run. */
  next(context: RequestContext, tx: Transaction, run: JudgementRun): Promise<PartDone> {
    return run.policyVersion === null
      ? this.judgeItems(context, tx, run)
      : this.judgeByPolicy(context, tx, run, run.policyVersion);
  }

  /** Undoes what a run that ends without being done would leave behind. */
  async giveUp(tx: Transaction, run: JudgementRun, state: 'FAILED' | 'CANCELLED'): Promise<void> {
    if (run.policyVersion === null) return;
    await this.deps.adoption.discard(tx.sql);
    await this.deps.policies.drop(tx.sql, run.policyVersion, state);
    tx.emit(policyEvent('dropped', run.policyVersion, { state }));
  }

  private async judgeItems(context: RequestContext, tx: Transaction, run: JudgementRun): Promise<PartDone> {
    const { runs, judge, rejudgement, partSize } = this.deps;
    const items = partOf(await runs.items(tx.sql, run.id, run.position, partSize + 1), partSize);
    const last = items.at(-1);
    if (last === undefined) {
      if (run.diffId !== null) await rejudgement.complete(context, tx, run.diffId);
      return null;
    }
    const { changed } =
      run.diffId === null
        ? await judge.judge(
            context,
            tx.following(causedBy(startOfRun(run.id))),
            items.filter((item) => item.present).map((item) => item.observationId),
          )
        : await rejudgement.judgePart(
            context,
            tx,
            run.diffId,
            items.map((item) => item.observationId),
          );
    return { judged: items.length, changed, position: last.place };
  }

  private async judgeByPolicy(
    context: RequestContext,
    tx: Transaction,
    run: JudgementRun,
    policy: number,
  ): Promise<PartDone> {
    const { adoption, runs, partSize } = this.deps;
    const ids = await adoption.unstaged(tx.sql, partSize);
    // Full parts only: while observations keep coming in, the last few are judged when the policy takes effect.
    if (ids.length === partSize) {
      await adoption.stage(context, tx, policy, ids);
      return { judged: ids.length, changed: 0, position: run.position };
    }
    // Told first: what the new verdicts tell follows from it.
    tx.emit(policyEvent('adopted', policy, {}));
    const adopted = tx.following(tx.causes([String(policy)]));
    const { changed } = await adoption.adopt(context, adopted, policy);
    await runs.advance(tx.sql, run.id, {
      judged: Math.max(0, changed - run.judged),
      changed,
      position: run.position,
    });
    return null;
  }
}

const policyEvent = (what: string, version: number, data: Readonly<Record<string, unknown>>) => ({
  type: `tolerance-policy.${what}`,
  subjectType: 'TolerancePolicy',
  subjectId: String(version),
  causeId: proposalOf(version),
  data: { version, ...data },
});
