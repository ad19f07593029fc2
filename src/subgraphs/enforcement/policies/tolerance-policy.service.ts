import type { RequestContext } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';
import type { CountedPage, PageRequest } from '../../../platform/keyset.js';
import type { Transact } from '../../../platform/transact.js';
import type { JudgementRun, OnProgress } from '../runs/judgement-run.js';
import type { JudgementRunner } from '../runs/judgement-runner.service.js';
import {
  changeTolerances,
  checkReason,
  proposalOf,
  type ToleranceChange,
  type TolerancePolicy,
} from './tolerance-policy.js';
import type { TolerancePolicyRepository } from './tolerance-policy.repository.js';

export interface TolerancePolicyServiceDeps {
  readonly policies: TolerancePolicyRepository;
  readonly runner: JudgementRunner;
  readonly transact: Transact;
}

/** A new policy, and the run that judges everything by it. */
export interface TolerancePolicyChange {
  readonly version: number;
  readonly run: JudgementRun;
}

/** Use cases of the tolerance policy: what it is, what it was, and changing it. */
export class TolerancePolicyService {
  constructor(private readonly deps: TolerancePolicyServiceDeps) {}

  policy(version: number | null): Promise<TolerancePolicy | null> {
    return this.deps.policies.read(version);
  }

  policies(page: PageRequest): Promise<CountedPage<TolerancePolicy>> {
    return this.deps.policies.page(page);
  }

  /**
   * Writes a new version and has everything judged by it; the one in force stays so, for every reader, until the run
   * has come to its end. Errors: `FORBIDDEN` unless the whole hub is the principal's, `BAD_USER_INPUT`, `CONFLICT`
   * while another policy is pending.
   */
  async change(
    context: RequestContext,
    change: ToleranceChange,
    reason: string,
  ): Promise<TolerancePolicyChange> {
    const { version, run } = await this.open(context, change, reason);
    return { version, run: await this.deps.runner.answer(context, run) };
  }

  /** The same, and answers when the run has come to its end. */
  async changeAndWait(
    context: RequestContext,
    change: ToleranceChange,
    reason: string,
    onProgress: OnProgress,
  ): Promise<TolerancePolicyChange> {
    const { version, run } = await this.open(context, change, reason);
    return { version, run: await this.deps.runner.follow(context, run, onProgress) };
  }

  private async open(
    context: RequestContext,
    change: ToleranceChange,
    reason: string,
  ): Promise<TolerancePolicyChange> {
    if (context.principal.divisions !== 'all') {
      throw new AppError(
        'FORBIDDEN',
        'The tolerance policy binds the whole hub; only who may see all of it can change it.',
      );
    }
    const said = checkReason(reason);
    const { policies, runner, transact } = this.deps;
    return transact(context, async (tx) => {
      const current = await policies.lockInForce(tx.sql);
      const tolerances = changeTolerances(current, change);
      const pending = await policies.pending(tx.sql);
      if (pending) {
        const message =
          `Version ${pending.version} is pending: everything is being judged by it. ` +
          `Wait for the run ${pending.runId}, or cancel it.`;
        throw new AppError('CONFLICT', message, { runId: pending.runId });
      }
      const version = await policies.nextVersion(tx.sql);
      const policy: TolerancePolicy = {
        ...tolerances,
        version,
        state: 'PENDING',
        reason: said,
        createdBy: context.principal.id,
        createdAt: context.clock.now(),
        adoptedAt: null,
        replacedAt: null,
      };
      await policies.insert(tx.sql, policy);
      tx.emit({
        id: proposalOf(version),
        type: 'tolerance-policy.proposed',
        subjectType: 'TolerancePolicy',
        subjectId: String(version),
        before: current,
        after: policy,
        data: { version, ...tolerances, reason: said },
      });
      return { version, run: await runner.openForPolicy(context, tx, version) };
    });
  }
}
