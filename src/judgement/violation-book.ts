import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import type { DomainEvent, Transaction } from '../platform/transact.js';
import type { ViolationState } from '../vocabulary/enforcement.js';
import { perDay } from '../vocabulary/time.js';
import { FIRST_STATE } from '../vocabulary/violation-life.js';
import { readConnected, settledOf } from './connected-findings.js';
import { JUDGEMENT_SQL } from './sql.js';
import { type MeasuredSeries, measured } from './violation-areas.js';
import { differencesOf } from './violation-comparison.js';
import type { ViolationDifference } from './violation-difference.js';
import { moveFindings } from './violation-membership.js';
import { foldNamed } from './violation-names.js';
import { type ClosingReasons, retireViolations } from './violation-retirement.js';
import { type SeriesFinding, type Settled, worstOf } from './violation-series.js';
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

/** Keeps the violations in step with the current findings. */
export class ViolationBook {
  /** Folds anew every violation that a changed verdict on these observations can touch. */
  async update(
    tx: Transaction,
    observationIds: readonly string[],
    divisionOf: ReadonlyMap<string, string>,
    { at, by, reasons }: BookEntry,
  ): Promise<BookUpdate> {
    const { findings, before } = await readConnected(tx.sql, observationIds);
    const series = await measured(tx.sql, await foldNamed(tx.sql, findings, settledOf(before)));
    const byId = new Map(series.map((s) => [s.id, s]));
    const stored = await storeSeries(tx.sql, series, at);
    const reopened = reopenings(stored.map(({ id, previous_state }) => [id, previous_state ?? FIRST_STATE]));
    const back = new Set(reopened.map((step) => step.violation_id));
    const events = stored.map(
      ({ id, previous_state }): DomainEvent =>
        violationEvent(
          previous_state === null ? 'detected' : back.has(id) ? 'reopened' : 'changed',
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
        back,
      ),
    };
  }

  /** Writes the book anew from these findings, given what of them was settled: nothing of what it said is kept. */
  async rewrite(sql: Knex, findings: readonly SeriesFinding[], settled: Settled, at: Date): Promise<void> {
    await sql('enforcement.violation_finding').delete();
    await sql('enforcement.violation').delete();
    const series = await measured(sql, await foldNamed(sql, findings, settled));
    await storeSeries(sql, series, at);
    await moveFindings(sql, series, at);
  }
}

async function storeSeries(
  sql: Knex,
  series: readonly MeasuredSeries[],
  at: Date,
): Promise<readonly { id: string; previous_state: ViolationState | null }[]> {
  if (series.length === 0) return [];
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.storeViolations, {
    rows: JSON.stringify(series.map(seriesRow)),
    at,
    reopened_from: REOPENING.map(({ from }) => from),
    reopened_to: REOPENING.map(({ to }) => to),
  });
  return rows;
}

function seriesRow({
  id,
  findings,
  latest,
  areaSquareMetres,
  firstAreaSquareMetres,
}: MeasuredSeries): Record<string, unknown> {
  const first = findings[0];
  const last = latest[0];
  if (!first || !last) throw new Error(`violation ${id} has no finding`);
  return {
    id,
    mine_id: first.mineId,
    other_mine_id: first.otherMineId,
    kind: first.kind,
    verdict: worstOf(findings),
    state: FIRST_STATE,
    reason: last.reason,
    latest: latest.map((f) => f.id),
    area_m2: areaSquareMetres,
    first_area_m2: firstAreaSquareMetres,
    overrun_m: greatest(latest.map((f) => f.overrunMetres)),
    depth_overrun_m: greatest(latest.map((f) => f.depthOverrunMetres)),
    first_observed_at: first.observedAt,
    last_observed_at: last.observedAt,
    growth_m2_per_day: perDay(areaSquareMetres - firstAreaSquareMetres, first.observedAt, last.observedAt),
  };
}

function violationEvent(
  what: string,
  id: string,
  series: MeasuredSeries | undefined,
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
            areaSquareMetres: series.areaSquareMetres,
          },
        }
      : {}),
  };
}

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
