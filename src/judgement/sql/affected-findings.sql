-- Findings whose violations a change of these observations can touch: their own current ones, and the other current
-- ones of the violations that they belonged to until now.
-- Bindings: ids (observations).
with their as materialized (
  select id, current, verdict from enforcement.finding where observation_id = any(:ids::uuid[])
)
select id from their where current and verdict <> 'WITHIN_ERROR'
union
select f.id
from enforcement.violation_finding vf
cross join lateral (select * from enforcement.finding f where f.id = vf.finding_id offset 0) f
where vf.violation_id = any(array(
    select t.violation_id from enforcement.violation_finding t where t.finding_id = any(array(select id from their))
  ))
  and f.current and f.verdict <> 'WITHIN_ERROR'
