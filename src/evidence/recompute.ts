import type { Knex } from 'knex';
import { readFindings } from '../judgement/connected-findings.js';
import { JudgementEngine } from '../judgement/judgement-engine.js';
import { engineStatements, JUDGEMENT_SQL } from '../judgement/sql.js';
import { ViolationBook } from '../judgement/violation-book.js';
import { settledBy } from '../judgement/violation-grounds.js';
import { isNamedAfter, type NamingFinding } from '../judgement/violation-series.js';
import { fixedClock, systemClock } from '../platform/clock.js';
import { createRequestContext } from '../platform/context.js';
import { createLogger } from '../platform/logging.js';
import { createTransact } from '../platform/transact.js';
import { loadFacts } from './load-facts.js';
import type { JudgementFact, PackFacts } from './pack-facts.js';

/** What the engine makes of a pack's facts. */
export interface Recomputed {
  readonly judgements: readonly RecomputedJudgement[];
  readonly violations: readonly RecomputedViolation[];
  /** The statements by which it was. */
  readonly statements: Readonly<Record<string, string>>;
  /** By judgement of the pack what its digest has to be, given what the pack says of it. */
  readonly digests: ReadonlyMap<string, readonly string[]>;
}

export interface RecomputedJudgement {
  readonly observation_id: string;
  readonly observation_version: number;
  readonly observed_at: Date;
  readonly mine_id: string | null;
  readonly attribution: string;
  readonly plan_verdict: string;
  readonly depth_verdict: string | null;
  readonly depth_overrun_m: number | null;
  readonly footprint_area_m2: number;
  readonly within_area_m2: number;
  readonly excess_area_m2: number;
  readonly sliver_area_m2: number;
  readonly sliver_count: number;
  readonly judging_srid: number;
  readonly policy_version: number;
  readonly areas: readonly { readonly id: string; readonly version: number }[];
  readonly engine: Readonly<Record<string, string>>;
  readonly digest: string;
  readonly findings: readonly RecomputedFinding[];
}

export interface RecomputedFinding {
  readonly ordinal: number;
  readonly kind: string;
  readonly verdict: string;
  readonly reason: string | null;
  readonly other_mine_id: string | null;
  readonly mine_id: string | null;
  readonly observed_at: Date;
  readonly area_m2: number;
  readonly share: number;
  readonly overrun_m: number | null;
  readonly depth_overrun_m: number | null;
  readonly volume_m3: number | null;
  readonly geom: string;
  /** Where the overrun is greatest. */
  readonly place: string | null;
}

export interface RecomputedViolation {
  readonly id: string;
  /** The finding that opens it, after which hubs name it. */
  readonly opening: NamingFinding;
  /** Its findings, each as `placeOf` tells it. */
  readonly members: ReadonlySet<string>;
  readonly days: readonly RecomputedDay[];
  readonly kind: string;
  readonly mine_id: string | null;
  readonly other_mine_id: string | null;
  readonly verdict: string;
  readonly reason: string | null;
  readonly area_m2: number;
  readonly first_area_m2: number;
  readonly overrun_m: number | null;
  readonly depth_overrun_m: number | null;
  readonly first_observed_at: Date;
  readonly last_observed_at: Date;
  readonly growth_m2_per_day: number | null;
  readonly geom: string;
}

/** What it was on a day on which it was seen. */
export interface RecomputedDay {
  readonly observed_on: string;
  readonly observed_at: Date;
  readonly area_m2: number;
  readonly overrun_m: number | null;
  readonly depth_overrun_m: number | null;
}

/**
 * Loads a pack's facts into a migrated, empty database and lets the engine judge them, each observation at the instant
 * at which it was judged and by the policy of then. Nothing of the pack is executed: its statements are for reading.
 */
export async function recompute(knex: Knex, facts: PackFacts): Promise<Recomputed> {
  await knex.transaction((sql) => loadFacts(sql, facts));
  const engine = new JudgementEngine();
  const transact = createTransact(knex);
  const log = createLogger('silent');
  for (const { knownAt, policy, observationIds } of batches(facts.judgements)) {
    await putInForce(knex, policy);
    const context = createRequestContext({ log, clock: fixedClock(knownAt) });
    await transact(context, (tx) => engine.judge(context, tx, observationIds));
  }
  if (facts.decisions.length > 0) await knex.transaction((sql) => foldAsDecided(sql, facts));
  return {
    judgements: await readJudgements(knex),
    violations: await readViolations(knex),
    statements: await engineStatements(knex),
    digests: await readDigests(knex, facts),
  };
}

interface Batch {
  readonly knownAt: string;
  readonly policy: number;
  readonly observationIds: string[];
}

/** As many as a hub judges in one statement. */
const MOST_TOGETHER = 500;

/** What was judged at one instant by one policy is judged together again. */
function batches(judgements: readonly JudgementFact[]): readonly Batch[] {
  const found: Batch[] = [];
  const open = new Map<string, Batch>();
  for (const { observation_id, known_at, policy_version } of judgements) {
    const key = `${known_at} ${policy_version}`;
    let batch = open.get(key);
    if (!batch || batch.observationIds.length >= MOST_TOGETHER) {
      batch = { knownAt: known_at, policy: policy_version, observationIds: [] };
      open.set(key, batch);
      found.push(batch);
    }
    batch.observationIds.push(observation_id);
  }
  return found;
}

async function readDigests(
  knex: Knex,
  { judgements, findings }: PackFacts,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await knex.raw(JUDGEMENT_SQL.evidenceDigests, {
    judgements: JSON.stringify(judgements),
    findings: JSON.stringify(findings),
  });
  return new Map(rows.map((row: { id: string; digests: string[] }) => [row.id, row.digests]));
}

/** The violation of a pack among those that came out: a hub may have had to choose the second name, or an older one. */
export const violationAgain = (
  id: string,
  violations: readonly RecomputedViolation[],
): RecomputedViolation | undefined =>
  violations.find((violation) => violation.id === id) ??
  violations.find(({ opening }) => isNamedAfter(opening, id));

/** Which findings people had settled together is taken as the pack states it; no fold can know. */
async function foldAsDecided(sql: Knex, { findings, decisions }: PackFacts): Promise<void> {
  const anew: readonly { id: string; observation_id: string; ordinal: number }[] = await sql(
    'enforcement.finding',
  )
    .where('current', true)
    .whereNot('verdict', 'WITHIN_ERROR')
    .select('id', 'observation_id', 'ordinal');
  const packed = new Map(findings.map(({ id, ...finding }) => [id, placeOf(finding)]));
  const byPlace = new Map(anew.map(({ id, ...finding }) => [placeOf(finding), id]));
  const settled = decisions.map(({ violation_id, findings: kept }) => ({
    violationId: violation_id,
    findingIds: kept.flatMap((id) => byPlace.get(packed.get(id) ?? '') ?? []),
  }));
  const read = await readFindings(
    sql,
    anew.map(({ id }) => id),
  );
  await new ViolationBook().rewrite(sql, read, settledBy(settled), systemClock.now());
}

/** What tells a finding whichever database it was found in. */
export const placeOf = (finding: { readonly observation_id: string; readonly ordinal: number }): string =>
  `${finding.observation_id}/${finding.ordinal}`;

/** One policy is in force at a time. */
async function putInForce(knex: Knex, version: number): Promise<void> {
  await knex('enforcement.tolerance_policy')
    .where({ state: 'IN_FORCE' })
    .update({ state: 'REPLACED', replaced_at: knex.ref('adopted_at') });
  await knex('enforcement.tolerance_policy')
    .where({ version })
    .update({ state: 'IN_FORCE', replaced_at: null });
}

async function readJudgements(knex: Knex): Promise<readonly RecomputedJudgement[]> {
  const judgements = await knex('enforcement.judgement').whereNull('superseded_at');
  const findings = await knex('enforcement.finding')
    .select('*', knex.raw('geom::text as geom'), knex.raw('overrun_point::text as place'))
    .where('current', true)
    .orderBy(['judgement_id', 'ordinal']);
  return judgements.map((judgement) => ({
    ...judgement,
    findings: findings.filter(({ judgement_id }) => judgement_id === judgement.id),
  }));
}

async function readViolations(knex: Knex): Promise<readonly RecomputedViolation[]> {
  const violations = await knex('enforcement.violation').select('*', knex.raw('geom::text as geom'));
  const members: readonly Member[] = await knex('enforcement.violation_finding as member')
    .join('enforcement.finding as finding', 'finding.id', 'member.finding_id')
    .where('finding.current', true)
    .orderBy(['finding.observed_at', 'finding.observation_id', 'finding.ordinal'])
    .select('member.violation_id', 'finding.id', 'finding.observation_id', 'finding.ordinal');
  const { rows } = await knex.raw(JUDGEMENT_SQL.violationDays, {
    ids: violations.map(({ id }) => id),
    known: null,
    most: members.length,
  });
  const days: readonly (RecomputedDay & { readonly violation_id: string })[] = rows;
  const read = await readFindings(
    knex,
    members.map(({ id }) => id),
  );
  const findings = new Map(read.map((finding) => [finding.id, finding]));
  return violations.flatMap((violation) => {
    const own = members.filter(({ violation_id }) => violation_id === violation.id);
    const opening = findings.get(own[0]?.id ?? '');
    // What has lost its last finding on the way is nothing that came out.
    if (!opening) return [];
    return {
      ...violation,
      opening,
      members: new Set(own.map(placeOf)),
      days: days.filter(({ violation_id }) => violation_id === violation.id),
    };
  });
}

interface Member {
  readonly violation_id: string;
  readonly id: string;
  readonly observation_id: string;
  readonly ordinal: number;
}
