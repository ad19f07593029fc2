-- Violations that hold findings of these observations or any of these findings, locked until the transaction ends,
-- with the observations that they were made of, earliest first. settled_ids: of those that people closed or dismissed,
-- the findings of now that are theirs: the same, or what a new verdict on the observation found in the same place, unless
-- what was there was in another violation as well. Parts that meet in a point are in different places.
-- Bindings: observations, findings (ids), settled (states that people alone lead out of).
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
       ) as observation_ids,
       case when v.state = any(:settled::text[]) then array(
         select distinct f.id
         from enforcement.violation_finding vf
         cross join lateral (select * from enforcement.finding m where m.id = vf.finding_id offset 0) m
         cross join lateral (select * from enforcement.finding f where f.observation_id = m.observation_id offset 0) f
         where vf.violation_id = v.id and f.current and f.verdict <> 'WITHIN_ERROR' and f.kind = m.kind
           and f.mine_id is not distinct from m.mine_id and f.other_mine_id is not distinct from m.other_mine_id
           and (f.id = m.id or ST_Relate(f.geom, m.geom, '2********') and not exists (
             select
             from (select * from enforcement.finding e where e.observation_id = f.observation_id offset 0) e
             cross join lateral (select * from enforcement.violation_finding w where w.finding_id = e.id offset 0) w
             where w.violation_id <> v.id and e.kind = f.kind and ST_Relate(e.geom, f.geom, '2********')
               and e.mine_id is not distinct from f.mine_id and e.other_mine_id is not distinct from f.other_mine_id
           ))
       ) else '{}' end as settled_ids
from enforcement.violation v
left join lateral (select division_code from registry.published_mine where id = v.mine_id offset 0) m on true
where v.id = any(array(
  select vf.violation_id from enforcement.violation_finding vf where vf.finding_id = any(array(select id from finding))
))
order by v.id
for update of v
