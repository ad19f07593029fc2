-- Observations that a change can touch, with the mine that they were given to or judged for.
-- Bindings: observations (ids concerned by name), mines (ids), moved (ids of mines whose location changed), area_ids and
-- area_versions (pairs: the old and new versions whose place changed), valid_from and valid_to (days of which something
-- changed, half-open, null: without end), most (rows; null: all).
with
place as materialized (
  select a.mine_id, a.kind, a.geom
  from unnest(:area_ids::uuid[], :area_versions::int[]) as k (id, version)
  cross join lateral (
    select * from boundaries.published_permitted_area a where a.id = k.id and a.version = k.version offset 0
  ) a
),
concerned as materialized (
  select o.id from boundaries.published_observation o where o.id = any(:observations::uuid[])
  union all
  -- Given to one of the mines, or judged to be one's.
  select o.id
  from boundaries.published_observation o
  where o.mine_id = any(:mines::uuid[])
    and (o.observed_on >= :valid_from::date or :valid_from::date is null) and (o.observed_on < :valid_to::date or :valid_to::date is null)
  union all
  select o.id
  from (select observation_id, superseded_at from enforcement.judgement where mine_id = any(:mines::uuid[]) offset 0) j
  cross join lateral (select * from boundaries.published_observation o where o.id = j.observation_id offset 0) o
  where j.superseded_at is null
    and (o.observed_on >= :valid_from::date or :valid_from::date is null) and (o.observed_on < :valid_to::date or :valid_to::date is null)
  union all
  -- By a policy to come.
  select o.id
  from (select observation_id from enforcement.staged_judgement where mine_id = any(:mines::uuid[]) offset 0) s
  cross join lateral (select * from boundaries.published_observation o where o.id = s.observation_id offset 0) o
  where (o.observed_on >= :valid_from::date or :valid_from::date is null) and (o.observed_on < :valid_to::date or :valid_to::date is null)
  union all
  -- A mine's location tells the plane of judging; without one, each footprint does.
  select o.id
  from (
    select * from (
      select observation_id, mine_id, judging_srid, superseded_at from enforcement.judgement where mine_id = any(:moved::uuid[]) offset 0
    ) j where j.superseded_at is null
    union all
    select observation_id, mine_id, judging_srid, null from enforcement.staged_judgement where mine_id = any(:moved::uuid[])
    offset 0
  ) j
  cross join lateral (select m.location from registry.published_mine m where m.id = j.mine_id offset 0) m
  cross join lateral (select * from boundaries.published_observation o where o.id = j.observation_id offset 0) o
  where j.judging_srid <> judgement.judging_srid(coalesce(ST_X(m.location), ST_X(ST_Centroid(o.geom))),
                                                 coalesce(ST_Y(m.location), ST_Y(ST_Centroid(o.geom))))
  union all
  -- Where the place is: a neighbour's right gives a finding its name and a prohibited zone makes one, whoever digs; any
  -- area that permits something may draw a footprint to its mine. Any own area that is not valid that day names a
  -- finding too, so that for the mine itself every day counts. Edges are straight in the plane, which tells in wide
  -- footprints: one that measures a degree is found.
  select o.id
  from place p
  cross join lateral (select * from boundaries.published_observation o where o.geom && ST_Expand(p.geom, 0.003) offset 0) o
  left join lateral (
    select * from enforcement.judgement j where j.observation_id = o.id and j.superseded_at is null offset 0
  ) j on true
  where p.kind <> 'RED_LINE'
    and (ST_Intersects(o.geom, p.geom)
         or ST_XMax(o.geom) - ST_XMin(o.geom) + ST_YMax(o.geom) - ST_YMin(o.geom) > 0.02 and judgement.reach(o.geom) && p.geom)
    and (p.kind in ('MINING_RIGHT', 'PROHIBITED_ZONE') or o.mine_id is null or o.mine_id = p.mine_id)
    and ((o.observed_on >= :valid_from::date or :valid_from::date is null) and (o.observed_on < :valid_to::date or :valid_to::date is null)
         or p.kind <> 'PROHIBITED_ZONE' and p.mine_id in (o.mine_id, j.mine_id))
  union all
  -- Footprints that no area valid then covers are drawn by the nearest area, whether or not it was valid. A policy to
  -- come may reach farther: what is staged by it is unstaged by being judged again.
  select o.id
  from place p
  cross join (
    select max(attribution_radius_m) as metres from enforcement.tolerance_policy where state in ('IN_FORCE', 'PENDING')
  ) radius
  cross join lateral (
    select * from boundaries.published_observation o
    where o.geom && ST_Expand(p.geom,
            1.01 * radius.metres / (111320 * greatest(0.05, cos(radians(greatest(abs(ST_YMin(p.geom)), abs(ST_YMax(p.geom))))))),
            1.01 * radius.metres / 110540)
      and o.mine_id is null
    offset 0
  ) o
  left join lateral (
    select * from enforcement.judgement j where j.observation_id = o.id and j.superseded_at is null offset 0
  ) j on true
  -- The distance is asked last, and of those alone that the rest leaves: it is what costs.
  where case when p.kind not in ('RED_LINE', 'PROHIBITED_ZONE') and (j.attribution is null or j.attribution in ('SUSPECTED', 'NONE'))
             then ST_DWithin(p.geom::geography, o.geom::geography, radius.metres) end
)
select o.id, coalesce(o.mine_id, j.mine_id) as mine_id
from (select distinct id from concerned) c
cross join lateral (select * from boundaries.published_observation o where o.id = c.id offset 0) o
left join lateral (
  select * from enforcement.judgement j where j.observation_id = o.id and j.superseded_at is null offset 0
) j on true
order by coalesce(o.mine_id, j.mine_id), o.id
limit :most::int
