import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import type { ViolationSeries } from './violation-series.js';

/** Puts every finding under its violation, takes away those that no longer count there, and keeps what was so before. */
export async function moveFindings(sql: Knex, series: readonly ViolationSeries[], at: Date): Promise<void> {
  if (series.length === 0) return;
  const pairs = series.flatMap((s) => s.findings.map((f) => ({ finding_id: f.id, violation_id: s.id })));
  await sql.raw(
    `${PREPARED}with member as materialized (
       select * from jsonb_to_recordset(:pairs::jsonb) as m (finding_id uuid, violation_id uuid)
     ), gone as (
       delete from enforcement.violation_finding vf
       where vf.violation_id in (select violation_id from member) and vf.finding_id not in (select finding_id from member)
       returning vf.*
     ), past as (
       insert into enforcement.past_violation_finding (finding_id, violation_id, recorded_at, superseded_at)
       select finding_id, violation_id, recorded_at, :at::timestamptz from gone where recorded_at < :at
       union all
       select vf.finding_id, vf.violation_id, vf.recorded_at, :at
       from member m join enforcement.violation_finding vf using (finding_id)
       where vf.violation_id <> m.violation_id and vf.recorded_at < :at
     )
     insert into enforcement.violation_finding as vf (finding_id, violation_id, recorded_at)
     select finding_id, violation_id, :at from member
     on conflict (finding_id) do update
       set violation_id = excluded.violation_id, recorded_at = greatest(vf.recorded_at, excluded.recorded_at)
     where vf.violation_id <> excluded.violation_id`,
    { pairs: JSON.stringify(pairs), at },
  );
}

/** Takes all findings from a violation, and keeps that they were its. */
export async function dropFindings(sql: Knex, violationId: string, at: Date): Promise<void> {
  await sql.raw(
    `with gone as (delete from enforcement.violation_finding where violation_id = :id returning *)
     insert into enforcement.past_violation_finding (finding_id, violation_id, recorded_at, superseded_at)
     select finding_id, violation_id, recorded_at, :at from gone where recorded_at < :at`,
    { id: violationId, at },
  );
}
