-- Each of these findings, with the current findings of the same mine, kind and neighbour that it meets. alike: how many
-- of its judgement's findings of that kind and neighbour come before it, whether they are asked for or not.
-- Bindings: ids (findings).
select f.id, f.observation_id, f.ordinal, f.kind, f.mine_id, f.other_mine_id, f.verdict, f.reason, f.area_m2, f.overrun_m,
       f.depth_overrun_m, f.observed_at,
       (
         select count(*)::int
         from enforcement.finding e
         where e.judgement_id = f.judgement_id and e.ordinal < f.ordinal and e.verdict <> 'WITHIN_ERROR' and e.kind = f.kind
           and e.other_mine_id is not distinct from f.other_mine_id
       ) as alike,
       array(
         select n.id
         from enforcement.finding n
         where n.current and n.verdict <> 'WITHIN_ERROR' and n.id <> f.id and n.kind = f.kind
           and n.mine_id is not distinct from f.mine_id and n.other_mine_id is not distinct from f.other_mine_id
           and ST_Intersects(n.geom, f.geom)
       ) as touching
from enforcement.finding f
where f.id = any(:ids::uuid[])
