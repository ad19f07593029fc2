import type { MeasuredSeries } from './violation-areas.js';
import { changeOf, type ViolationDifference, type ViolationExtent } from './violation-difference.js';
import type { Retirement, StoredViolation } from './violation-retirement.js';
import { areaOf, worstOf } from './violation-series.js';

/**
 * What the violations that were stored anew, and those that do not stand any more, amount to now and before. `reopened`:
 * those stored that had been closed by a judgement.
 */
export function differencesOf(
  changed: readonly MeasuredSeries[],
  before: ReadonlyMap<string, StoredViolation>,
  { takenOver, closed }: Retirement,
  reopened: ReadonlySet<string>,
): readonly ViolationDifference[] {
  const standing = changed.flatMap((series): ViolationDifference[] => {
    const [first] = series.findings;
    if (!first) return [];
    const own = before.get(series.id);
    const former = [...(own ? [own] : []), ...(takenOver.get(series.id) ?? [])];
    return [
      {
        violationId: series.id,
        formerId: own ? null : (former[0]?.id ?? null),
        mineId: first.mineId,
        kind: first.kind,
        wasClosed: former[0]?.state === 'AUTO_CLOSED' || reopened.has(series.id),
        before: extentBefore(former),
        after: { areaSquareMetres: series.areaSquareMetres, verdict: worstOf(series.findings) },
        reason: null,
      },
    ];
  });
  const gone = closed.map(
    ({ violation: { id, mineId, kind, ...was }, reason }): ViolationDifference => ({
      violationId: id,
      formerId: null,
      mineId,
      kind,
      wasClosed: false,
      before: { areaSquareMetres: was.areaSquareMetres, verdict: was.verdict },
      after: null,
      reason,
    }),
  );
  return [...standing, ...gone].filter((difference) => changeOf(difference) !== null);
}

/** What violations that became one amounted to together; null: none of them stood. */
function extentBefore(former: readonly StoredViolation[]): ViolationExtent | null {
  const stood = former.filter((violation) => violation.state !== 'AUTO_CLOSED');
  if (stood.length === 0) return null;
  return {
    areaSquareMetres: areaOf(stood),
    verdict: worstOf(stood),
  };
}
