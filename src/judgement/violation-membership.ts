import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import { JUDGEMENT_SQL } from './sql.js';
import type { ViolationSeries } from './violation-series.js';

/** Puts every finding under its violation, takes away those that no longer count there, and keeps what was so before. */
export async function moveFindings(sql: Knex, series: readonly ViolationSeries[], at: Date): Promise<void> {
  if (series.length === 0) return;
  const pairs = series.flatMap((s) => s.findings.map((f) => ({ finding_id: f.id, violation_id: s.id })));
  await sql.raw(PREPARED + JUDGEMENT_SQL.moveFindings, { pairs: JSON.stringify(pairs), at });
}

/** Takes all findings from violations, and keeps that they were theirs. */
export async function dropFindings(sql: Knex, violationIds: readonly string[], at: Date): Promise<void> {
  await sql.raw(
    `with gone as (delete from enforcement.violation_finding where violation_id = any(:ids) returning *)
     insert into enforcement.past_violation_finding (finding_id, violation_id, recorded_at, superseded_at)
     select finding_id, violation_id, recorded_at, :at from gone where recorded_at < :at`,
    { ids: [...violationIds], at },
  );
}
