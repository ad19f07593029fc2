-- Current findings that meet one of these of the same mine, kind and neighbour, and all of the violations that these are in,
-- without those that are found already. (Findings of one violation are mostly connected. A row of a thousand, each of which
-- meets the next, would else be found one by one.)
-- Bindings: ids (findings), violations (that they are in), found (findings), extents (JSON: boxes that these findings lie
-- in, one or more of the same mine, kind and neighbour in each; so that what lies there is looked at once, not once for
-- each of them).
with asked as materialized (
  select mine_id, kind, other_mine_id, geom from enforcement.finding where id = any(:ids::uuid[])
),
near as materialized (
  select n.id, n.mine_id, n.kind, n.other_mine_id, n.geom
  from jsonb_to_recordset(:extents::jsonb) as e (mine_id uuid, kind text, other_mine_id uuid, west float8, south float8, east float8, north float8)
  cross join lateral (
    select * from enforcement.finding f
    where f.geom && ST_MakeEnvelope(e.west, e.south, e.east, e.north, 4490) and f.current and f.verdict <> 'WITHIN_ERROR' offset 0
  ) n
  where n.kind = e.kind
    and n.mine_id is not distinct from e.mine_id and n.other_mine_id is not distinct from e.other_mine_id
    and n.id not in (select unnest(:found::uuid[]))
)
select n.id
from near n
where exists (
  select from asked a
  where a.kind = n.kind and a.mine_id is not distinct from n.mine_id and a.other_mine_id is not distinct from n.other_mine_id
    and a.geom && n.geom and ST_Intersects(a.geom, n.geom)
)
union
select f.id
from (select finding_id from enforcement.violation_finding where violation_id = any(:violations::uuid[]) offset 0) vf
cross join lateral (select * from enforcement.finding f where f.id = vf.finding_id offset 0) f
where f.current and f.verdict <> 'WITHIN_ERROR' and f.id not in (select unnest(:found::uuid[]))
