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
  /** The violation that people closed or dismissed with these findings, under its id of then; null: none. */
  readonly settledAs: string | null;
}

/** What people closed or dismissed: it keeps its findings and takes no others. */
export interface Settled {
  /** By finding: the violation it was settled with. */
  readonly byFinding: ReadonlyMap<string, string>;
  /** What they are called, or were. */
  readonly names: ReadonlySet<string>;
}

export const NOTHING_SETTLED: Settled = { byFinding: new Map(), names: new Set() };

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
  readonly settledAs: string | null;
}

/**
 * Folds findings into violations: in the order of observation, a finding joins the violation of its mine, kind and
 * neighbour whose latest geometry it meets (the earliest such one), otherwise it opens a new one. What people closed or
 * dismissed keeps its findings and takes no others. The result depends on the set of findings and on what is settled
 * only, not on the order or the batches in which they were judged.
 */
export function foldViolations(
  findings: readonly SeriesFinding[],
  settled: Settled,
): readonly ViolationSeries[] {
  const ordered = [...findings].sort(byObservation);
  const series: OpenSeries[] = [];
  const latestOf = new Map<string, number>();
  for (let start = 0; start < ordered.length; ) {
    const observation = ordered[start]?.observationId;
    let end = start;
    while (ordered[end]?.observationId === observation) end += 1;
    takeObservation(ordered.slice(start, end), series, latestOf, settled);
    start = end;
  }
  return series;
}

function takeObservation(
  findings: readonly SeriesFinding[],
  series: OpenSeries[],
  latestOf: Map<string, number>,
  settled: Settled,
): void {
  const joined = new Map<number, SeriesFinding[]>();
  const known = series.length;
  for (const finding of findings) {
    const settledAs = settled.byFinding.get(finding.id) ?? null;
    const index =
      (settledAs === null ? seriesToJoin(finding, series, latestOf) : seriesSettledAs(settledAs, series)) ??
      series.push({ id: nameOf(finding, settledAs, settled), findings: [], latest: [], settledAs }) - 1;
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
): number | null {
  const candidates = finding.touching
    .map((id) => latestOf.get(id))
    .filter((index): index is number => index !== undefined)
    .filter((index) => series[index]?.settledAs === null);
  return candidates.length === 0 ? null : Math.min(...candidates);
}

function seriesSettledAs(violationId: string, series: readonly OpenSeries[]): number | null {
  const index = series.findIndex(({ settledAs }) => settledAs === violationId);
  return index < 0 ? null : index;
}

function byObservation(a: SeriesFinding, b: SeriesFinding): number {
  return (
    a.observedAt.getTime() - b.observedAt.getTime() ||
    compareText(a.observationId, b.observationId) ||
    a.ordinal - b.ordinal
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a violation is named after. */
export type NamingFinding = Pick<
  SeriesFinding,
  'observationId' | 'kind' | 'mineId' | 'otherMineId' | 'alike'
>;

/** The first of its opening finding's names that no settled violation has. */
function nameOf(finding: NamingFinding, settledAs: string | null, { names }: Settled): string {
  for (let turn = 0; ; turn += 1) {
    const id = violationId(finding, turn);
    if (id === settledAs || !names.has(id)) return id;
  }
}

/**
 * A violation is named after the finding that opens it: the observation, whose it is, what it is called, and its place
 * among the observation's findings of that name. So the same findings give the same ids in every database, and what
 * turns out to be another mine's is another violation. `turn` counts those of that name that people settled before,
 * whose findings have gone elsewhere since.
 */
function violationId(
  { observationId, kind, mineId, otherMineId, alike }: NamingFinding,
  turn: number,
): string {
  const again = turn === 0 ? [] : [String(turn)];
  return idFromKey(
    'violation',
    observationId,
    kind,
    mineId ?? '',
    otherMineId ?? '',
    String(alike),
    ...again,
  );
}

/** As hubs named violations before the mine was part of it; stored ones and packs may have such names still. */
const formerViolationId = ({ observationId, kind, otherMineId, alike }: NamingFinding): string =>
  idFromKey('violation', observationId, kind, otherMineId ?? '', String(alike));

/** More than people will settle of one finding's. */
const TURNS = 100;

/** Whether a violation may be called `id` in some hub if `finding` opens it. */
export const isNamedAfter = (finding: NamingFinding, id: string): boolean =>
  id === formerViolationId(finding) ||
  Array.from({ length: TURNS }, (_, turn) => violationId(finding, turn)).includes(id);
