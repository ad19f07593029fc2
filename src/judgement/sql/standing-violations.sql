-- Violations that hold current findings of these observations, one as often as it holds some.
-- Bindings: ids (observations).
select vf.violation_id as id
from enforcement.violation_finding vf
where vf.finding_id = any(array(
  select f.id from enforcement.finding f where f.observation_id = any(:ids::uuid[]) and f.current
))
