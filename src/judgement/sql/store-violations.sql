-- Opens or changes violations; a row that says what is stored already is left alone and not returned. previous_state: of
-- the row as it was before this statement; null: there was none.
-- Bindings: rows (JSON, see StoredSeries in violation-book.ts), at (instant), reopened_from and reopened_to (pairs of
-- states: what a finding that is back makes of a violation that had lost its last).
-- The union is made on a grid of a micrometre, for the reason given in overlay-grid.ts.
insert into enforcement.violation as v (id, mine_id, other_mine_id, kind, verdict, state, reason, geom, area_m2, first_area_m2,
  overrun_m, depth_overrun_m, first_observed_at, last_observed_at, growth_m2_per_day, opened_at, updated_at)
select r.id, r.mine_id, r.other_mine_id, r.kind, r.verdict, r.state, r.reason,
       (select case when count(*) = 1 then (array_agg(f.geom))[1] else ST_Multi(ST_Union(f.geom, 1e-11 order by f.id)) end
        from enforcement.finding f where f.id = any(r.latest)),
       r.area_m2, r.first_area_m2, r.overrun_m, r.depth_overrun_m, r.first_observed_at, r.last_observed_at,
       r.growth_m2_per_day, :at, :at
from jsonb_to_recordset(:rows::jsonb) as r (id uuid, mine_id uuid, other_mine_id uuid, kind text, verdict text, state text,
  reason text, latest uuid[], area_m2 float8, first_area_m2 float8, overrun_m float8, depth_overrun_m float8,
  first_observed_at timestamptz, last_observed_at timestamptz, growth_m2_per_day float8)
on conflict (id) do update set
  verdict = excluded.verdict, reason = excluded.reason, geom = excluded.geom, area_m2 = excluded.area_m2,
  first_area_m2 = excluded.first_area_m2, overrun_m = excluded.overrun_m, depth_overrun_m = excluded.depth_overrun_m,
  first_observed_at = excluded.first_observed_at, last_observed_at = excluded.last_observed_at,
  growth_m2_per_day = excluded.growth_m2_per_day, updated_at = excluded.updated_at,
  state = coalesce((:reopened_to::text[])[array_position(:reopened_from::text[], v.state)], v.state)
where v.state = any(:reopened_from::text[])
   or (v.verdict, v.reason, v.geom, v.area_m2, v.first_area_m2, v.overrun_m, v.depth_overrun_m, v.first_observed_at, v.last_observed_at)
      is distinct from
      (excluded.verdict, excluded.reason, excluded.geom, excluded.area_m2, excluded.first_area_m2, excluded.overrun_m,
       excluded.depth_overrun_m, excluded.first_observed_at, excluded.last_observed_at)
returning v.id, (select was.state from enforcement.violation was where was.id = v.id) as previous_state
