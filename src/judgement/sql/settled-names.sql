-- Those of the names (violation ids) that people closed or dismissed a violation under, or that such a one had before.
-- Bindings: names (ids), settled (states that people alone lead out of).
select v.id as name from enforcement.violation v where v.id = any(:names::uuid[]) and v.state = any(:settled::text[])
union all
select a.old_id
from (select * from enforcement.violation_alias where old_id = any(:names::uuid[])) a
cross join lateral (select v.state from enforcement.violation v where v.id = a.new_id offset 0) v
where v.state = any(:settled::text[])
