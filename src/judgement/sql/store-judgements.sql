-- Stands behind judge-batch: stores what is new. Returns one row an observation: its current judgement and whether
-- that is new. Bindings: those of judge-batch.
unstaged as (
  -- A verdict staged for a policy to come rests on what was before.
  delete from enforcement.staged_judgement where observation_id = any(:ids::uuid[])
),
superseded as (
  update enforcement.judgement set superseded_at = :judged_at
  where id = any(array(select current_id from compared where changed)) returning id
),
retired as (
  update enforcement.finding set current = false
  where judgement_id = any(array(select id from superseded)) returning id
),
new_judgement as (
  insert into enforcement.judgement (id, observation_id, observation_version, sequence, mine_id, attribution, plan_verdict,
    depth_verdict, depth_overrun_m, footprint_area_m2, within_area_m2, excess_area_m2, sliver_area_m2, sliver_count,
    judging_srid, areas, policy_version, engine, observed_at, known_at, judged_at, digest)
  select c.new_id, c.observation_id, c.observation_version, c.sequence, c.mine_id, c.attribution, c.plan_verdict,
         c.depth_verdict, c.depth_overrun_m, c.footprint_area_m2, greatest(0, c.footprint_area_m2 - c.excess_area_m2), c.excess_area_m2,
         c.sliver_area_m2, c.sliver_count, c.srid, c.areas, c.policy_version, :engine::jsonb, c.observed_at, :known, :judged_at, c.digest
  from compared c
  -- Reading the retired rows first makes room for the new current ones.
  where c.changed and (select count(*) from superseded) >= 0 and (select count(*) from retired) >= 0
  returning id
),
new_finding as (
  insert into enforcement.finding (id, judgement_id, observation_id, ordinal, current, mine_id, other_mine_id, kind, verdict,
    reason, geom, area_m2, share, overrun_m, overrun_point, depth_overrun_m, volume_m3, observed_at)
  select md5(c.new_id || '/finding/' || f.ordinal)::uuid, c.new_id, c.observation_id, f.ordinal, true, c.mine_id, f.other_mine_id,
         f.kind, (array['WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'])[f.class], f.reason, f.geom, f.area_m2,
         f.area_m2 / c.footprint_area_m2, f.overrun_m, f.place, f.depth_overrun_m, f.volume_m3, c.observed_at
  from compared c join finding f on f.id = c.observation_id
  where c.changed and (select count(*) from new_judgement) >= 0
  returning id
)
select c.observation_id, case when c.changed then c.new_id else c.current_id end as judgement_id, c.changed, c.mine_id,
       m.division_code, c.plan_verdict, c.digest, c.current_digest, (select count(*) from new_finding) as new_findings
from compared c
left join lateral (select division_code from registry.published_mine where id = c.mine_id offset 0) m on true
