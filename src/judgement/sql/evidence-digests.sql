-- What the digests of judgements have to be, given what is stated of them and of their findings. Two,
-- where no area was in view: it may have looked for none.
-- Bindings: judgements, findings (JSON: rows as packs hold them).
with judgement as materialized (
  select * from jsonb_to_recordset(:judgements::jsonb) as j (id uuid, observation_id uuid, observation_version int, mine_id uuid,
    attribution text, judging_srid int, depth_verdict text, depth_overrun_m float8, sliver_count int, areas jsonb, policy_version int)
),
finding_summary as materialized (
  select f.judgement_id,
         string_agg(judgement.finding_text(f.ordinal, f.kind, f.reason, array_position(array['WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'], f.verdict),
                                           f.other_mine_id, f.area_m2, f.overrun_m, f.depth_overrun_m, f.geom::geometry),
                    ';' order by f.ordinal) as text
  from jsonb_to_recordset(:findings::jsonb) as f (judgement_id uuid, ordinal int, kind text, reason text, verdict text,
    other_mine_id uuid, area_m2 float8, overrun_m float8, depth_overrun_m float8, geom text)
  group by f.judgement_id
)
select j.id,
       array(
         select judgement.verdict_digest(j.observation_id, j.observation_version, j.mine_id, j.attribution, j.judging_srid,
                  array_position(array['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'], j.depth_verdict) - 1,
                  j.depth_overrun_m, nullif(j.sliver_count, 0), refs, j.policy_version, f.text)
         from (select j.areas::text as refs union all select null where j.areas = '[]') as in_view
       ) as digests
from judgement j
left join finding_summary f on f.judgement_id = j.id
