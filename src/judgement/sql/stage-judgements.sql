-- Stands behind judge-batch: puts the verdicts by a policy to come aside; nobody reads them before it is adopted
-- (adopt-judgements.sql). Bindings: those of judge-batch.
staged as (
  insert into enforcement.staged_judgement (observation_id, observation_version, mine_id, attribution, plan_verdict,
    depth_verdict, depth_overrun_m, footprint_area_m2, within_area_m2, excess_area_m2, sliver_area_m2, sliver_count,
    judging_srid, areas, policy_version, engine, observed_at, known_at, digest)
  select c.observation_id, c.observation_version, c.mine_id, c.attribution, c.plan_verdict,
         c.depth_verdict, c.depth_overrun_m, c.footprint_area_m2, greatest(0, c.footprint_area_m2 - c.excess_area_m2), c.excess_area_m2,
         c.sliver_area_m2, c.sliver_count, c.srid, c.areas, c.policy_version, :engine::jsonb, c.observed_at, :known, c.digest
  from compared c
  on conflict (observation_id) do nothing
  returning observation_id
),
staged_finding as (
  insert into enforcement.staged_finding (observation_id, ordinal, mine_id, other_mine_id, kind, verdict, reason, geom,
    area_m2, share, overrun_m, overrun_point, depth_overrun_m, volume_m3, observed_at)
  select c.observation_id, f.ordinal, c.mine_id, f.other_mine_id, f.kind,
         (array['WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'])[f.class], f.reason, f.geom, f.area_m2,
         f.area_m2 / c.footprint_area_m2, f.overrun_m, f.place, f.depth_overrun_m, f.volume_m3, c.observed_at
  from staged s join compared c using (observation_id) join finding f on f.id = c.observation_id
  returning observation_id
)
select (select count(*) from staged) as staged, (select count(*) from staged_finding) as findings
