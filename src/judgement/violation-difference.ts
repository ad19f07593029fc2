import type { VerdictClass, ViolationKind } from '../vocabulary/enforcement.js';
import type { ViolationChange } from '../vocabulary/rejudgement.js';

/** What a violation amounts to; null in its place: it does not stand. */
export interface ViolationExtent {
  readonly areaSquareMetres: number;
  readonly verdict: VerdictClass;
}

/** What judging again made of one violation. */
export interface ViolationDifference {
  readonly violationId: string;
  /** The id it had before, where an earlier or later finding gives it its name now. */
  readonly formerId: string | null;
  readonly mineId: string | null;
  readonly kind: ViolationKind;
  /** Whether it stood once and had been closed for want of findings. */
  readonly wasClosed: boolean;
  readonly before: ViolationExtent | null;
  readonly after: ViolationExtent | null;
  /** Why it does not stand any more. */
  readonly reason: string | null;
}

/** Square metres that nobody can tell apart: a square centimetre. */
const SAME_AREA = 1e-4;

/** The name of a difference; null: there is none to tell. */
export function changeOf({
  wasClosed,
  before,
  after,
}: Pick<ViolationDifference, 'wasClosed' | 'before' | 'after'>): ViolationChange | null {
  if (before === null) return after === null ? null : wasClosed ? 'REOPENED' : 'APPEARED';
  if (after === null) return 'AUTO_CLOSED';
  const growth = after.areaSquareMetres - before.areaSquareMetres;
  if (Math.abs(growth) > SAME_AREA) return growth > 0 ? 'GREW' : 'SHRANK';
  return before.verdict === after.verdict ? null : 'VERDICT_CHANGED';
}

/**
 * One list in place of several that tell what happened one after another: before is as the first says, after as the
 * last does. A violation that ends as it began is left out.
 */
export function combineDifferences(
  ...lists: readonly (readonly ViolationDifference[])[]
): readonly ViolationDifference[] {
  const combined = new Map<string, ViolationDifference>();
  for (const later of lists.flat()) {
    const key = later.formerId !== null && combined.has(later.formerId) ? later.formerId : later.violationId;
    const earlier = combined.get(key);
    combined.delete(key);
    combined.set(
      later.violationId,
      earlier
        ? {
            ...later,
            formerId: earlier.formerId ?? later.formerId,
            wasClosed: earlier.wasClosed,
            before: earlier.before,
          }
        : later,
    );
  }
  return [...combined.values()].filter((difference) => changeOf(difference) !== null);
}
