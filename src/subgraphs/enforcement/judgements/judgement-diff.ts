import type { VerdictClass, ViolationKind } from '../../../vocabulary/enforcement.js';
import type { RejudgementKind, ViolationChange } from '../../../vocabulary/rejudgement.js';

/** What changed, in the version that came of it. */
export interface ChangedSubject {
  readonly id: string;
  readonly version: number | null;
}

/** What a change that verdicts rest on made of the violations. */
export interface JudgementDiff {
  readonly id: string;
  readonly cause: RejudgementKind;
  readonly subjects: readonly ChangedSubject[];
  readonly mineIds: readonly string[];
  /** Days of which something changed, half-open; null: without end. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** Observations that the change can touch. */
  readonly observations: number;
  readonly judged: number;
  readonly changed: number;
  /** Null: they are being judged. */
  readonly completedAt: Date | null;
}

/** What became of one violation. */
export interface JudgementDiffEntry {
  readonly diffId: string;
  readonly violationId: string;
  readonly formerId: string | null;
  readonly mineId: string | null;
  readonly kind: ViolationKind;
  readonly change: ViolationChange;
  readonly areaBefore: number | null;
  readonly areaAfter: number | null;
  readonly verdictBefore: VerdictClass | null;
  readonly verdictAfter: VerdictClass | null;
  readonly reason: string | null;
}

export interface JudgementDiffFilter {
  readonly mineId?: string | null;
  readonly violationId?: string | null;
  readonly cause?: readonly RejudgementKind[] | null;
}

/** Which entries of a difference: equal requests share a statement. */
export interface EntryRequest {
  readonly change: readonly ViolationChange[] | null;
  /** Violation of the last entry of the page before. */
  readonly after: string | null;
  readonly first: number;
}
