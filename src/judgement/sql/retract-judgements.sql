-- Ends the judgements of observations that are no longer published: nothing stands in their place. Returns one row an
-- observation that had one. Bindings: ids (observations), at (instant).
with
gone as (
  update enforcement.judgement j set superseded_at = :at
  where j.observation_id = any(:ids::uuid[]) and j.superseded_at is null
    and j.observation_id <> all(array(select o.id from boundaries.published_observation o where o.id = any(:ids::uuid[])))
  returning j.id, j.observation_id, j.mine_id
),
retired as (
  update enforcement.finding set current = false where judgement_id = any(array(select id from gone)) and current
),
unstaged as (
  delete from enforcement.staged_judgement where observation_id = any(array(select observation_id from gone))
)
select g.id as judgement_id, g.observation_id, g.mine_id, m.division_code
from gone g
left join lateral (select division_code from registry.published_mine where id = g.mine_id offset 0) m on true
order by g.observation_id
