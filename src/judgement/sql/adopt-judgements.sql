-- Puts staged verdicts in the place of the current ones. Returns one row an observation, as store-judgements.sql does,
-- and whether they differ in more than the version of the policy, which is a part of every digest.
-- Bindings: ids (observations), judged_at (instant).
with
compared as materialized (
  select s.*, j.id as current_id, j.digest as current_digest, n.sequence, j.digest is distinct from s.digest as changed,
         md5(s.observation_id || '/judgement/' || n.sequence)::uuid as new_id
  from enforcement.staged_judgement s
  left join lateral (
    select * from enforcement.judgement j where j.observation_id = s.observation_id and j.superseded_at is null offset 0
  ) j on true
  cross join lateral (
    -- An observation that was withdrawn and came back has judgements, but none that stands.
    select 1 + coalesce(j.sequence, (select max(p.sequence) from enforcement.judgement p where p.observation_id = s.observation_id), 0) as sequence
  ) n
  where s.observation_id = any(:ids::uuid[])
),
-- Digests as they would be without the version of the policy: first the findings, staged and not.
findings_as_text as materialized (
  select observation_id, staged,
         string_agg(judgement.finding_text(ordinal, kind, reason, array_position(array['WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'], verdict),
                                           other_mine_id, area_m2, overrun_m, depth_overrun_m, geom), ';' order by ordinal) as text
  from (
    select c.observation_id, false as staged, f.ordinal, f.kind, f.reason, f.verdict, f.other_mine_id, f.area_m2, f.overrun_m,
           f.depth_overrun_m, f.geom
    from compared c
    cross join lateral (select * from enforcement.finding f where f.judgement_id = c.current_id offset 0) f
    union all
    select c.observation_id, true, f.ordinal, f.kind, f.reason, f.verdict, f.other_mine_id, f.area_m2, f.overrun_m,
           f.depth_overrun_m, f.geom
    from compared c
    cross join lateral (select * from enforcement.staged_finding f where f.observation_id = c.observation_id offset 0) f
  ) every group by 1, 2
),
differing as materialized (
  select c.observation_id
  from compared c
  left join lateral (select * from enforcement.judgement j where j.id = c.current_id offset 0) j on true
  left join findings_as_text was on was.observation_id = c.observation_id and not was.staged
  left join findings_as_text comes on comes.observation_id = c.observation_id and comes.staged
  where c.changed
    and judgement.verdict_digest(j.observation_id, j.observation_version, j.mine_id, j.attribution, j.judging_srid,
          array_position(array['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'], j.depth_verdict), j.depth_overrun_m, j.sliver_count,
          j.areas::text, null, was.text)
        is distinct from
        judgement.verdict_digest(c.observation_id, c.observation_version, c.mine_id, c.attribution, c.judging_srid,
          array_position(array['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'], c.depth_verdict), c.depth_overrun_m, c.sliver_count,
          c.areas::text, null, comes.text)
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
         c.depth_verdict, c.depth_overrun_m, c.footprint_area_m2, c.within_area_m2, c.excess_area_m2,
         c.sliver_area_m2, c.sliver_count, c.judging_srid, c.areas, c.policy_version, c.engine, c.observed_at, c.known_at, :judged_at, c.digest
  from compared c
  -- Reading the retired rows first makes room for the new current ones.
  where c.changed and (select count(*) from superseded) >= 0 and (select count(*) from retired) >= 0
  returning id
),
new_finding as (
  insert into enforcement.finding (id, judgement_id, observation_id, ordinal, current, mine_id, other_mine_id, kind, verdict,
    reason, geom, area_m2, share, overrun_m, overrun_point, depth_overrun_m, volume_m3, observed_at)
  select md5(c.new_id || '/finding/' || f.ordinal)::uuid, c.new_id, c.observation_id, f.ordinal, true, f.mine_id, f.other_mine_id,
         f.kind, f.verdict, f.reason, f.geom, f.area_m2, f.share, f.overrun_m, f.overrun_point, f.depth_overrun_m, f.volume_m3, f.observed_at
  from compared c
  cross join lateral (select * from enforcement.staged_finding f where f.observation_id = c.observation_id offset 0) f
  where c.changed and (select count(*) from new_judgement) >= 0
  returning id
)
select c.observation_id, case when c.changed then c.new_id else c.current_id end as judgement_id, c.changed, c.mine_id,
       m.division_code, c.plan_verdict, c.digest, c.current_digest, (select count(*) from new_finding) as new_findings,
       c.observation_id in (select observation_id from differing) as differs
from compared c
left join lateral (select division_code from registry.published_mine where id = c.mine_id offset 0) m on true
