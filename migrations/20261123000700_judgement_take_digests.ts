import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What of a finding the digest of its judgement is taken of. class: 1 WITHIN_ERROR, 2 PROBABLE, 3 CONFIRMED.
    create function judgement.finding_text(ordinal bigint, kind text, reason text, class integer, other_mine_id uuid,
        area_m2 double precision, overrun_m double precision, depth_overrun_m double precision, geom geometry) returns text
      language sql stable parallel safe as $$
        select concat_ws('|', ordinal, kind, reason, class, other_mine_id, round(area_m2::numeric, 2), round(overrun_m::numeric, 3),
                         round(depth_overrun_m::numeric, 3), md5(ST_AsBinary(geom)))
      $$;

    -- SHA-256 of what a judgement states, in hexadecimal: equal verdicts have equal digests, however engines round.
    -- depth_class: 0 WITHIN to 3 CONFIRMED; sliver_count: null for none; areas: references as JSON, null where it looked for
    -- none; findings: their texts in order, with ; between them.
    create function judgement.verdict_digest(observation_id uuid, observation_version integer, mine_id uuid, attribution text,
        judging_srid integer, depth_class integer, depth_overrun_m double precision, sliver_count bigint, areas text,
        policy_version integer, findings text) returns text
      language sql stable parallel safe as $$
        select encode(sha256(convert_to(concat_ws('#', observation_id, observation_version, mine_id, attribution, judging_srid,
                 depth_class, round(depth_overrun_m::numeric, 3), sliver_count, areas, policy_version, findings), 'UTF8')), 'hex')
      $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function judgement.verdict_digest(uuid, integer, uuid, text, integer, integer, double precision, bigint, text, integer, text);
    drop function judgement.finding_text(bigint, text, text, integer, uuid, double precision, double precision, double precision, geometry);
  `);
}
