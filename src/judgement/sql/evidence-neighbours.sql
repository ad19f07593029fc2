-- Judgements of findings on which it can depend what is a violation's: those that can be reached from its findings by
-- touching findings of the same mine, kind and neighbour that stood with them, up to its last observation.
-- Bindings: violation (id), before (instant: what stood before it; infinity: what stands), apart (violations whose findings
-- are left out, as they neither join nor are joined).
with violation as materialized (
  select * from enforcement.violation where id = :violation
),
member as materialized (
  select f.* from enforcement.violation_finding vf join enforcement.finding f on f.id = vf.finding_id
  where vf.violation_id = :violation
),
candidate as materialized (
  select f.id, f.judgement_id, ST_ClusterDBSCAN(f.geom, 0, 1) over () as cluster
  from violation v
  cross join lateral (
    select * from enforcement.judgement own where own.mine_id = v.mine_id
    union all
    select * from enforcement.judgement own where v.mine_id is null and own.mine_id is null
  ) j
  join enforcement.finding f on f.judgement_id = j.id
  where j.judged_at < :before::timestamptz and coalesce(j.superseded_at, 'infinity') >= :before::timestamptz
    and f.verdict <> 'WITHIN_ERROR' and f.kind = v.kind
    and f.mine_id is not distinct from v.mine_id and f.other_mine_id is not distinct from v.other_mine_id
    and (f.observed_at, f.observation_id) <= (select observed_at, observation_id from member order by 1 desc, 2 desc limit 1)
    and not exists (
      select from enforcement.violation_finding_version vf
      where vf.finding_id = f.id and vf.violation_id = any(:apart::uuid[])
        and vf.recorded_at < :before::timestamptz and coalesce(vf.superseded_at, 'infinity') >= :before::timestamptz
    )
)
select distinct judgement_id from candidate where cluster in (select c.cluster from candidate c where c.id in (select id from member))
