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
         -- An edge between two, drawn a little otherwise for each, would else be an edge that the activity is measured to.
         case when count(*) = 1 then ST_Union(a.plane, :grid::float8) else judgement.closed(ST_Union(a.plane, :piece_grid::float8)) end
  from permit o
  join nearby n on n.id = o.id and n.kind = 'PROHIBITED_ZONE' and n.in_force
  cross join lateral (
    select case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom else ST_Transform(a.geom, o.srid) end as plane
    from boundaries.published_permitted_area a where a.id = n.area_id and a.version = n.version offset 0
  ) a
  cross join lateral (select ST_Intersection(o.foot, a.plane, :grid::float8) as geom offset 0) part
  -- One that the activity does not reach must lend it neither its ground nor its tolerance; sharing an edge is not overlapping.
  where o.has_zone and 2 * ST_Area(part.geom) > 0.001 * ST_Perimeter(part.geom)
  group by o.id, n.kind
),

