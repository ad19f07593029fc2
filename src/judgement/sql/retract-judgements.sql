-- Ends the judgements of observations that are no longer published: nothing stands in their place. Returns one row an
-- observation that had one. Bindings: ids (observations), at (instant).
with
gone as (
  update enforcement.judgement j set superseded_at = :at
  where j.observation_id = any(:ids::uuid[]) and j.superseded_at is null
    and not exists (select from boundaries.published_observation o where o.id = j.observation_id)
  returning j.id, j.observation_id, j.mine_id
),
retired as (
  update enforcement.finding f set current = false from gone where f.judgement_id = gone.id and f.current
),
unstaged as (
  delete from enforcement.staged_judgement s using gone where s.observation_id = gone.observation_id
)
select g.id as judgement_id, g.observation_id, g.mine_id, m.division_code
from gone g left join registry.published_mine m on m.id = g.mine_id
order by g.observation_id
