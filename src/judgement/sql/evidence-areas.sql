-- Every version of an area that the engine had in view when it reached these judgements, whether it counted in the end
-- or not: the judged mine's, those whose box meets the footprint's, and where the nearest mine was looked for, those
-- within the radius. used_by: the observations whose judgement names it. Shapes also in the plane with SRID srid.
-- Bindings: judgements (ids), srid.
with judged as materialized (
  select j.observation_id, j.mine_id, j.areas, j.known_at, o.geom, p.attribution_radius_m as radius,
         o.mine_id is null and j.attribution in ('SUSPECTED', 'NONE') as looked_around
  from enforcement.judgement j
  join boundaries.published_observation_version o on o.id = j.observation_id and o.version = j.observation_version
  join enforcement.tolerance_policy p on p.version = j.policy_version
  where j.id = any(:judgements::uuid[])
),
in_view as (
  select j.observation_id, a.id, a.version, a.recorded_at, a.superseded_at, j.known_at, j.areas
  from judged j join boundaries.published_permitted_area a on a.mine_id = j.mine_id
  union
  select j.observation_id, a.id, a.version, a.recorded_at, a.superseded_at, j.known_at, j.areas
  from judged j join boundaries.published_permitted_area a on a.geom && judgement.reach(j.geom)
  union
  select j.observation_id, a.id, a.version, a.recorded_at, a.superseded_at, j.known_at, j.areas
  from judged j
  join boundaries.published_permitted_area a on a.geom && ST_Expand(judgement.reach(j.geom),
         1.01 * j.radius / (111320 * greatest(0.05, cos(radians(ST_YMax(j.geom))))), 1.01 * j.radius / 110540)
  where j.looked_around and ST_DWithin(a.geom::geography, j.geom::geography, j.radius)
),
version as (
  select id, version,
         coalesce(array_agg(observation_id::text order by observation_id)
           filter (where areas @> jsonb_build_array(jsonb_build_object('id', id, 'version', version))), '{}') as used_by
  from in_view
  where recorded_at <= known_at and (superseded_at is null or superseded_at > known_at)
  group by id, version
)
select a.id, a.version, a.mine_id, a.licence_id, a.kind, a.name, a.source_srid, a.crs_class, a.ceiling_m, a.floor_m, a.area_m2,
       a.plane_area_m2, a.stated_area_m2, a.sigma_m, a.sigma_z_m, a.valid_from, a.valid_to, a.recorded_at, a.superseded_at,
       a.authority, a.document_number, c.corners, v.used_by, a.geom::text as geom, a.plane_geom::text as plane_geom,
       (case when ST_SRID(a.plane_geom) = :srid then a.plane_geom else ST_Transform(a.geom, :srid::int) end)::text as plane,
       (select coalesce(jsonb_agg(jsonb_build_array(corner.at ->> 'number', round(ST_X(p)::numeric, 3), round(ST_Y(p)::numeric, 3)) order by corner.n), '[]')
        from jsonb_array_elements(c.corners) with ordinality as corner (at, n)
        cross join lateral ST_Transform(ST_SetSRID(ST_MakePoint((corner.at ->> 'y')::float8, (corner.at ->> 'x')::float8), a.source_srid), :srid::int) as p
       ) as plane_corners
from version v
join boundaries.published_permitted_area a using (id, version)
join boundaries.published_area_corners c using (id, version)
order by a.id, a.version
