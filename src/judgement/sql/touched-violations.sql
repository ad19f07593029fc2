-- Violations that hold findings of these observations or any of these findings, locked until the transaction ends,
-- with the observations that they were made of, earliest first.
-- Bindings: observations, findings (ids).
with finding as materialized (
  select id from enforcement.finding where observation_id = any(:observations::uuid[])
  union all
  select unnest(:findings::uuid[])
)
select v.id, v.state, v.kind, v.mine_id, v.other_mine_id, v.verdict, v.area_m2, v.last_observed_at, m.division_code,
       array(
         select f.observation_id
         from enforcement.violation_finding vf
         cross join lateral (select * from enforcement.finding f where f.id = vf.finding_id offset 0) f
         where vf.violation_id = v.id order by f.observed_at, f.observation_id
       ) as observation_ids
from enforcement.violation v
left join lateral (select division_code from registry.published_mine where id = v.mine_id offset 0) m on true
where v.id = any(array(
  select vf.violation_id from enforcement.violation_finding vf where vf.finding_id = any(array(select id from finding))
))
order by v.id
for update of v
