-- Findings whose violations a change of these observations can touch: their own current ones, and the other current
-- ones of the violations that they belonged to until now.
-- Bindings: ids (observations).
with touched_violation as (
  select distinct vf.violation_id
  from enforcement.finding f join enforcement.violation_finding vf on vf.finding_id = f.id
  where f.observation_id = any(:ids::uuid[])
)
select f.id
from enforcement.finding f
where f.observation_id = any(:ids::uuid[]) and f.current and f.verdict <> 'WITHIN_ERROR'
union
select f.id
from touched_violation t
join enforcement.violation_finding vf using (violation_id)
join enforcement.finding f on f.id = vf.finding_id
where f.current and f.verdict <> 'WITHIN_ERROR'
