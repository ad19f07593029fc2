-- Judges a batch of observations in one statement: this file reaches the verdicts, and the one put behind it keeps
-- them (store-judgements.sql, stage-judgements.sql). docs/judgement.md explains the rules in the same order.
--
-- Bindings: ids (observations), known and judged_at (instants), activities and kinds (pairs: which kind of area
-- permits which activity), restricted (activities that red lines and prohibited zones restrict), engine (versions),
-- grid and grid_degrees (what overlays are rounded to, in metres and degrees; -1: not at all, see overlayGrid), piece_grid
-- (what the pieces of a component and of what is permitted are rounded to, in metres), policy (a version; null: the one in
-- force).
--
-- Terms: plane = the Gauss-Krueger zone (or UTM zone) of the mine; foot = footprint in the plane; permitted = union
-- of what permits the activity there and then; test = what a part of the footprint is measured against.
with
policy as materialized (
  select version, k_probable, k_confirmed, min_area_m2, attribution_radius_m
  from enforcement.tolerance_policy
  where case when :policy::int is null then state = 'IN_FORCE' else version = :policy end
),
permits as materialized (
  select activity, array_agg(kind) as kinds
  from unnest(:activities::text[], :kinds::text[]) as pair (activity, kind) group by activity
),
-- Of a series the planner expects a thousand rows, of an array ten: joins of what follows are to serve a batch.
observed as materialized (
  select o.*, p.kinds,
         -- Of those that nobody was named for, what they cover in degrees, where that is wide enough to matter: edges are
         -- straight in the plane.
         case when o.mine_id is null and ST_XMax(o.geom) - ST_XMin(o.geom) + ST_YMax(o.geom) - ST_YMin(o.geom) > 0.02 then
           ST_Transform(ST_Segmentize(ST_Transform(o.geom, judgement.judging_srid(ST_X(ST_Centroid(o.geom)), ST_Y(ST_Centroid(o.geom)))), 500), 4490)
         end as drawn
  from generate_series(1, cardinality(:ids::uuid[])) as place
  cross join lateral (select o.* from boundaries.published_observation o where o.id = (:ids::uuid[])[place] offset 0) o
  join permits p using (activity)
),

-- Every area known at the instant whose box meets the footprint's as it lies in the plane: one look into the index an
-- observation. Geometries are read again by key where they are needed: some are megabytes.
nearby as materialized (
  select o.id, a.id as area_id, a.version, a.mine_id, a.kind, a.crs_class, a.sigma_m, a.valid_from, a.valid_to,
         t.in_force,
         -- Whether they share a point, asked only where it decides whose the footprint is; one corner often tells.
         case when o.mine_id is null and t.in_force and a.kind not in ('RED_LINE', 'PROHIBITED_ZONE') then
           ST_Intersects(a.geom, ST_StartPoint(ST_ExteriorRing(ST_GeometryN(o.geom, 1)))) or ST_Intersects(a.geom, coalesce(o.drawn, o.geom))
         end as meets
  from observed o
  cross join lateral (select * from boundaries.published_permitted_area a where a.geom && judgement.reach(o.geom) offset 0) a
  cross join lateral (
    select a.valid_from <= o.observed_on and (a.valid_to is null or a.valid_to > o.observed_on) as in_force
  ) t
  where a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)
),

-- Which mine: the given one, else the one whose areas valid then overlap most, else the nearest within the radius.
touching as materialized (
  select n.id, n.mine_id, array_agg(n.area_id) as area_ids, array_agg(n.version) as versions, count(*) over (partition by n.id) = 1 as alone
  from nearby n
  where n.meets
  group by n.id, n.mine_id
),
overlapping as materialized (
  -- With nobody else to compare, touching will do: if nothing overlaps after all, the verdict says SUSPECTED.
  select t.id, t.mine_id, 1 as share from touching t where t.alone
  union all
  select t.id, t.mine_id, overlap.share
  from touching t join observed o using (id)
  cross join lateral (
    select ST_Area(ST_Union(ST_Intersection(coalesce(o.drawn, o.geom), a.geom, :grid_degrees::float8), :grid_degrees::float8)) / ST_Area(o.geom) as share
    from unnest(t.area_ids, t.versions) as k (id, version)
    cross join lateral (
      select * from boundaries.published_permitted_area a where a.id = k.id and a.version = k.version offset 0
    ) a
  ) overlap
  where not t.alone
),
most_overlapping as materialized (
  select distinct on (id) id, mine_id from overlapping where share > 0 order by id, round(share::numeric, 9) desc, mine_id
),
unplaced as materialized (
  select o.id, o.geom, o.observed_on from observed o
  where o.mine_id is null and o.id not in (select id from most_overlapping)
),
nearest as materialized (
  select o.id, n.mine_id
  from unplaced o cross join policy p
  cross join lateral (
    -- Distances on the ellipsoid are dear: they are asked of those that may be nearest by a distance in degrees made
    -- metres, which is wrong by less than what is allowed for, the more the larger the footprint is.
    select c.mine_id
    from (
      select a.*, around.metres, min(around.metres) over () as least
      from boundaries.published_permitted_area a
      cross join lateral (
        select ST_Distance(ST_Scale(a.geom, s.x, s.y), ST_Scale(o.geom, s.x, s.y)) as metres
        from (select 111320 * greatest(0.05, cos(radians(ST_YMax(o.geom)))) as x, 110540 as y) s
        offset 0
      ) around
      where a.geom && ST_Expand(judgement.reach(o.geom),
              1.01 * p.attribution_radius_m / (111320 * greatest(0.05, cos(radians(ST_YMax(o.geom))))),
              1.01 * p.attribution_radius_m / 110540)
        and a.kind not in ('RED_LINE', 'PROHIBITED_ZONE')
        and a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)
    ) c
    cross join lateral (select ST_Distance(c.geom::geography, o.geom::geography) as metres offset 0) d
    where c.metres <= (1.05 + ST_YMax(o.geom) - ST_YMin(o.geom)) * c.least + 20 + 150 * (ST_XMax(o.geom) - ST_XMin(o.geom)) ^ 2
      and d.metres <= p.attribution_radius_m
    order by d.metres, (c.valid_from <= o.observed_on and (c.valid_to is null or c.valid_to > o.observed_on)) desc, c.mine_id
    limit 1
  ) n
),
attributed as materialized (
  select o.id, o.version, o.activity, o.observed_at, o.observed_on, o.geom, o.sigma_m, o.z_min_m, o.z_max_m, o.sigma_z_m, o.seam,
         o.area_m2, o.kinds, coalesce(o.mine_id, v.mine_id, n.mine_id) as judged_mine_id,
         case when o.mine_id is not null then 'GIVEN' when v.mine_id is not null then 'OVERLAP'
              when n.mine_id is not null then 'SUSPECTED' else 'NONE' end as attribution
  from observed o
  left join most_overlapping v on v.id = o.id
  left join nearest n on n.id = o.id
),

-- Overlays happen in the plane. Corners are brought there; edges are straight there, as they are for a licence.
-- (Rounding in a transformation can make rings cross by a nanometre where they touch; only that is mended.)
placed as materialized (
  select z.*, case when ST_IsValid(t.geom) then t.geom else ST_CollectionExtract(ST_MakeValid(t.geom), 3) end as foot
  from (
    select o.*, judgement.judging_srid(coalesce(ST_X(m.location), ST_X(ST_Centroid(o.geom))),
                                       coalesce(ST_Y(m.location), ST_Y(ST_Centroid(o.geom)))) as srid
    from attributed o
    left join lateral (select m.location from registry.published_mine m where m.id = o.judged_mine_id offset 0) m on true
  ) z
  cross join lateral (select ST_Transform(z.geom, z.srid) as geom offset 0) t
),

-- What permitted it then, as known at the instant, and whether one of those areas covers it whole.
permit as materialized (
  select o.*, a.count as area_count, a.points as area_points, a.sigma_m as area_sigma_m, a.ballpark, a.refs, coalesce(a.covered, false) as covered,
         r.has_red_line, r.has_zone
  from placed o
  cross join lateral (
    select count(*), sum(ST_NPoints(a.plane_geom)) as points, max(a.sigma_m) as sigma_m, bool_or(a.crs_class = 'BALLPARK') as ballpark,
           jsonb_agg(jsonb_build_object('id', a.id, 'version', a.version) order by a.id) as refs,
           bool_or(a.geom && o.geom and case when ST_SRID(a.plane_geom) = o.srid then ST_CoveredBy(o.foot, a.plane_geom)
                                             else ST_CoveredBy(o.foot, ST_Transform(a.geom, o.srid)) end) as covered
    from (
      select * from boundaries.published_permitted_area a
      where a.mine_id = o.judged_mine_id and a.kind = any(o.kinds)
        and a.valid_from <= o.observed_on and (a.valid_to is null or a.valid_to > o.observed_on)
        and a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)
      offset 0
    ) a
  ) a
  cross join lateral (
    select o.activity = any(:restricted::text[]) and exists (
             select from boundaries.published_permitted_area a
             where a.mine_id = o.judged_mine_id and a.kind = 'RED_LINE'
               and a.valid_from <= o.observed_on and (a.valid_to is null or a.valid_to > o.observed_on)
               and a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)) as has_red_line,
           o.activity = any(:restricted::text[]) and o.id in (
             select n.id from nearby n where n.kind = 'PROHIBITED_ZONE' and n.in_force) as has_zone
  ) r
),

-- The union of what permits it. Where that is large: only as far around the footprint as the footprint is long, if it
-- touches there (what is farther away can neither cover a part of it nor be nearer to one); if it touches nowhere
-- (apart), the areas as they are, for only distances will be asked of them.
plane as materialized (
  select o.id, o.foot, t.apart,
         -- The stored area is that of the footprint's own zone; the mine may be judged in the one beside it.
         case when o.srid = judgement.judging_srid(ST_X(ST_Centroid(o.geom)), ST_Y(ST_Centroid(o.geom))) then o.area_m2
              else ST_Area(ST_Transform(ST_Segmentize(o.foot, 100), 4490)::geography) end as area_m2,
         case when o.covered then null else (
           select case when t.apart then ST_CollectionHomogenize(c.geom)
                       when ST_NumGeometries(c.geom) = 1 then ST_GeometryN(c.geom, 1)
                       else ST_UnaryUnion(c.geom, :grid::float8) end
           from (
             select ST_Collect(case when r.geom is null then a.geom else ST_Intersection(a.geom, r.geom, :grid::float8) end) as geom
             from (select case when o.area_points > 500 and not t.apart then
                     ST_Expand(ST_Envelope(o.foot), ST_XMax(o.foot) - ST_XMin(o.foot) + ST_YMax(o.foot) - ST_YMin(o.foot)) end as geom) r
             cross join lateral (
               select case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom else ST_Transform(a.geom, o.srid) end as geom
               from boundaries.published_permitted_area a
               where a.mine_id = o.judged_mine_id and a.kind = any(o.kinds)
                 and a.valid_from <= o.observed_on and (a.valid_to is null or a.valid_to > o.observed_on)
                 and a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)
               offset 0
             ) a
             where r.geom is null or a.geom && r.geom
           ) c
         ) end as permitted
  from permit o
  cross join lateral (
    select o.area_points > 500 and not o.covered and not exists (
      select from boundaries.published_permitted_area a
      where a.mine_id = o.judged_mine_id and a.kind = any(o.kinds) and a.geom && judgement.reach(o.geom)
        and a.valid_from <= o.observed_on and (a.valid_to is null or a.valid_to > o.observed_on)
        and a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)
        and ST_Intersects(o.foot, case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom else ST_Transform(a.geom, o.srid) end)
    ) as apart
    offset 0
  ) t
  where not o.covered or o.has_red_line or o.has_zone
),
-- Red lines of the mine and prohibited zones of any mine.
constrained as materialized (
  select o.id, a.kind, jsonb_agg(jsonb_build_object('id', a.id, 'version', a.version) order by a.id) as refs,
         max(a.sigma_m) as sigma_m, bool_or(a.crs_class = 'BALLPARK') as ballpark,
         ST_Union(case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom else ST_Transform(a.geom, o.srid) end, :grid::float8) as geom
  from permit o
  cross join lateral (
    select * from boundaries.published_permitted_area a where a.mine_id = o.judged_mine_id and a.kind = 'RED_LINE' offset 0
  ) a
  where o.has_red_line
    and a.valid_from <= o.observed_on and (a.valid_to is null or a.valid_to > o.observed_on)
    and a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)
  group by o.id, a.kind
  union all
  select o.id, n.kind, jsonb_agg(jsonb_build_object('id', n.area_id, 'version', n.version) order by n.area_id),
         max(n.sigma_m), bool_or(n.crs_class = 'BALLPARK'),
         ST_Union(case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom else ST_Transform(a.geom, o.srid) end, :grid::float8)
  from permit o
  join nearby n on n.id = o.id and n.kind = 'PROHIBITED_ZONE' and n.in_force
  cross join lateral (
    select * from boundaries.published_permitted_area a where a.id = n.area_id and a.version = n.version offset 0
  ) a
  where o.has_zone
    -- One that the activity does not reach must not lend it its tolerance.
    and ST_Relate(o.foot, case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom else ST_Transform(a.geom, o.srid) end, '2********')
  group by o.id, n.kind
),

-- What lies where it should not, and the geometry its distance is measured to.
excess as materialized (
  select o.id, 'PLAN' as test, 1 as test_order, o.srid, p.permitted as reference,
         case when p.permitted is null or p.apart then p.foot else ST_Difference(p.foot, p.permitted, :grid::float8) end as geom,
         sqrt(o.sigma_m ^ 2 + coalesce(o.area_sigma_m, 0) ^ 2) as sigma_m, coalesce(o.ballpark, false) as ballpark
  from plane p join permit o using (id) where not o.covered
  union all
  select o.id, 'RED_LINE', 2, o.srid, c.geom,
         ST_Difference(case when o.covered then p.foot else ST_CollectionExtract(ST_Intersection(p.foot, p.permitted, :piece_grid::float8), 3) end,
                       c.geom, :piece_grid::float8),
         sqrt(o.sigma_m ^ 2 + c.sigma_m ^ 2), c.ballpark or o.ballpark
  from constrained c join permit o using (id) join plane p using (id)
  where c.kind = 'RED_LINE' and o.area_count > 0 and not p.apart
  union all
  select o.id, 'ZONE', 3, o.srid, ST_Boundary(c.geom), ST_Intersection(p.foot, c.geom, :grid::float8),
         sqrt(o.sigma_m ^ 2 + c.sigma_m ^ 2), c.ballpark
  from constrained c join permit o using (id) join plane p using (id)
  where c.kind = 'PROHIBITED_ZONE'
),
-- Connected components. What is thinner than a millimetre on average is arithmetic, not ground; nor does anything so thin
-- hold components together. Shrinking by half a millimetre shows it: it parts one, or takes far more of its rim than of
-- corners. What is thinner than a micrometre is then rounded away, and what is parted nevertheless is grown again, within
-- what it was. An edge that is straight in the plane is given more corners (every 50 m) before it leaves it, so that
-- areas add up.
component as materialized (
  select e.id, e.test, e.test_order, e.srid, e.reference, e.sigma_m, e.ballpark, b.geom,
         ST_Transform(ST_Segmentize(b.geom, 50), 4490) as geom_4490
  from excess e cross join lateral ST_Dump(ST_CollectionExtract(e.geom, 3)) d
  cross join lateral (
    select ST_NumGeometries(core.geom) <= 1 and ST_Perimeter(d.geom) - ST_Perimeter(core.geom) < 0.1 as whole
    from ST_Buffer(d.geom, -0.0005, 'join=mitre') as core (geom)
    offset 0
  ) c
  cross join lateral (
    select d.geom where c.whole
    union all
    select judgement.parted(d.geom, :grid::float8) where not c.whole
  ) b
  where 2 * ST_Area(b.geom) > 0.001 * ST_Perimeter(b.geom)
),
sized as materialized (
  select c.*, s.area_m2, s.area_m2 < p.min_area_m2 as sliver,
         row_number() over (partition by c.id order by c.test_order, s.area_m2 desc,
                            ST_XMin(c.geom), ST_YMin(c.geom)) as number
  from component c cross join policy p
  cross join lateral (select ST_Area(c.geom_4490::geography) as area_m2) s
),
-- The greatest distance to the reference is at a vertex, unless the reference grown by that much does not cover the
-- component; then the farthest point is inside it or on an edge. No point is farther than from the point of the
-- reference that is nearest to the vertex, which settles it where the component is small beside its distance. Of a
-- large reference only what can be nearest to some point of the component is looked at. Corners along a straight edge,
-- which a transformation moved by nanometres, are left out: growing such an edge can defeat GEOS (see overlayGrid).
reached as materialized (
  select s.id, s.test, s.test_order, s.number, s.srid, s.sigma_m, s.ballpark, s.geom, s.geom_4490, s.area_m2,
         v.metres as vertex_metres, v.geom as vertex, n.reference,
         case when v.geom is not null then ST_MaxDistance(s.geom, ST_ClosestPoint(s.reference, v.geom)) end as far_metres
  from sized s
  left join lateral (
    select ST_Distance(p.geom, s.reference) as metres, p.geom
    from ST_DumpPoints(s.geom) p
    order by 1 desc, ST_X(p.geom), ST_Y(p.geom) limit 1
  ) v on s.reference is not null
  cross join lateral (
    select case when ST_NPoints(s.reference) > 500 and ST_GeometryType(s.reference) <> 'ST_MultiLineString' then
                  ST_ClipByBox2D(s.reference, ST_Expand(s.geom, v.metres + ST_XMax(s.geom) - ST_XMin(s.geom) + ST_YMax(s.geom) - ST_YMin(s.geom)))
                else ST_Simplify(s.reference, 1e-5, true) end as reference
  ) n
  where not s.sliver
),
measured as materialized (
  select r.id, r.test, r.test_order, r.number, r.srid, r.reference, r.sigma_m, r.ballpark, r.geom, r.geom_4490,
         r.area_m2, d.metres as overrun_m, d.place
  from reached r
  cross join lateral (
    select r.vertex_metres as metres, r.vertex as place
    where case when r.reference is null or r.far_metres <= r.vertex_metres * 1.009 + 1e-6 then true
               else ST_CoveredBy(r.geom, ST_Buffer(r.reference, r.vertex_metres * 1.009 + 1e-6, 'quad_segs=8')) end
    union all
    select g.metres, g.place from judgement.greatest_distance(r.geom, r.reference, r.vertex_metres, r.vertex, :grid::float8) g
    where r.reference is not null
    limit 1
  ) d
),
-- The class is decided by whether the component lies inside the reference grown by k sigma; the bracket around the
-- overrun answers that unless the limit falls into it.
classed as materialized (
  select m.*,
         case when m.reference is null then 3
              when m.overrun_m > p.k_confirmed * m.sigma_m then 3
              when m.overrun_m > p.k_probable * m.sigma_m then
                case when m.overrun_m * 1.012 <= p.k_confirmed * m.sigma_m
                       or judgement.lies_within(m.geom, m.reference, p.k_confirmed * m.sigma_m, :grid::float8)
                     then 2 else 3 end
              when m.overrun_m * 1.012 <= p.k_probable * m.sigma_m
                or judgement.lies_within(m.geom, m.reference, p.k_probable * m.sigma_m, :grid::float8) then 1
              when m.overrun_m * 1.012 <= p.k_confirmed * m.sigma_m
                or judgement.lies_within(m.geom, m.reference, p.k_confirmed * m.sigma_m, :grid::float8) then 2
              else 3 end as raw_class
  from measured m cross join policy p
),

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

-- Depth: extraction with an elevation band against the band of each mining right it overlaps.
depth as materialized (
  select o.id, a.id as area_id, case when not sliver.small then d.overrun_m end as overrun_m,
         -- How much of the band lies below the floor and above the ceiling, as far as its ends are known: of what has its
         -- top below the floor and no bottom, nobody knows.
         case when not (o.z_min_m is null and o.z_max_m <= a.floor_m or o.z_max_m is null and o.z_min_m >= a.ceiling_m) is true then
           greatest(0, least(a.floor_m, o.z_max_m) - o.z_min_m) + greatest(0, o.z_max_m - greatest(a.ceiling_m, o.z_min_m))
         end as thickness_m,
         case when d.overrun_m <= 0 or sliver.small then 0
              when d.overrun_m <= p.k_probable * d.sigma_m then 1
              when d.overrun_m <= p.k_confirmed * d.sigma_m or a.crs_class = 'BALLPARK' then 2
              else 3 end as class,
         beyond.geom_4490, beyond.area_m2
  from permit o cross join policy p
  cross join lateral (
    select a.*
    from boundaries.published_permitted_area a
    where o.activity = 'EXTRACTION' and (o.z_min_m is not null or o.z_max_m is not null)
      and a.mine_id = o.judged_mine_id and a.kind = 'MINING_RIGHT'
      and a.valid_from <= o.observed_on and (a.valid_to is null or a.valid_to > o.observed_on)
      and a.recorded_at <= :known and (a.superseded_at is null or a.superseded_at > :known)
      and a.geom && judgement.reach(o.geom)
    offset 0
  ) a
  cross join lateral (
    -- Where the top lies below the floor, so does the bottom, known or not; and the other way round.
    select greatest(a.floor_m - o.z_min_m, o.z_max_m - a.ceiling_m,
                    case when o.z_min_m is null and o.z_max_m < a.floor_m then a.floor_m - o.z_max_m end,
                    case when o.z_max_m is null and o.z_min_m > a.ceiling_m then o.z_min_m - a.ceiling_m end) as overrun_m,
           sqrt(coalesce(o.sigma_z_m, o.sigma_m) ^ 2 + a.sigma_z_m ^ 2) as sigma_m
  ) d
  cross join lateral (
    select case when ST_CoveredBy(o.foot, p.geom) then o.foot else ST_CollectionExtract(ST_Intersection(o.foot, p.geom, :grid::float8), 3) end as geom
    from (select case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom else ST_Transform(a.geom, o.srid) end as geom offset 0) p
    offset 0
  ) part
  cross join lateral (
    select t.geom as geom_4490, ST_Area(t.geom::geography) as area_m2
    from (select case when d.overrun_m > 0 then ST_Transform(ST_Segmentize(part.geom, 50), 4490) end as geom offset 0) t
    offset 0
  ) beyond
  cross join lateral (select coalesce(beyond.area_m2 < p.min_area_m2, false) as small) sliver
  -- Sharing an edge is not overlapping.
  where d.overrun_m is not null and 2 * ST_Area(part.geom) > 0.001 * ST_Perimeter(part.geom)
),
-- Seams: judged where the mining licences in force then list any.
seam as materialized (
  select o.id
  from permit o
  where o.activity = 'EXTRACTION' and o.seam is not null
    and (select bool_or(cardinality(l.seams) > 0) and not bool_or(o.seam = any(l.seams))
         from licences.published_licence_version l
         where l.mine_id = o.judged_mine_id and l.kind = 'MINING_LICENCE'
           and l.valid_from <= o.observed_on and (l.valid_to is null or l.valid_to > o.observed_on)
           and (l.revoked_on is null or l.revoked_on > o.observed_on)
           and l.recorded_at <= :known and (l.superseded_at is null or l.superseded_at > :known))
),

finding as materialized (
  select f.id, f.kind, f.reason, f.class, f.other_mine_id,
         ST_Multi(case when ST_IsValid(f.geom_4490) then f.geom_4490 else ST_CollectionExtract(ST_MakeValid(f.geom_4490), 3) end) as geom, f.area_m2, f.overrun_m, f.place,
         f.depth_overrun_m, f.area_m2 * f.thickness_m as volume_m3, f.in_plan,
         row_number() over (partition by f.id order by f.kind_order, f.number, f.rank) as ordinal
  from (
    select p.id,
           case p.test when 'RED_LINE' then 'OUTSIDE_RED_LINE' when 'ZONE' then 'PROHIBITED_ZONE' else
             case p.claim when 'NEIGHBOUR' then 'ENCROACHMENT' when 'EXPIRED' then 'EXPIRED_RIGHT' when 'NOT_YET_VALID' then 'EXPIRED_RIGHT'
               else case when o.judged_mine_id is null then 'UNLICENSED'
                         when o.activity = 'STRIPPING' then 'STRIPPING_OUT_OF_BOUNDS'
                         when o.activity = 'DUMPING' then 'DUMPING_OUT_OF_BOUNDS' else 'MINING_OUT_OF_BOUNDS' end end end as kind,
           case when p.claim in ('EXPIRED', 'NOT_YET_VALID') then p.claim end as reason,
           p.class, p.other_mine_id, p.geom_4490, p.area_m2, p.overrun_m, p.place, null::double precision as depth_overrun_m,
           o.z_max_m - o.z_min_m as thickness_m, p.test = 'PLAN' as in_plan, p.test_order as kind_order, p.number, p.rank
    from piece p join permit o using (id)
    union all
    select d.id, 'BEYOND_DEPTH', null, d.class, null, d.geom_4490, d.area_m2, null, null, d.overrun_m,
           d.thickness_m, false, 4, row_number() over (partition by d.id order by d.overrun_m desc, d.area_id), 0
    from depth d join permit o using (id) where d.class > 0
    union all
    select s.id, 'UNAPPROVED_SEAM', null, 3, null, o.geom, o.area_m2, null, null, null, o.z_max_m - o.z_min_m, false, 5, 1, 0
    from seam s join permit o using (id)
  ) f
),

-- One judgement an observation, its digest, and what differs from the stored one.
area_ref as materialized (
  select id, jsonb_agg(distinct ref order by ref) as refs
  from (
    select o.id, jsonb_array_elements(o.refs) as ref from permit o where o.refs is not null and jsonb_array_length(o.refs) > 0
      and (o.has_red_line or o.has_zone or exists (select from claim c where c.id = o.id))
    union all select c.id, jsonb_array_elements(c.refs) from constrained c
    union all select c.id, jsonb_array_elements(c.refs) from claim c
  ) every group by id
),
finding_summary as materialized (
  select f.id, max(f.class) filter (where f.in_plan) as plan_class,
         coalesce(sum(f.area_m2) filter (where f.in_plan), 0) as excess_area_m2,
         string_agg(concat_ws('|', f.ordinal, f.kind, f.reason, f.class, f.other_mine_id, round(f.area_m2::numeric, 2),
                              round(f.overrun_m::numeric, 3), round(f.depth_overrun_m::numeric, 3), md5(ST_AsBinary(f.geom))),
                    ';' order by f.ordinal) as text
  from finding f group by f.id
),
sliver_summary as materialized (
  select id, count(*) as count, sum(area_m2) as area_m2 from sized where sliver and test = 'PLAN' group by id
),
depth_summary as materialized (
  select id, max(class) as class, max(overrun_m) as overrun_m from depth group by id
),
verdict as materialized (
  select o.id as observation_id, o.version as observation_version, o.observed_at, o.judged_mine_id as mine_id, x.attribution, o.srid,
         case when o.judged_mine_id is null then 'UNLICENSED'
              else (array['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'])[coalesce(f.plan_class, 0) + 1] end as plan_verdict,
         (array['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'])[d.class + 1] as depth_verdict, d.overrun_m as depth_overrun_m,
         coalesce(pl.area_m2, o.area_m2) as footprint_area_m2, coalesce(f.excess_area_m2, 0) as excess_area_m2,
         coalesce(s.area_m2, 0) as sliver_area_m2, coalesce(s.count, 0) as sliver_count,
         coalesce(r.refs, o.refs, '[]') as areas, p.version as policy_version,
         encode(sha256(convert_to(concat_ws('#', o.id, o.version, o.judged_mine_id, x.attribution, o.srid, d.class,
                round(d.overrun_m::numeric, 3), s.count, coalesce(r.refs, o.refs)::text, p.version, f.text), 'UTF8')), 'hex') as digest
  from permit o cross join policy p
  left join plane pl on pl.id = o.id
  left join area_ref r on r.id = o.id
  left join finding_summary f on f.id = o.id
  left join sliver_summary s on s.id = o.id
  left join depth_summary d on d.id = o.id
  cross join lateral (
    -- All of it out of bounds: it may touch the areas of the mine only, or overlap some that permit other things.
    select case when o.attribution = 'OVERLAP' and not o.covered
                  and coalesce(f.excess_area_m2, 0) + coalesce(s.area_m2, 0) >= (1 - 1e-8) * pl.area_m2
                  and not exists (
                    select from nearby n
                    cross join lateral (
                      select * from boundaries.published_permitted_area a where a.id = n.area_id and a.version = n.version offset 0
                    ) a
                    cross join lateral (
                      select ST_Intersection(o.foot, case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom
                                                          else ST_Transform(a.geom, o.srid) end, :grid::float8) as geom offset 0
                    ) part
                    where n.id = o.id and n.mine_id = o.judged_mine_id and n.meets
                      and 2 * ST_Area(part.geom) > 0.001 * ST_Perimeter(part.geom))
                then 'SUSPECTED' else o.attribution end as attribution
    offset 0
  ) x
),
compared as materialized (
  select v.*, j.id as current_id, j.digest as current_digest, n.sequence, j.digest is distinct from v.digest as changed,
         md5(v.observation_id || '/judgement/' || n.sequence)::uuid as new_id
  from verdict v
  left join lateral (
    select * from enforcement.judgement j where j.observation_id = v.observation_id and j.superseded_at is null offset 0
  ) j on true
  cross join lateral (
    -- An observation that was withdrawn and came back has judgements, but none that stands.
    select 1 + coalesce(j.sequence, (select max(p.sequence) from enforcement.judgement p where p.observation_id = v.observation_id), 0) as sequence
  ) n
),
