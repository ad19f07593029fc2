import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import type { DomainEvent, Transaction } from '../platform/transact.js';
import { OPEN_STATES, type VerdictClass, type ViolationState } from '../vocabulary/enforcement.js';
import { FIRST_STATE } from '../vocabulary/violation-life.js';
import { JUDGEMENT_SQL } from './sql.js';
import { differencesOf } from './violation-comparison.js';
import type { ViolationDifference } from './violation-difference.js';
import { moveFindings } from './violation-membership.js';
import {
  type ClosingReasons,
  retireViolations,
  type StoredViolation,
  seriesKey,
} from './violation-retirement.js';
import {
  areaOf,
  foldViolations,
  type SeriesFinding,
  type ViolationSeries,
  worstOf,
} from './violation-series.js';
import { keepTransitions, REOPENING, reopenings } from './violation-transitions.js';

/** When, for whom and why the book is brought up to date. */
export interface BookEntry {
  readonly at: Date;
  readonly by: string;
  /** Says why violations do not stand any more; null: nothing but new verdicts is behind it. */
  readonly reasons: ClosingReasons | null;
}

/** What bringing the book up to date did. */
export interface BookUpdate {
  /** Violations that the observations' findings now belong to, and those that changed. */
  readonly violationIds: readonly string[];
  readonly differences: readonly ViolationDifference[];
}

const DAY = 86_400_000;

/** Keeps the violations in step with the current findings. */
export class ViolationBook {
  /** Folds anew every violation that a changed verdict on these observations can touch. */
  async update(
    tx: Transaction,
    observationIds: readonly string[],
    divisionOf: ReadonlyMap<string, string>,
    { at, by, reasons }: BookEntry,
  ): Promise<BookUpdate> {
    const findings = await readConnectedFindings(tx.sql, observationIds);
    const before = await readViolationsOf(tx.sql, observationIds, findings);
    const closed = new Map(
      [...before.values()].filter((v) => !isOpen(v.state)).map((v) => [v.id, v.lastObservedAt]),
    );
    const series = foldViolations(findings, (id) => closed.get(id) ?? null);
    const byId = new Map(series.map((s) => [s.id, s]));
    const stored = await storeSeries(tx.sql, series, at);
    const reopened = reopenings(stored.map(({ id }) => [id, before.get(id)?.state ?? FIRST_STATE]));
    const back = new Set(reopened.map((step) => step.violation_id));
    const events = stored.map(
      ({ id, opened }): DomainEvent =>
        violationEvent(
          opened ? 'detected' : back.has(id) ? 'reopened' : 'changed',
          id,
          byId.get(id),
          divisionOf,
        ),
    );
    await keepTransitions(tx.sql, reopened, by, at);
    await moveFindings(tx.sql, series, at);
    const lost = [...before.values()].filter((v) => !byId.has(v.id));
    const retired = await retireViolations(tx.sql, lost, series, reasons, at, by);
    events.push(...retired.events);
    tx.emit(...events);
    const asked = new Set(observationIds);
    const theirs = series.filter((s) => s.findings.some((f) => asked.has(f.observationId))).map((s) => s.id);
    const changed = new Set([...stored.map(({ id }) => id), ...retired.takenOver.keys()]);
    return {
      violationIds: [...new Set([...theirs, ...events.map((event) => event.subjectId)])],
      differences: differencesOf(
        series.filter(({ id }) => changed.has(id)),
        before,
        retired,
      ),
    };
  }
}

const isOpen = (state: ViolationState): boolean => state === 'AUTO_CLOSED' || OPEN_STATES.includes(state);

async function readConnectedFindings(sql: Knex, observationIds: readonly string[]): Promise<SeriesFinding[]> {
  const found = new Map<string, SeriesFinding>();
  const seeds = await sql.raw(PREPARED + JUDGEMENT_SQL.affectedFindings, { ids: [...observationIds] });
  let frontier: string[] = seeds.rows.map((row: { id: string }) => row.id);
  while (frontier.length > 0) {
    const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.touchingFindings, { ids: frontier });
    for (const row of rows) found.set(row.id, mapFinding(row));
    frontier = [...new Set<string>(rows.flatMap((row: { touching: string[] }) => row.touching))].filter(
      (id) => !found.has(id),
    );
  }
  return [...found.values()];
}

async function readViolationsOf(
  sql: Knex,
  observationIds: readonly string[],
  findings: readonly SeriesFinding[],
): Promise<ReadonlyMap<string, StoredViolation>> {
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.touchedViolations, {
    observations: [...observationIds],
    findings: findings.map((f) => f.id),
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
}

const mapTouched = (row: TouchedRow): StoredViolation => ({
  id: row.id,
  state: row.state,
  kind: row.kind,
  mineId: row.mine_id,
  divisionCode: row.division_code,
  verdict: row.verdict,
  areaSquareMetres: row.area_m2,
  lastObservedAt: row.last_observed_at,
  observationIds: row.observation_ids,
  memberKeys: row.observation_ids.map((id) => seriesKey(id, row.kind, row.mine_id, row.other_mine_id)),
});

async function storeSeries(
  sql: Knex,
  series: readonly ViolationSeries[],
  at: Date,
): Promise<readonly { id: string; state: ViolationState; opened: boolean }[]> {
  if (series.length === 0) return [];
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.storeViolations, {
    rows: JSON.stringify(series.map(seriesRow)),
    at,
    reopened_from: REOPENING.map(({ from }) => from),
    reopened_to: REOPENING.map(({ to }) => to),
  });
  return rows;
}

function seriesRow({ id, findings, latest }: ViolationSeries): Record<string, unknown> {
  const first = findings[0];
  const last = latest[0];
  if (!first || !last) throw new Error(`violation ${id} has no finding`);
  const firstArea = sum(
    findings.filter((f) => f.observationId === first.observationId).map((f) => f.areaSquareMetres),
  );
  const area = areaOf(latest);
  const days = (last.observedAt.getTime() - first.observedAt.getTime()) / DAY;
  return {
    id,
    mine_id: first.mineId,
    other_mine_id: first.otherMineId,
    kind: first.kind,
    verdict: worstOf(findings),
    state: FIRST_STATE,
    reason: last.reason,
    latest: latest.map((f) => f.id),
    area_m2: area,
    first_area_m2: firstArea,
    overrun_m: greatest(latest.map((f) => f.overrunMetres)),
    depth_overrun_m: greatest(latest.map((f) => f.depthOverrunMetres)),
    first_observed_at: first.observedAt,
    last_observed_at: last.observedAt,
    growth_m2_per_day: days > 0 ? (area - firstArea) / days : null,
  };
}

function violationEvent(
  what: string,
  id: string,
  series: ViolationSeries | undefined,
  divisionOf: ReadonlyMap<string, string>,
): DomainEvent {
  const mineId = series?.findings[0]?.mineId ?? null;
  return {
    type: `violation.${what}`,
    subjectType: 'Violation',
    subjectId: id,
    mineId,
    divisionCode: mineId === null ? null : (divisionOf.get(mineId) ?? null),
    ...(series
      ? {
          follows: series.findings.map((finding) => finding.observationId),
          after: seriesRow(series),
          data: {
            kind: series.findings[0]?.kind,
            areaSquareMetres: areaOf(series.latest),
          },
        }
      : {}),
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
    touching: row['touching'] as string[],
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
