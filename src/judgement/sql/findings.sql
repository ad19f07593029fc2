-- These findings. alike: how many of its judgement's findings of that kind and neighbour come before it, whether they are
-- asked for or not. box: west, south, east and north. violation_id: the violation it is stored under.
-- Bindings: ids (findings).
select f.id, f.observation_id, f.ordinal, f.kind, f.mine_id, f.other_mine_id, f.verdict, f.reason, f.area_m2, f.overrun_m,
       f.depth_overrun_m, f.observed_at, array[ST_XMin(f.geom), ST_YMin(f.geom), ST_XMax(f.geom), ST_YMax(f.geom)] as box,
       (
         select count(*)::int
         from enforcement.finding e
         where e.judgement_id = f.judgement_id and e.ordinal < f.ordinal and e.verdict <> 'WITHIN_ERROR' and e.kind = f.kind
           and e.other_mine_id is not distinct from f.other_mine_id
       ) as alike,
       (select vf.violation_id from enforcement.violation_finding vf where vf.finding_id = f.id) as violation_id
from enforcement.finding f
where f.id = any(:ids::uuid[])
