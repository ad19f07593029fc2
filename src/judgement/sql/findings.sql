-- These findings. alike: how many of its judgement's findings of that kind and neighbour come before it, whether they are
-- asked for or not. box: west, south, east and north. violation_id: the violation it is stored under.
-- Bindings: ids (findings).
with asked as materialized (
  select * from enforcement.finding where id = any(:ids::uuid[])
),
numbered as materialized (
  select e.id, (row_number() over (partition by e.judgement_id, e.kind, e.other_mine_id order by e.ordinal) - 1)::int as alike
  from (select distinct judgement_id from asked) j
  cross join lateral (select * from enforcement.finding f where f.judgement_id = j.judgement_id offset 0) e
  where e.verdict <> 'WITHIN_ERROR'
)
select f.id, f.observation_id, f.ordinal, f.kind, f.mine_id, f.other_mine_id, f.verdict, f.reason, f.area_m2, f.overrun_m,
       f.depth_overrun_m, f.observed_at, array[ST_XMin(f.geom), ST_YMin(f.geom), ST_XMax(f.geom), ST_YMax(f.geom)] as box,
       n.alike,
       (select vf.violation_id from enforcement.violation_finding vf where vf.finding_id = f.id) as violation_id
from asked f join numbered n using (id)
