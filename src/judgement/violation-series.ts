import { idFromKey } from '../platform/ids.js';
import type { VerdictClass, ViolationKind } from '../vocabulary/enforcement.js';

/** A significant finding as the series sees it: no geometry, only which other findings it meets. */
export interface SeriesFinding {
  readonly id: string;
  readonly observationId: string;
  readonly ordinal: number;
  /** How many findings of the observation that are called the same come before it, in this fold or not. */
  readonly alike: number;
  readonly kind: ViolationKind;
  readonly mineId: string | null;
  readonly otherMineId: string | null;
  readonly verdict: VerdictClass;
  readonly reason: string | null;
  readonly areaSquareMetres: number;
  readonly overrunMetres: number | null;
  readonly depthOverrunMetres: number | null;
  readonly observedAt: Date;
  /** Findings of the same mine, kind and neighbour whose geometry it meets. */
  readonly touching: readonly string[];
}

/** A violation and its findings in the order they were observed. */
export interface ViolationSeries {
  readonly id: string;
  readonly findings: readonly SeriesFinding[];
  /** Findings of the last observation: their union is the violation's geometry. */
  readonly latest: readonly SeriesFinding[];
}

/** Until when a violation that is closed took findings; open ones take them without end. */
export type ClosedUntil = (violationId: string) => Date | null;

/** Square metres of all of them together. */
export const areaOf = (extents: readonly { readonly areaSquareMetres: number }[]): number =>
  extents.reduce((total, { areaSquareMetres }) => total + areaSquareMetres, 0);

/** How sure they are together: as sure as the surest. */
export const worstOf = (extents: readonly { readonly verdict: VerdictClass }[]): VerdictClass =>
  extents.some(({ verdict }) => verdict === 'CONFIRMED') ? 'CONFIRMED' : 'PROBABLE';

interface OpenSeries {
  readonly id: string;
  readonly findings: SeriesFinding[];
  latest: SeriesFinding[];
}

/**
 * Folds findings into violations: in the order of observation, a finding joins the violation of its mine, kind and
 * neighbour whose latest geometry it meets (the earliest such one), otherwise it opens a new one. The result depends
 * on the set of findings only, not on the order or the batches in which they were judged.
 */
export function foldViolations(
  findings: readonly SeriesFinding[],
  closedUntil: ClosedUntil,
): readonly ViolationSeries[] {
  const ordered = [...findings].sort(byObservation);
  const series: OpenSeries[] = [];
  const latestOf = new Map<string, number>();
  for (let start = 0; start < ordered.length; ) {
    const observation = ordered[start]?.observationId;
    let end = start;
    while (ordered[end]?.observationId === observation) end += 1;
    takeObservation(ordered.slice(start, end), series, latestOf, closedUntil);
    start = end;
  }
  return series;
}

function takeObservation(
  findings: readonly SeriesFinding[],
  series: OpenSeries[],
  latestOf: Map<string, number>,
  closedUntil: ClosedUntil,
): void {
  const joined = new Map<number, SeriesFinding[]>();
  const known = series.length;
  for (const finding of findings) {
    const index =
      seriesToJoin(finding, series, latestOf, closedUntil) ??
      series.push({ id: violationId(finding), findings: [], latest: [] }) - 1;
    joined.set(index, [...(joined.get(index) ?? []), finding]);
  }
  for (const [index, taken] of joined) {
    const violation = series[index];
    if (!violation) continue;
    if (index < known) for (const old of violation.latest) latestOf.delete(old.id);
    violation.findings.push(...taken);
    violation.latest = taken;
    for (const finding of taken) latestOf.set(finding.id, index);
  }
}

function seriesToJoin(
  finding: SeriesFinding,
  series: readonly OpenSeries[],
  latestOf: ReadonlyMap<string, number>,
  closedUntil: ClosedUntil,
): number | null {
  const candidates = finding.touching
    .map((id) => latestOf.get(id))
    .filter((index): index is number => index !== undefined)
    .filter((index) => {
      const until = closedUntil(series[index]?.id ?? '');
      return until === null || finding.observedAt <= until;
    });
  return candidates.length === 0 ? null : Math.min(...candidates);
}

function byObservation(a: SeriesFinding, b: SeriesFinding): number {
  return (
    a.observedAt.getTime() - b.observedAt.getTime() ||
    compareText(a.observationId, b.observationId) ||
    a.ordinal - b.ordinal
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A violation is named after the finding that opens it: the observation, what it is called, and its place among the
 * observation's findings of that name. So the same findings give the same ids in every database.
 */
function violationId({ observationId, kind, otherMineId, alike }: SeriesFinding): string {
  return idFromKey('violation', observationId, kind, otherMineId ?? '', String(alike));
}
