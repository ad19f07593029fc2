-- All findings of judgements, with their shapes in the plane with SRID srid; ours: those of the violation.
-- Bindings: judgements (ids), violation (id), srid.
select f.id, f.judgement_id, f.observation_id, f.ordinal, f.mine_id, f.other_mine_id, f.kind, f.verdict, f.reason, f.area_m2, f.share,
       f.overrun_m, f.depth_overrun_m, f.volume_m3, f.observed_at, f.geom::text as geom,
       ST_Transform(f.geom, :srid::int)::text as plane, ST_Transform(f.overrun_point, :srid::int)::text as plane_point,
       exists (select from enforcement.violation_finding vf where vf.finding_id = f.id and vf.violation_id = :violation) as ours
from enforcement.finding f
where f.judgement_id = any(:judgements::uuid[])
order by f.observed_at, f.observation_id, f.ordinal
