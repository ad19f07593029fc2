-- What lies where it should not, and the geometry its distance is measured to.
excess as materialized (
  select o.id, 'PLAN' as test, 1 as test_order, o.srid, p.permitted as reference,
         case when p.permitted is null or p.apart then p.foot else ST_Difference(p.foot, p.permitted, :grid::float8) end as geom,
         sqrt(o.sigma_m ^ 2 + coalesce(o.area_sigma_m, 0) ^ 2) as sigma_m, coalesce(o.ballpark, false) as ballpark
  from plane p join permit o using (id) where not o.covered
  union all
  select o.id, 'RED_LINE', 2, o.srid, c.geom,
         ST_Difference(case when o.covered then p.foot when o.area_count = 1 then i.geom else judgement.closed(i.geom) end,
                       c.geom, :piece_grid::float8),
         sqrt(o.sigma_m ^ 2 + c.sigma_m ^ 2), c.ballpark or o.ballpark
  from constrained c join permit o using (id) join plane p using (id)
  cross join lateral (
    select case when not o.covered then ST_CollectionExtract(ST_Intersection(p.foot, p.permitted, :piece_grid::float8), 3) end as geom
    offset 0
  ) i
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

