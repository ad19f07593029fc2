import type { Box } from '../platform/boxes.js';
import { idFromKey } from '../platform/ids.js';
import type { VerdictClass, ViolationKind } from '../vocabulary/enforcement.js';

/** A significant finding as the series sees it: no geometry but the box around it, in degrees. */
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
  readonly box: Box;
  /** The violation that it is stored under; null: none yet. */
  readonly violationId: string | null;
}

/** What a finding or violation is called and whose, beside which neighbour. */
export const subjectOf = ({
  kind,
  mineId,
  otherMineId,
}: Pick<SeriesFinding, 'kind' | 'mineId' | 'otherMineId'>): string => [kind, mineId, otherMineId].join('/');

/** Whether the geometries of two findings of the same subject meet. */
export type Meets = (a: SeriesFinding, b: SeriesFinding) => boolean;

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
 * Folds findings, in the order of observation, into violations: a finding joins the violation of its mine, kind and
 * neighbour whose latest geometry it meets (the earliest such one), otherwise it opens a new one. Findings beyond depth of
 * one observation that meet do so together. What people closed or dismissed keeps its findings and takes no others. The
 * result depends on the set of findings and on what is settled only, not on the order or the batches in which they were
 * judged.
 */
export function foldViolations(
  findings: readonly SeriesFinding[],
  settled: Settled,
  meets: Meets,
): readonly ViolationSeries[] {
  const bySubject = new Map<string, SeriesFinding[]>();
  for (const finding of findings) {
    const subject = subjectOf(finding);
    const own = bySubject.get(subject);
    if (own) own.push(finding);
    else bySubject.set(subject, [finding]);
  }
  return [...bySubject.values()].flatMap((own) => foldSubject(own, settled, meets));
}

/** Folds what is called the same, of one mine and beside one neighbour. */
function foldSubject(
  findings: readonly SeriesFinding[],
  settled: Settled,
  meets: Meets,
): readonly ViolationSeries[] {
  const series: OpenSeries[] = [];
  for (let start = 0; start < findings.length; ) {
    const observation = findings[start]?.observationId;
    let end = start;
    while (findings[end]?.observationId === observation) end += 1;
    takeObservation(findings.slice(start, end), series, settled, meets);
    start = end;
  }
  return series;
}

function takeObservation(
  findings: readonly SeriesFinding[],
  series: OpenSeries[],
  settled: Settled,
  meets: Meets,
): void {
  const joined = new Map<OpenSeries, SeriesFinding[]>();
  const known = series.slice();
  const grounds = groundsAmong(
    findings.filter(({ id }) => !settled.byFinding.has(id)),
    meets,
  );
  for (const finding of findings) {
    const settledAs = settled.byFinding.get(finding.id) ?? null;
    const ground = grounds.get(finding) ?? [finding];
    const violation =
      settledAs === null
        ? (takerOf(ground, joined) ?? seriesToJoin(ground, known, meets))
        : seriesSettledAs(settledAs, series);
    const taker = violation ?? {
      id: nameOf(finding, settledAs, settled),
      findings: [],
      latest: [],
      settledAs,
    };
    if (!violation) series.push(taker);
    joined.set(taker, [...(joined.get(taker) ?? []), finding]);
  }
  for (const [violation, taken] of joined) {
    violation.findings.push(...taken);
    violation.latest = taken;
  }
}

/**
 * By finding, those of one observation that lie over one ground with it, by way of others too. Only findings beyond depth
 * do: there is one for each area that lies there, and areas may overlap or be stacked.
 */
function groundsAmong(
  findings: readonly SeriesFinding[],
  meets: Meets,
): ReadonlyMap<SeriesFinding, readonly SeriesFinding[]> {
  if (findings.length < 2 || findings[0]?.kind !== 'BEYOND_DEPTH') return new Map();
  let grounds: SeriesFinding[][] = [];
  for (const finding of findings) {
    const met = grounds.filter((ground) => ground.some((other) => meets(finding, other)));
    grounds = [...grounds.filter((ground) => !met.includes(ground)), [...met.flat(), finding]];
  }
  return new Map(grounds.flatMap((ground) => ground.map((finding) => [finding, ground] as const)));
}

/** What has taken a finding of this ground already. */
const takerOf = (
  ground: readonly SeriesFinding[],
  joined: ReadonlyMap<OpenSeries, readonly SeriesFinding[]>,
): OpenSeries | undefined =>
  [...joined].find(
    ([{ settledAs }, taken]) => settledAs === null && taken.some((finding) => ground.includes(finding)),
  )?.[0];

/** Of those that there were before the observation, the first that meets any of these. */
const seriesToJoin = (
  findings: readonly SeriesFinding[],
  known: readonly OpenSeries[],
  meets: Meets,
): OpenSeries | undefined =>
  known.find(
    ({ settledAs, latest }) =>
      settledAs === null && latest.some((old) => findings.some((finding) => meets(finding, old))),
  );

const seriesSettledAs = (violationId: string, series: readonly OpenSeries[]): OpenSeries | undefined =>
  series.find(({ settledAs }) => settledAs === violationId);

/** The order of observation. */
export function byObservation(a: SeriesFinding, b: SeriesFinding): number {
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
