-- Judges a batch of observations in one statement: the files of this folder, one behind the other, reach the verdicts, and
-- one put behind them keeps them (store-judgements.sql, stage-judgements.sql). docs/judgement.md explains the rules in the
-- same order.
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
  select n.id, n.mine_id, array_agg(n.area_id) as area_ids, array_agg(n.version) as versions,
         count(*) over (partition by n.id) = 1
           and n.id not in (select id from nearby where not in_force and kind not in ('RED_LINE', 'PROHIBITED_ZONE')) as alone
  from nearby n
  where n.meets
  group by n.id, n.mine_id
),
overlapping as materialized (
  -- With nobody else to compare, now or then, touching will do: if nothing overlaps after all, the verdict says SUSPECTED.
  select t.id, t.mine_id, 1 as share from touching t where t.alone
  union all
  select t.id, t.mine_id, overlap.share
  from touching t join observed o using (id)
  cross join lateral (
    -- Sharing an edge is not overlapping: what is thinner than some micrometres is what rounding leaves of one.
    select case when 2 * ST_Area(part.geom) > 5e-11 * ST_Perimeter(part.geom) then ST_Area(part.geom) / ST_Area(o.geom) else 0 end as share
    from (
      select ST_Union(ST_Intersection(coalesce(o.drawn, o.geom), a.geom, :grid_degrees::float8), :grid_degrees::float8) as geom
      from unnest(t.area_ids, t.versions) as k (id, version)
      cross join lateral (
        select * from boundaries.published_permitted_area a where a.id = k.id and a.version = k.version offset 0
      ) a
    ) part
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
    cross join lateral (
      -- That on the ellipsoid is 0 for some edges up to two metres apart (PostGIS 3.3); the one in degrees is right there.
      select case when g.metres > 0 then g.metres else c.metres end as metres,
             case when c.metres < 0.001 then ST_Area(ST_Intersection(c.geom, o.geom, :grid_degrees::float8)) / ST_Area(o.geom) else 0 end as share
      from (select ST_Distance(c.geom::geography, o.geom::geography) as metres offset 0) g
      offset 0
    ) d
    where c.metres <= (1.05 + ST_YMax(o.geom) - ST_YMin(o.geom)) * c.least + 20 + 150 * (ST_XMax(o.geom) - ST_XMin(o.geom)) ^ 2
      and d.metres <= p.attribution_radius_m
    -- Of those that it touches, the one that holds most of it: a lapsed right it was dug in, not the neighbour's beside that.
    order by round(d.metres::numeric, 3), round(d.share::numeric, 9) desc,
             (c.valid_from <= o.observed_on and (c.valid_to is null or c.valid_to > o.observed_on)) desc, c.mine_id
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

