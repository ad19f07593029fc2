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

