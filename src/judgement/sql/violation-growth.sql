-- Stands behind violation-members.sql: how violations changed between two days in Asia/Shanghai, both included: what each was by the end of either, as its
-- last observation until then found it, and what of the ground is new or left. Ground beyond depth is counted once, as by
-- ground-areas.sql. Overlaid in the plane where the place is
-- judged; areas on the ellipsoid, as everywhere.
-- Bindings: those of violation-members.sql, from_day and to_day (dates; null: first and last seen), grid (see overlayGrid).
violation as (
  select v.id, v.first_observed_at, v.last_observed_at, v.geom from enforcement.violation v
  where :known::timestamptz is null and v.id = any(:ids::uuid[])
  union all
  select v.id, v.first_observed_at, v.last_observed_at, v.geom from enforcement.violation_version v
  where v.id = any(:ids::uuid[]) and v.recorded_at <= :known::timestamptz
    and (v.superseded_at is null or v.superseded_at > :known::timestamptz)
),
asked as (
  select v.id, d.first_day, d.last_day, coalesce(:from_day::date, d.first_day) as from_day, coalesce(:to_day::date, d.last_day) as to_day,
         judgement.judging_srid(ST_X(ST_Centroid(v.geom)), ST_Y(ST_Centroid(v.geom))) as srid
  from violation v
  cross join lateral (
    select (v.first_observed_at at time zone 'Asia/Shanghai')::date as first_day,
           (v.last_observed_at at time zone 'Asia/Shanghai')::date as last_day
  ) d
),
stand as materialized (
  select a.id, side.name, last.observation_id, last.observed_at
  from asked a
  cross join lateral (values ('before', a.from_day), ('after', a.to_day)) as side (name, day)
  cross join lateral (
    select f.observation_id, f.observed_at
    from member m
    cross join lateral (select * from enforcement.finding f where f.id = m.finding_id offset 0) f
    where m.violation_id = a.id and (f.observed_at at time zone 'Asia/Shanghai')::date <= side.day
    order by f.observed_at desc, f.observation_id desc limit 1
  ) last
),
ground as materialized (
  select s.id, s.name, s.observed_at,
         case when count(*) > 1 and min(f.kind) = 'BEYOND_DEPTH' then ST_Area(ST_Union(f.geom, 1e-11 order by f.id)::geography)
              else sum(f.area_m2) end as area_m2,
         ST_Union(ST_Transform(f.geom, a.srid), :grid::float8 order by f.id) as geom
  from stand s
  join asked a using (id)
  join member m on m.violation_id = s.id
  cross join lateral (select * from enforcement.finding f where f.id = m.finding_id offset 0) f
  where f.observation_id = s.observation_id
  group by s.id, s.name, s.observed_at
),
compared as (
  select a.id, a.first_day, a.last_day, a.from_day, a.to_day, b.observed_at as before_at, b.area_m2 as before_area_m2, l.observed_at as after_at,
         l.area_m2 as after_area_m2,
         case when b.geom is null then l.geom else ST_Difference(l.geom, b.geom, :grid::float8) end as added,
         ST_Difference(b.geom, l.geom, :grid::float8) as removed
  from asked a
  left join ground b on b.id = a.id and b.name = 'before'
  left join ground l on l.id = a.id and l.name = 'after'
),
-- What is thinner than a millimetre on average is arithmetic, not ground.
parted as materialized (
  select c.id, side.name, ST_Collect(ST_Transform(ST_Segmentize(part.geom, 100), 4490) order by part.path) as geom
  from compared c
  cross join lateral (values ('added', c.added), ('removed', c.removed)) as side (name, geom)
  cross join lateral ST_Dump(ST_CollectionExtract(side.geom, 3)) as part
  where 2 * ST_Area(part.geom) > 0.001 * ST_Perimeter(part.geom)
  group by c.id, side.name
)
select c.id, c.first_day::text, c.last_day::text, c.from_day::text, c.to_day::text, c.before_at, c.before_area_m2, c.after_at, c.after_area_m2,
       -- As stored geometries are: to the last bit, as rounding may make corners meet.
       ST_AsGeoJSON(ST_Multi(case when ST_IsValid(n.geom) then n.geom else ST_CollectionExtract(ST_MakeValid(n.geom), 3) end), 15, 0) as added, coalesce(ST_Area(n.geom::geography), 0) as added_area_m2,
       coalesce(ST_Area(r.geom::geography), 0) as removed_area_m2
from compared c
left join parted n on n.id = c.id and n.name = 'added'
left join parted r on r.id = c.id and r.name = 'removed'
