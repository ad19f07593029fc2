-- Each of these findings, with the current findings of the same mine, kind and neighbour that it meets.
-- Bindings: ids (findings).
select f.id, f.observation_id, f.ordinal, f.kind, f.mine_id, f.other_mine_id, f.verdict, f.reason, f.area_m2, f.overrun_m,
       f.depth_overrun_m, f.observed_at,
       array(
         select n.id
         from enforcement.finding n
         where n.current and n.verdict <> 'WITHIN_ERROR' and n.id <> f.id and n.kind = f.kind
           and n.mine_id is not distinct from f.mine_id and n.other_mine_id is not distinct from f.other_mine_id
           and ST_Intersects(n.geom, f.geom)
       ) as touching
from enforcement.finding f
where f.id = any(:ids::uuid[])
