-- Observations that a change can touch, with the mine that they were given to or judged for.
-- Bindings: observations (ids concerned by name), mines (ids), area_ids and area_versions (pairs: the old and new
-- versions whose place changed), valid_from and valid_to (days of which something changed, half-open, null: without
-- end), most (rows; null: all).
with
place as materialized (
  select a.mine_id, a.kind, a.geom
  from unnest(:area_ids::uuid[], :area_versions::int[]) as k (id, version)
  join boundaries.published_permitted_area a using (id, version)
),
concerned as (
  select o.id from boundaries.published_observation o where o.id = any(:observations::uuid[])
  union
  -- Given to one of the mines, or judged to be one's.
  select o.id
  from boundaries.published_observation o
  where o.mine_id = any(:mines::uuid[])
    and (o.observed_on >= :valid_from::date or :valid_from::date is null) and (o.observed_on < :valid_to::date or :valid_to::date is null)
  union
  select o.id
  from enforcement.judgement j join boundaries.published_observation o on o.id = j.observation_id
  where j.superseded_at is null and j.mine_id = any(:mines::uuid[])
    and (o.observed_on >= :valid_from::date or :valid_from::date is null) and (o.observed_on < :valid_to::date or :valid_to::date is null)
  union
  -- Where the place is: a neighbour's right gives a finding its name and a prohibited zone makes one, whoever digs; any
  -- area that permits something may draw a footprint to its mine. An own right that is not valid that day names a
  -- finding too, so that for the mine itself every day counts.
  select o.id
  from place p
  join boundaries.published_observation o on o.geom && p.geom and ST_Intersects(o.geom, p.geom)
  left join enforcement.judgement j on j.observation_id = o.id and j.superseded_at is null
  where p.kind <> 'RED_LINE' and (p.kind in ('MINING_RIGHT', 'PROHIBITED_ZONE') or o.mine_id is null)
    and ((o.observed_on >= :valid_from::date or :valid_from::date is null) and (o.observed_on < :valid_to::date or :valid_to::date is null)
         or p.kind <> 'PROHIBITED_ZONE' and p.mine_id in (o.mine_id, j.mine_id))
  union
  -- Footprints that no area valid then covers are drawn by the nearest area, whether or not it was valid.
  select o.id
  from place p
  cross join (select attribution_radius_m as metres from enforcement.tolerance_policy where state = 'IN_FORCE') radius
  join boundaries.published_observation o
    on o.geom && ST_Expand(p.geom, 1.01 * radius.metres / (111320 * greatest(0.05, cos(radians(greatest(abs(ST_YMin(p.geom)), abs(ST_YMax(p.geom)))))))
                                 , 1.01 * radius.metres / 110540)
   and o.mine_id is null
  left join enforcement.judgement j on j.observation_id = o.id and j.superseded_at is null
  -- The distance is asked last, and of those alone that the rest leaves: it is what costs.
  where case when p.kind not in ('RED_LINE', 'PROHIBITED_ZONE') and (j.attribution is null or j.attribution in ('SUSPECTED', 'NONE'))
             then ST_DWithin(p.geom::geography, o.geom::geography, radius.metres) end
)
select o.id, coalesce(o.mine_id, j.mine_id) as mine_id
from concerned c
join boundaries.published_observation o using (id)
left join enforcement.judgement j on j.observation_id = o.id and j.superseded_at is null
order by coalesce(o.mine_id, j.mine_id), o.id
limit :most::int
