-- Stands behind violation-members.sql: of each violation the latest days in Asia/Shanghai on which it was seen, each told by
-- the last observation of the day. Bindings: those of violation-members.sql, most (days of each violation).
sighting as (
  select m.violation_id, f.observation_id, f.observed_at, (f.observed_at at time zone 'Asia/Shanghai')::date as observed_on,
         sum(f.area_m2) as area_m2, max(f.overrun_m) as overrun_m, max(f.depth_overrun_m) as depth_overrun_m,
         sum(f.volume_m3) as volume_m3
  from member m
  cross join lateral (select * from enforcement.finding f where f.id = m.finding_id offset 0) f
  group by m.violation_id, f.observation_id, f.observed_at
), day as (
  select s.*, count(*) over same_day as observations,
         row_number() over (same_day order by observed_at desc, observation_id desc) as place
  from sighting s window same_day as (partition by violation_id, observed_on)
), ranked as (
  select day.*, row_number() over (partition by violation_id order by observed_on desc) as rank from day where place = 1
)
select ranked.*, observed_on::text as observed_on from ranked where rank <= :most order by violation_id, ranked.observed_on
