-- What a component of the plan is called, piece by piece: a neighbour's right, an own right not valid then, neither.
claim as materialized (
  select c.id, c.number, c.other_mine_id,
         case when c.foreign_right then 'NEIGHBOUR' when c.valid_to <= c.observed_on then 'EXPIRED' else 'NOT_YET_VALID' end as claim,
         bool_or(c.crs_class = 'BALLPARK') as ballpark,
         jsonb_agg(jsonb_build_object('id', c.area_id, 'version', c.version) order by c.area_id) as refs,
         case when count(*) = 1 then (array_agg(part.geom))[1] else ST_Union(part.geom, :piece_grid::float8) end as geom
  from (
    select c.id, c.number, c.srid, c.geom, c.geom_4490, o.observed_on, n.area_id, n.version, n.mine_id as other_mine_id, n.crs_class,
           n.valid_to, n.mine_id is distinct from o.judged_mine_id as foreign_right
    from classed c
    join permit o using (id)
    join nearby n on n.id = c.id
      and case when n.mine_id is distinct from o.judged_mine_id then n.kind = 'MINING_RIGHT' and n.in_force
               else n.kind = any(o.kinds) and not n.in_force end
    where c.test = 'PLAN'
    offset 0
  ) c
  cross join lateral (
    select * from boundaries.published_permitted_area a where a.id = c.area_id and a.version = c.version offset 0
  ) a
  cross join lateral (
    select ST_CollectionExtract(ST_Intersection(c.geom,
             case when ST_SRID(a.plane_geom) = c.srid then a.plane_geom else ST_Transform(a.geom, c.srid) end, :piece_grid::float8), 3) as geom
    offset 0
  ) part
  -- An area that shares no more than an edge with the component names no part of it, nor lends it its class.
  where a.geom && c.geom_4490 and 2 * ST_Area(part.geom) > 0.001 * ST_Perimeter(part.geom)
  group by 1, 2, 3, 4
),
ranked_claim as materialized (
  select c.id, c.number, c.other_mine_id, c.claim, c.ballpark, c.refs, c.geom,
         row_number() over (partition by c.id, c.number
                            order by array_position(array['NEIGHBOUR', 'EXPIRED', 'NOT_YET_VALID'], c.claim), c.other_mine_id) as rank
  from claim c
),
raw_piece as materialized (
  select c.id, c.number, c.claim, c.rank, case when c.claim = 'NEIGHBOUR' then c.other_mine_id end as other_mine_id,
         case when c.rank = 1 then c.geom
              else ST_CollectionExtract(ST_Difference(c.geom, (select ST_Union(e.geom, :piece_grid::float8) from ranked_claim e
                                          where e.id = c.id and e.number = c.number and e.rank < c.rank), :piece_grid::float8), 3) end as geom
  from ranked_claim c
  union all
  select m.id, m.number, 'NOBODY', 1000000, null, ST_CollectionExtract(ST_Difference(m.geom, claimed.geom, :piece_grid::float8), 3)
  from classed m
  join (select id, number, ST_Union(geom, :piece_grid::float8) as geom from ranked_claim group by 1, 2) claimed using (id, number)
),
sized_piece as materialized (
  select r.id, r.number, r.claim, r.rank, r.other_mine_id, g.geom, g.solid and a.area_m2 >= p.min_area_m2 as stands,
         row_number() over (partition by r.id, r.number order by g.solid desc, ST_Area(g.geom) desc, r.rank) as size_rank
  from raw_piece r cross join policy p
  cross join lateral (
    select 2 * ST_Area(d.geom) > 0.001 * ST_Perimeter(d.geom) as solid, ST_Collect(d.geom) as geom
    from ST_Dump(r.geom) d where 2 * ST_Area(d.geom) > 1e-6 * ST_Perimeter(d.geom) group by 1
  ) g
  cross join lateral (select ST_Area(ST_Transform(ST_Segmentize(g.geom, 50), 4490)::geography) as area_m2 offset 0) a
),
-- A piece below the sliver limit joins the largest piece of its component, and so do parts of pieces that are thinner
-- than a millimetre, so that areas add up.
joined_piece as materialized (
  select k.id, k.number, k.claim, k.rank, k.other_mine_id, ST_Transform(ST_Segmentize(coalesce(j.geom, k.geom), 50), 4490) as geom_4490
  from sized_piece k
  left join lateral (
    select ST_Union(s.geom, :piece_grid::float8) as geom from sized_piece s
    where k.size_rank = 1 and s.id = k.id and s.number = k.number and (s.size_rank = 1 or not s.stands)
    having count(*) > 1
  ) j on true
  where k.size_rank = 1 or k.stands
),
component_claims as materialized (
  select id, number, bool_or(ballpark) as ballpark from ranked_claim group by 1, 2
),
piece as materialized (
  select m.id, m.test, m.test_order, m.number, coalesce(j.claim, 'NOBODY') as claim, coalesce(j.rank, 0) as rank, j.other_mine_id,
         coalesce(j.geom_4490, m.geom_4490) as geom_4490,
         case when j.id is null then m.area_m2 else ST_Area(j.geom_4490::geography) end as area_m2,
         m.overrun_m, ST_Transform(m.place, 4490) as place,
         case when m.ballpark or coalesce(cc.ballpark, false) then least(2, m.raw_class) else m.raw_class end as class
  from classed m
  left join joined_piece j using (id, number)
  left join component_claims cc using (id, number)
),

