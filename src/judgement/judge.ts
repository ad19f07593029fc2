import type { RequestContext } from '../platform/context.js';
import type { Transaction } from '../platform/transact.js';

/** What judging a batch of observations left behind. */
export interface JudgedBatch {
  /** Current judgement of each observation, in the order they were asked for. */
  readonly judgementIds: readonly string[];
  /** Violations that the batch's findings opened, joined, grew or changed. */
  readonly violationIds: readonly string[];
  /** Observations whose verdict is new or differs from the one stored before. */
  readonly changed: number;
}

/** The port that subgraphs use to have observations judged; `JudgementEngine` stands behind it. */
export interface Judge {
  /**
   * Judges stored observations with what is known now, stores judgements, findings and violations, and emits
   * their events, all inside the caller's transaction. Judging the same again changes nothing.
   */
  judge(context: RequestContext, tx: Transaction, observationIds: readonly string[]): Promise<JudgedBatch>;
}
