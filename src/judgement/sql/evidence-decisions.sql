-- What people dismissed or closed of a violation's mine, kind and neighbour: the last such decision about each violation,
-- the findings that it had, and whether it was settled still, or open again.
-- Bindings: violation (id), before (instant: what was so before it; infinity: what is), settling (decisions), settled (states).
select v.id as violation_id, d.action, d.at, d.actor, s.to_state = any(:settled::text[]) as settled,
       array(
         select vf.finding_id from enforcement.violation_finding_version vf
         where vf.violation_id = v.id and vf.recorded_at < :before::timestamptz
           and coalesce(vf.superseded_at, 'infinity') >= :before::timestamptz
         order by 1
       ) as finding_ids
from enforcement.violation asked
cross join lateral (
  select * from enforcement.violation own where own.mine_id = asked.mine_id
  union all
  select * from enforcement.violation own where asked.mine_id is null and own.mine_id is null
) v
cross join lateral (
  select t.action, t.at, t.actor from enforcement.violation_transition t
  where t.violation_id = v.id and t.action = any(:settling::text[]) and t.at < :before::timestamptz
  order by t.sequence desc limit 1
) d
cross join lateral (
  select t.to_state from enforcement.violation_transition t
  where t.violation_id = v.id and t.at < :before::timestamptz order by t.sequence desc limit 1
) s
where asked.id = :violation and v.kind = asked.kind and v.other_mine_id is not distinct from asked.other_mine_id
order by v.id
