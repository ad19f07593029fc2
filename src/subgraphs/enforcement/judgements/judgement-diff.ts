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
  /** Null: it may not be known. */
  readonly requestedBy: string | null;
  readonly requestedAt: Date;
  /** Observations that the change can touch; null, as the two below: it may not be known. */
  readonly observations: number | null;
  readonly judged: number | null;
  readonly changed: number | null;
  /** Null: they are being judged. */
  readonly completedAt: Date | null;
}

/**
 * What somebody who does not see the whole hub is told of a difference. Observations of everybody are counted in one,
 * and of a change of which nothing may be seen only what it did to the violations in sight is theirs to know.
 */
export function toldInPart(diff: JudgementDiff, isSeen: (id: string) => boolean): JudgementDiff {
  const counts = { observations: null, judged: null, changed: null };
  // A policy binds everybody, and says itself who changed it and why.
  if (diff.cause === 'POLICY_CHANGED') return { ...diff, ...counts };
  const subjects = diff.subjects.filter(({ id }) => isSeen(id));
  const grounds = subjects.length > 0 ? {} : { reason: null, requestedBy: null };
  return { ...diff, ...counts, ...grounds, subjects };
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
