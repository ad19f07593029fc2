import { type PolicyAdoption, type RejudgementWork, startOfRun } from '../../../judgement/rejudgement.js';
import type { RequestContext } from '../../../platform/context.js';
import { causedBy } from '../../../platform/event-chain.js';
import type { Transaction } from '../../../platform/transact.js';
import { proposalOf } from '../policies/tolerance-policy.js';
import type { TolerancePolicyRepository } from '../policies/tolerance-policy.repository.js';
import type { JudgementRun } from './judgement-run.js';
import type { JudgementRunRepository } from './judgement-run.repository.js';

export interface JudgementRunWorkDeps {
  readonly runs: JudgementRunRepository;
  readonly policies: TolerancePolicyRepository;
  readonly rejudgement: RejudgementWork;
  readonly adoption: PolicyAdoption;
  /** One statement of the engine and one transaction judge about this many observations. */
  readonly partSize: number;
}

/** What a part did; DONE: nothing was left, the run has been completed; BUSY: others are at all that is left. */
export type PartDone = { readonly judged: number; readonly changed: number } | 'DONE' | 'BUSY';

/** The next part of a run, whatever it is for: judging as asked, after a change, or by a policy to come. */
export class JudgementRunWork {
  constructor(private readonly deps: JudgementRunWorkDeps) {}

  /** Does a part that nobody is at, inside the transaction; with nothing left, what completes the run. */
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
    const { runs, rejudgement } = this.deps;
    const ids = await runs.takePart(tx.sql, run.id);
    if (ids === null) {
      if ((await runs.hasParts(tx.sql, run.id)) || !(await runs.claim(tx.sql, run.id))) return 'BUSY';
      if (run.diffId !== null) await rejudgement.complete(context, tx, run.diffId);
      return 'DONE';
    }
    if (run.diffId !== null) {
      const { changed } = await rejudgement.judgePart(context, tx, run.diffId, ids);
      return { judged: ids.length, changed };
    }
    const following = tx.following(causedBy(startOfRun(run.id)));
    return rejudgement.judgeStored(context, following, ids, run.startedAt);
  }

  private async judgeByPolicy(
    context: RequestContext,
    tx: Transaction,
    run: JudgementRun,
    policy: number,
  ): Promise<PartDone> {
    const { adoption, runs, partSize } = this.deps;
    const claimed = await runs.claim(tx.sql, run.id);
    if (claimed === null) return 'BUSY';
    const ids = await adoption.unstaged(tx.sql, partSize);
    // Full parts only: while observations keep coming in, the last few are judged when the policy takes effect.
    if (ids.length === partSize) {
      await adoption.stage(context, tx, policy, ids);
      return { judged: ids.length, changed: 0 };
    }
    // Told first: what the new verdicts tell follows from it.
    tx.emit(policyEvent('adopted', policy, {}));
    const adopted = tx.following(tx.causes([String(policy)]));
    const { judged, changed } = await adoption.adopt(context, adopted, policy);
    await runs.advance(tx.sql, run.id, {
      judged: Math.max(0, judged - claimed.judged),
      changed,
    });
    return 'DONE';
  }
}

const policyEvent = (what: string, version: number, data: Readonly<Record<string, unknown>>) => ({
  type: `tolerance-policy.${what}`,
  subjectType: 'TolerancePolicy',
  subjectId: String(version),
  causeId: proposalOf(version),
  data: { version, ...data },
});
