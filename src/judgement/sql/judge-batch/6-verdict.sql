finding as materialized (
  select f.id, f.kind, f.reason, f.class, f.other_mine_id,
         ST_Multi(case when ST_IsValid(f.geom_4490) then f.geom_4490 else ST_CollectionExtract(ST_MakeValid(f.geom_4490), 3) end) as geom, f.area_m2, f.overrun_m, f.place,
         f.depth_overrun_m, f.area_m2 * f.thickness_m as volume_m3, f.in_plan,
         row_number() over (partition by f.id order by f.kind_order, f.number, f.rank) as ordinal
  from (
    select p.id,
           case p.test when 'RED_LINE' then 'OUTSIDE_RED_LINE' when 'ZONE' then 'PROHIBITED_ZONE' else
             case p.claim when 'NEIGHBOUR' then 'ENCROACHMENT' when 'EXPIRED' then 'EXPIRED_RIGHT' when 'NOT_YET_VALID' then 'EXPIRED_RIGHT'
               else case when o.judged_mine_id is null then 'UNLICENSED'
                         when o.activity = 'STRIPPING' then 'STRIPPING_OUT_OF_BOUNDS'
                         when o.activity = 'DUMPING' then 'DUMPING_OUT_OF_BOUNDS' else 'MINING_OUT_OF_BOUNDS' end end end as kind,
           case when p.claim in ('EXPIRED', 'NOT_YET_VALID') then p.claim end as reason,
           p.class, p.other_mine_id, p.geom_4490, p.area_m2, p.overrun_m, p.place, null::double precision as depth_overrun_m,
           o.z_max_m - o.z_min_m as thickness_m, p.test = 'PLAN' as in_plan, p.test_order as kind_order, p.number, p.rank
    from piece p join permit o using (id)
    union all
    select d.id, 'BEYOND_DEPTH', null, d.class, null, d.geom_4490, d.area_m2, null, null, d.overrun_m,
           d.thickness_m, false, 4, row_number() over (partition by d.id order by d.overrun_m desc, d.area_id), 0
    from depth d join permit o using (id) where d.class > 0
    union all
    select s.id, 'UNAPPROVED_SEAM', null, 3, null, o.geom, o.area_m2, null, null, null, o.z_max_m - o.z_min_m, false, 5, 1, 0
    from seam s join permit o using (id)
  ) f
),

-- One judgement an observation, its digest, and what differs from the stored one.
area_ref as materialized (
  select id, jsonb_agg(distinct ref order by ref) as refs
  from (
    select o.id, jsonb_array_elements(o.refs) as ref from permit o where o.refs is not null and jsonb_array_length(o.refs) > 0
      and (o.has_red_line or o.has_zone or exists (select from claim c where c.id = o.id))
    union all select c.id, jsonb_array_elements(c.refs) from constrained c
    union all select c.id, jsonb_array_elements(c.refs) from claim c
  ) every group by id
),
finding_summary as materialized (
  select f.id, max(f.class) filter (where f.in_plan) as plan_class,
         coalesce(sum(f.area_m2) filter (where f.in_plan), 0) as excess_area_m2,
         string_agg(judgement.finding_text(f.ordinal, f.kind, f.reason, f.class, f.other_mine_id, f.area_m2, f.overrun_m,
                                           f.depth_overrun_m, f.geom), ';' order by f.ordinal) as text
  from finding f group by f.id
),
sliver_summary as materialized (
  select id, count(*) as count, sum(area_m2) as area_m2 from sized where sliver and test = 'PLAN' group by id
),
depth_summary as materialized (
  select id, max(class) as class, max(overrun_m) as overrun_m from depth group by id
),
verdict as materialized (
  select o.id as observation_id, o.version as observation_version, o.observed_at, o.judged_mine_id as mine_id, x.attribution, o.srid,
         case when o.judged_mine_id is null then 'UNLICENSED'
              else (array['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'])[coalesce(f.plan_class, 0) + 1] end as plan_verdict,
         (array['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'])[d.class + 1] as depth_verdict, d.overrun_m as depth_overrun_m,
         coalesce(pl.area_m2, o.area_m2) as footprint_area_m2, coalesce(f.excess_area_m2, 0) as excess_area_m2,
         coalesce(s.area_m2, 0) as sliver_area_m2, coalesce(s.count, 0) as sliver_count,
         coalesce(r.refs, o.refs, '[]') as areas, p.version as policy_version,
         judgement.verdict_digest(o.id, o.version, o.judged_mine_id, x.attribution, o.srid, d.class, d.overrun_m, s.count,
                                  coalesce(r.refs, o.refs)::text, p.version, f.text) as digest
  from permit o cross join policy p
  left join plane pl on pl.id = o.id
  left join area_ref r on r.id = o.id
  left join finding_summary f on f.id = o.id
  left join sliver_summary s on s.id = o.id
  left join depth_summary d on d.id = o.id
  cross join lateral (
    -- All of it out of bounds: it may touch the areas of the mine only, or overlap some that permit other things.
    select case when o.attribution = 'OVERLAP' and not o.covered
                  and coalesce(f.excess_area_m2, 0) + coalesce(s.area_m2, 0) >= (1 - 1e-8) * pl.area_m2
                  and not exists (
                    select from nearby n
                    cross join lateral (
                      select * from boundaries.published_permitted_area a where a.id = n.area_id and a.version = n.version offset 0
                    ) a
                    cross join lateral (
                      select ST_Intersection(o.foot, case when ST_SRID(a.plane_geom) = o.srid then a.plane_geom
                                                          else ST_Transform(a.geom, o.srid) end, :grid::float8) as geom offset 0
                    ) part
                    where n.id = o.id and n.mine_id = o.judged_mine_id and n.meets
                      and 2 * ST_Area(part.geom) > 0.001 * ST_Perimeter(part.geom))
                then 'SUSPECTED' else o.attribution end as attribution
    offset 0
  ) x
),
compared as materialized (
  select v.*, j.id as current_id, j.digest as current_digest, n.sequence, j.digest is distinct from v.digest as changed,
         md5(v.observation_id || '/judgement/' || n.sequence)::uuid as new_id
  from verdict v
  left join lateral (
    select * from enforcement.judgement j where j.observation_id = v.observation_id and j.superseded_at is null offset 0
  ) j on true
  cross join lateral (
    -- An observation that was withdrawn and came back has judgements, but none that stands.
    select 1 + coalesce(j.sequence, (select max(p.sequence) from enforcement.judgement p where p.observation_id = v.observation_id), 0) as sequence
  ) n
),
