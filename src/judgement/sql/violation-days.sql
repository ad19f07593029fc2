-- Stands behind violation-members.sql: of each violation the latest days in Asia/Shanghai on which it was seen, each told by
-- the last observation of the day. Ground beyond depth is counted once, as by ground-areas.sql; of what overlaps the volume is the
-- greatest. Bindings: those of violation-members.sql, most (days of each violation).
sighting as (
  select m.violation_id, f.observation_id, f.observed_at, (f.observed_at at time zone 'Asia/Shanghai')::date as observed_on,
         sum(f.area_m2) as area_m2, max(f.overrun_m) as overrun_m, max(f.depth_overrun_m) as depth_overrun_m,
         sum(f.volume_m3) as volume_m3, max(f.volume_m3) as greatest_volume_m3,
         case when f.kind = 'BEYOND_DEPTH' and count(*) > 1 then array_agg(f.id) end as depth_ids
  from member m
  cross join lateral (select * from enforcement.finding f where f.id = m.finding_id offset 0) f
  group by m.violation_id, f.observation_id, f.observed_at, f.kind
), day as (
  select s.*, count(*) over same_day as observations,
         row_number() over (same_day order by observed_at desc, observation_id desc) as place
  from sighting s window same_day as (partition by violation_id, observed_on)
), ranked as (
  select day.*, row_number() over (partition by violation_id order by observed_on desc) as rank from day where place = 1
)
select ranked.violation_id, ranked.observation_id, ranked.observed_at, ranked.observed_on::text as observed_on, ranked.observations,
       coalesce(ground.area_m2, ranked.area_m2) as area_m2, ranked.overrun_m, ranked.depth_overrun_m,
       -- Less ground than that of all findings, but for arithmetic: some overlap.
       case when ground.area_m2 < ranked.area_m2 * (1 - 1e-6) then ranked.greatest_volume_m3 else ranked.volume_m3 end as volume_m3
from ranked
left join lateral (
  select ST_Area(ST_Union(f.geom, 1e-11 order by f.id)::geography) as area_m2
  from enforcement.finding f where f.id = any(ranked.depth_ids)
) ground on ranked.depth_ids is not null
where rank <= :most order by violation_id, ranked.observed_on
