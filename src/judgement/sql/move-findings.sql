-- Puts every finding under its violation, takes away those that no longer count there, and keeps what was so before.
-- Bindings: pairs (JSON: finding_id, violation_id), at (instant).
with member as materialized (
  select * from jsonb_to_recordset(:pairs::jsonb) as m (finding_id uuid, violation_id uuid)
),
gone as (
  delete from enforcement.violation_finding
  where violation_id = any(array(select violation_id from member)) and finding_id not in (select finding_id from member)
  returning *
),
past as (
  insert into enforcement.past_violation_finding (finding_id, violation_id, recorded_at, superseded_at)
  select finding_id, violation_id, recorded_at, :at::timestamptz from gone where recorded_at < :at
  union all
  select vf.finding_id, vf.violation_id, vf.recorded_at, :at
  from member m
  cross join lateral (select * from enforcement.violation_finding vf where vf.finding_id = m.finding_id offset 0) vf
  where vf.violation_id <> m.violation_id and vf.recorded_at < :at
)
insert into enforcement.violation_finding as vf (finding_id, violation_id, recorded_at)
select m.finding_id, m.violation_id, :at
from member m
where (select vf.violation_id from enforcement.violation_finding vf where vf.finding_id = m.finding_id) is distinct from m.violation_id
on conflict (finding_id) do update
  set violation_id = excluded.violation_id, recorded_at = greatest(vf.recorded_at, excluded.recorded_at)
