import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import type { VerdictClass, ViolationState } from '../vocabulary/enforcement.js';
import { SETTLED_STATES } from '../vocabulary/violation-life.js';
import { mergedBoxes } from './merged-boxes.js';
import { JUDGEMENT_SQL } from './sql.js';
import type { StoredViolation } from './violation-retirement.js';
import { NOTHING_SETTLED, type SeriesFinding, type Settled, subjectOf } from './violation-series.js';

export interface Connected {
  readonly findings: readonly SeriesFinding[];
  readonly before: ReadonlyMap<string, StoredViolation>;
}

/** Every finding that can end in one violation with findings of these observations, and the violations they are in. */
export async function readConnected(sql: Knex, observationIds: readonly string[]): Promise<Connected> {
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.affectedFindings, { ids: [...observationIds] });
  const findings = new Map<string, SeriesFinding>();
  let missing: string[] = rows.map((row: { id: string }) => row.id);
  for (;;) {
    await addConnected(sql, findings, missing);
    const before = await readViolationsOf(sql, observationIds, [...findings.keys()]);
    // What is settled stays together also where its findings do not touch any more.
    missing = [...settledOf(before).byFinding.keys()].filter((id) => !findings.has(id));
    if (missing.length === 0) return { findings: [...findings.values()], before };
  }
}

/** Adds these findings and all that can be reached from them by touching. */
async function addConnected(
  sql: Knex,
  found: Map<string, SeriesFinding>,
  findingIds: readonly string[],
): Promise<void> {
  let frontier = findingIds;
  while (frontier.length > 0) {
    const findings = await readFindings(sql, frontier);
    for (const finding of findings) found.set(finding.id, finding);
    frontier = await readReached(sql, findings, found);
  }
}

/** These findings as the series sees them. */
export async function readFindings(sql: Knex, ids: readonly string[]): Promise<readonly SeriesFinding[]> {
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.findings, { ids: [...ids] });
  return rows.map(mapFinding);
}

/** Findings that meet one of these or are in a violation with one, and are not among those found. */
async function readReached(
  sql: Knex,
  findings: readonly SeriesFinding[],
  found: ReadonlyMap<string, SeriesFinding>,
): Promise<readonly string[]> {
  const extents = mergedBoxes(findings, subjectOf).map(({ of, box: [west, south, east, north] }) => {
    return { mine_id: of.mineId, kind: of.kind, other_mine_id: of.otherMineId, west, south, east, north };
  });
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.reachedFindings, {
    ids: findings.map(({ id }) => id),
    violations: [...new Set(findings.flatMap(({ violationId }) => violationId ?? []))],
    found: [...found.keys()],
    extents: JSON.stringify(extents),
  });
  return rows.map((row: { id: string }) => row.id);
}

async function readViolationsOf(
  sql: Knex,
  observationIds: readonly string[],
  findingIds: readonly string[],
): Promise<ReadonlyMap<string, StoredViolation>> {
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.touchedViolations, {
    observations: [...observationIds],
    findings: findingIds,
    settled: SETTLED_STATES,
  });
  return new Map(rows.map((row: TouchedRow) => [row.id, mapTouched(row)]));
}

interface TouchedRow {
  readonly id: string;
  readonly state: ViolationState;
  readonly kind: StoredViolation['kind'];
  readonly mine_id: string | null;
  readonly other_mine_id: string | null;
  readonly division_code: string | null;
  readonly verdict: VerdictClass;
  readonly area_m2: number;
  readonly last_observed_at: Date;
  readonly observation_ids: string[];
  readonly settled_ids: string[];
}

const mapTouched = (row: TouchedRow): StoredViolation => ({
  id: row.id,
  state: row.state,
  kind: row.kind,
  mineId: row.mine_id,
  otherMineId: row.other_mine_id,
  divisionCode: row.division_code,
  verdict: row.verdict,
  areaSquareMetres: row.area_m2,
  lastObservedAt: row.last_observed_at,
  observationIds: row.observation_ids,
  settledIds: row.settled_ids,
});

/** What of these violations people closed or dismissed. */
export function settledOf(violations: ReadonlyMap<string, StoredViolation>): Settled {
  const settled = [...violations.values()].filter(({ state }) => SETTLED_STATES.includes(state));
  if (settled.length === 0) return NOTHING_SETTLED;
  return {
    byFinding: new Map(settled.flatMap(({ id, settledIds }) => settledIds.map((finding) => [finding, id]))),
    names: new Set(settled.map(({ id }) => id)),
  };
}

function mapFinding(row: Record<string, unknown>): SeriesFinding {
  return {
    id: row['id'] as string,
    observationId: row['observation_id'] as string,
    ordinal: row['ordinal'] as number,
    alike: row['alike'] as number,
    kind: row['kind'] as SeriesFinding['kind'],
    mineId: row['mine_id'] as string | null,
    otherMineId: row['other_mine_id'] as string | null,
    verdict: row['verdict'] as SeriesFinding['verdict'],
    reason: row['reason'] as string | null,
    areaSquareMetres: row['area_m2'] as number,
    overrunMetres: row['overrun_m'] as number | null,
    depthOverrunMetres: row['depth_overrun_m'] as number | null,
    observedAt: row['observed_at'] as Date,
    box: row['box'] as unknown as SeriesFinding['box'],
    violationId: row['violation_id'] as string | null,
  };
}
