-- The observations of judgements in the versions that were judged, with their shape in the plane with SRID srid.
-- Bindings: judgements (ids), srid.
select o.id, o.version, o.provider, o.provider_ref, o.mine_id, o.activity, o.method, o.observed_at, o.sigma_m, o.z_min_m, o.z_max_m,
       o.sigma_z_m, o.seam, o.area_m2, o.recorded_at, o.geom::text as geom, ST_Transform(o.geom, :srid::int)::text as plane
from enforcement.judgement j
join boundaries.published_observation_version o on o.id = j.observation_id and o.version = j.observation_version
where j.id = any(:judgements::uuid[])
order by o.observed_at, o.id
