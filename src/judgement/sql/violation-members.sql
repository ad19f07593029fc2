-- Stands before what reads the findings of violations: those that are theirs, or were at an instant.
-- Bindings: ids (violations), known (instant; null: now).
with member as materialized (
  select vf.violation_id, vf.finding_id from enforcement.violation_finding vf
  where :known::timestamptz is null and vf.violation_id = any(:ids::uuid[])
  union all
  select vf.violation_id, vf.finding_id from enforcement.violation_finding_version vf
  where vf.violation_id = any(:ids::uuid[]) and vf.recorded_at <= :known::timestamptz
    and (vf.superseded_at is null or vf.superseded_at > :known::timestamptz)
),
