-- Violations that hold findings of these observations or any of these findings, locked until the transaction ends,
-- with the observations that they were made of, earliest first.
-- Bindings: observations, findings (ids).
with touched as (
  select distinct vf.violation_id as id
  from enforcement.violation_finding vf
  join enforcement.finding f on f.id = vf.finding_id
  where f.observation_id = any(:observations::uuid[]) or f.id = any(:findings::uuid[])
)
select v.id, v.state, v.kind, v.mine_id, v.other_mine_id, v.verdict, v.area_m2, v.last_observed_at, m.division_code,
       array(
         select f.observation_id
         from enforcement.violation_finding vf join enforcement.finding f on f.id = vf.finding_id
         where vf.violation_id = v.id order by f.observed_at, f.observation_id
       ) as observation_ids
from enforcement.violation v left join registry.published_mine m on m.id = v.mine_id
where v.id in (select id from touched)
order by v.id
for update of v
