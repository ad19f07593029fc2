import { perDay } from '../vocabulary/time.js';
import type { DayFact, FindingFact, JudgementFact, PackFacts } from './pack-facts.js';
import {
  placeOf,
  type Recomputed,
  type RecomputedDay,
  type RecomputedFinding,
  type RecomputedJudgement,
  type RecomputedViolation,
  violationAgain,
} from './recompute.js';

/** How a recomputed verdict stands beside the one in the pack. */
export interface Comparison {
  /** What differs, each with where it is, what the pack says and what came out. */
  readonly differences: readonly string[];
  /** Whether every judgement has the very digest of the pack; without, numbers agree within what engines may differ by. */
  readonly digestsEqual: boolean;
  /** Judgements that were reached with other versions of PostGIS, GEOS or PROJ than these. */
  readonly otherEngines: readonly string[];
  /** Files of statements that are not those by which was judged again. */
  readonly otherStatements: readonly string[];
}

/** Areas agree within a millionth or a square centimetre, as two engines' overlays do. */
const AREA = { relative: 1e-6, absolute: 1e-4 };
/** An overrun is bracketed to 1 %; where it is bracketed depends on the overlays. */
const OVERRUN = { relative: 0.011, absolute: 1e-6 };
const SHARE = { relative: 1e-5, absolute: 1e-6 };
const DEPTH = { relative: 1e-9, absolute: 1e-9 };
const GROWTH = { relative: 1e-5, absolute: 1e-4 };

interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

const close = (a: number, b: number, { relative, absolute }: Tolerance): boolean =>
  Math.abs(a - b) <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)));

/** Compares a pack's verdicts with those that the engine reached from its facts alone. */
export function compare(facts: PackFacts, recomputed: Recomputed): Comparison {
  const differences = new Differences();
  const otherEngines: string[] = [];
  const otherStatements = statementsApart(facts, recomputed);
  let digestsEqual = true;
  for (const judgement of facts.judgements) {
    const where = `judgement of observation ${judgement.observation_id}`;
    const again = recomputed.judgements.find(
      ({ observation_id }) => observation_id === judgement.observation_id,
    );
    if (!again) {
      differences.add(where, 'there', 'none');
      continue;
    }
    compareJudgements(differences, where, judgement, again);
    const findings = facts.findings.filter(({ judgement_id }) => judgement_id === judgement.id);
    compareFindings(differences, where, findings, again.findings);
    if (versions(judgement.engine) !== versions(again.engine)) otherEngines.push(where);
    digestsEqual &&= judgement.digest === again.digest;
    // A digest is that of what is stated, however engines round; only other statements may make it otherwise.
    const stated = [again.digest, ...(recomputed.digests.get(judgement.id) ?? [])];
    if (!stated.includes(judgement.digest) && !otherStatements.includes(JUDGE)) {
      differences.add(`${where}, digest`, judgement.digest, again.digest);
    }
  }
  compareAreas(differences, facts, recomputed);
  compareDecisions(differences, facts);
  compareViolations(differences, facts, recomputed.violations);
  return { differences: differences.found, digestsEqual, otherEngines, otherStatements };
}

/** The statement that makes verdicts and their digests. */
const JUDGE = 'sql/judge-batch.sql';

function statementsApart({ engine }: PackFacts, { statements }: Recomputed): readonly string[] {
  const names = new Set([...Object.keys(engine.sql), ...Object.keys(statements)]);
  return [...names]
    .filter((name) => engine.sql[name] !== statements[name])
    .map((name) => `sql/${name}.sql`)
    .sort();
}

class Differences {
  readonly found: string[] = [];

  add(where: string, pack: unknown, again: unknown): void {
    this.found.push(`${where}: the pack says ${shown(pack)}, recomputed ${shown(again)}`);
  }

  equal(where: string, pack: unknown, again: unknown): void {
    if (JSON.stringify(pack) !== JSON.stringify(again)) this.add(where, pack, again);
  }

  close(where: string, pack: number | null, again: number | null, tolerance: Tolerance): void {
    if (pack === null || again === null ? pack !== again : !close(pack, again, tolerance)) {
      this.add(where, pack, again);
    }
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const versions = (engine: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(engine).sort());

function compareJudgements(
  differences: Differences,
  where: string,
  pack: JudgementFact,
  again: RecomputedJudgement,
): void {
  for (const name of [
    'observation_version',
    'mine_id',
    'attribution',
    'plan_verdict',
    'depth_verdict',
    'judging_srid',
    'policy_version',
    'sliver_count',
  ] as const) {
    differences.equal(`${where}, ${name}`, pack[name], again[name]);
  }
  differences.equal(`${where}, observed_at`, pack.observed_at, again.observed_at.toISOString());
  differences.equal(`${where}, areas`, versioned(pack.areas), versioned(again.areas));
  differences.close(`${where}, depth_overrun_m`, pack.depth_overrun_m, again.depth_overrun_m, DEPTH);
  for (const name of ['footprint_area_m2', 'within_area_m2', 'excess_area_m2', 'sliver_area_m2'] as const) {
    differences.close(`${where}, ${name}`, pack[name], again[name], AREA);
  }
}

const presence = (value: string | null): string => (value === null ? 'none' : 'one');

const versioned = (areas: JudgementFact['areas']): readonly string[] =>
  areas.map(({ id, version }) => `${id}@${version}`).sort();

function compareFindings(
  differences: Differences,
  where: string,
  pack: readonly FindingFact[],
  again: readonly RecomputedFinding[],
): void {
  differences.equal(`${where}, number of findings`, pack.length, again.length);
  for (const finding of pack) {
    const other = again.find(({ ordinal }) => ordinal === finding.ordinal);
    const place = `${where}, finding ${finding.ordinal}`;
    if (!other) continue;
    for (const name of ['kind', 'verdict', 'reason', 'mine_id', 'other_mine_id'] as const) {
      differences.equal(`${place}, ${name}`, finding[name], other[name]);
    }
    differences.equal(`${place}, observed_at`, finding.observed_at, other.observed_at.toISOString());
    differences.close(`${place}, share`, finding.share, other.share, SHARE);
    differences.equal(`${place}, plane_point`, presence(finding.plane_point), presence(other.place));
    differences.close(`${place}, area_m2`, finding.area_m2, other.area_m2, AREA);
    differences.close(`${place}, overrun_m`, finding.overrun_m, other.overrun_m, OVERRUN);
    differences.close(`${place}, depth_overrun_m`, finding.depth_overrun_m, other.depth_overrun_m, DEPTH);
    differences.close(`${place}, volume_m3`, finding.volume_m3, other.volume_m3, AREA);
  }
}

/** Decisions are stated by the pack; what it says of them has to hang together. */
function compareDecisions(
  differences: Differences,
  { violation, history, findings, decisions }: PackFacts,
): void {
  const there = new Set(findings.map(({ id }) => id));
  const kept = decisions.flatMap((decision) => decision.findings);
  const strangers = kept.filter((id) => !there.has(id));
  differences.equal('decisions, findings that are not in the pack', strangers, []);
  differences.equal('decisions, findings', kept.length, new Set(kept).size);
  for (const { action, at } of decisions.filter(({ violation_id }) => violation_id === violation.id)) {
    const taken = history.some((step) => step.action === action && step.at === at);
    if (!taken) differences.add(`decision ${action}`, at, 'no such step of its history');
  }
}

/** Which judgements name an area, and that its corners are the same in both lists of them. */
function compareAreas(differences: Differences, { areas }: PackFacts, { judgements }: Recomputed): void {
  for (const { id, version, used_by, corners, plane_corners } of areas) {
    const where = `permitted area ${id}@${version}`;
    const users = judgements
      .filter((judgement) => judgement.areas.some((area) => area.id === id && area.version === version))
      .map(({ observation_id }) => observation_id);
    differences.equal(`${where}, used_by`, [...used_by].sort(), users.sort());
    differences.equal(
      `${where}, plane_corners`,
      plane_corners.map(([number]) => number),
      corners.map(({ number }) => number),
    );
  }
}

function compareViolations(
  differences: Differences,
  facts: PackFacts,
  violations: readonly RecomputedViolation[],
): void {
  const { violation: pack, findings } = facts;
  const again = violationAgain(pack.id, violations);
  if (!again) {
    differences.add('violation', pack.id, violations.map(({ id }) => id).join(', ') || 'none');
    return;
  }
  const ours = findings.filter((finding) => finding.ours).map(placeOf);
  differences.equal('violation, findings', ours.sort(), [...again.members].sort());
  for (const name of ['kind', 'mine_id', 'other_mine_id', 'verdict'] as const) {
    differences.equal(`violation, ${name}`, pack[name], again[name]);
  }
  // A closed one has the reason why it was closed.
  if (pack.state !== 'AUTO_CLOSED') differences.equal('violation, reason', pack.reason, again.reason);
  for (const name of ['first_observed_at', 'last_observed_at'] as const) {
    differences.equal(`violation, ${name}`, pack[name], again[name].toISOString());
  }
  differences.close('violation, area_m2', pack.area_m2, again.area_m2, AREA);
  differences.close('violation, first_area_m2', pack.first_area_m2, again.first_area_m2, AREA);
  differences.close('violation, overrun_m', pack.overrun_m, again.overrun_m, OVERRUN);
  differences.close('violation, depth_overrun_m', pack.depth_overrun_m, again.depth_overrun_m, DEPTH);
  differences.close('violation, growth_m2_per_day', pack.growth_m2_per_day, again.growth_m2_per_day, GROWTH);
  compareSeries(differences, facts.series, again.days);
}

function compareSeries(
  differences: Differences,
  pack: readonly DayFact[],
  again: readonly RecomputedDay[],
): void {
  differences.equal(
    'series, days',
    pack.map(({ observed_on }) => observed_on),
    again.map(({ observed_on }) => observed_on),
  );
  for (const [place, day] of pack.entries()) {
    const other = again[place];
    const before = again[place - 1];
    if (!other) continue;
    const where = `series, ${day.observed_on}`;
    const growth = before
      ? perDay(other.area_m2 - before.area_m2, before.observed_at, other.observed_at)
      : null;
    differences.close(`${where}, area_m2`, day.area_m2, other.area_m2, AREA);
    differences.close(`${where}, overrun_m`, day.overrun_m, other.overrun_m, OVERRUN);
    differences.close(`${where}, depth_overrun_m`, day.depth_overrun_m, other.depth_overrun_m, DEPTH);
    differences.close(`${where}, growth_m2_per_day`, day.growth_m2_per_day, growth, GROWTH);
  }
}
