import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- GB 32100-2015: the last of 18 characters is 31 minus the weighted sum of the others modulo 31. What is written
    -- through the registry has been checked; what was loaded otherwise may not have been. registry/operator.ts says
    -- the same; a test compares them.
    create function registry.is_credit_code(credit_code text) returns boolean language sql immutable parallel safe as $$
      select credit_code ~ '^[0-9ABCDEFGHJKLMNPQRTUWXY]{18}$'
         and substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + (31 - (
               select sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(credit_code, place, 1)) - 1)
                          * (array[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])[place])
               from generate_series(1, 17) as place)::int % 31) % 31, 1) = substr(credit_code, 18, 1)
      $$;

    -- What is doubtful about mines: the code of the doubt and the facts that its message tells.
    create view registry.published_data_quality as
      select md5('CREDIT_CODE_INVALID/' || mine.id)::uuid as id, mine.id as mine_id, 'CREDIT_CODE_INVALID' as code,
             jsonb_build_object('operator', operator.name, 'creditCode', operator.credit_code) as facts,
             greatest(mine.updated_at, operator.updated_at) as found_at
      from registry.mine join registry.operator on operator.id = mine.operator_id
      where not registry.is_credit_code(operator.credit_code)
      union all
      -- The hub has no shapes of divisions. It knows where the mines of a county are; the middle is that of them all, so
      -- that it is found once a county.
      select md5('LOCATION_FAR_FROM_DIVISION/' || mine.id)::uuid, mine.id, 'LOCATION_FAR_FROM_DIVISION',
             jsonb_build_object('divisionCode', mine.division_code, 'kilometres', round(far.metres / 1000), 'mines', county.count),
             mine.updated_at
      from registry.mine
      cross join lateral (
        select count(*) as count,
               percentile_cont(0.5) within group (order by ST_X(other.location)) as longitude,
               percentile_cont(0.5) within group (order by ST_Y(other.location)) as latitude
        from registry.mine other
        where other.division_code = mine.division_code and other.location is not null
      ) county
      cross join lateral (
        select ST_Distance(mine.location::geography, ST_SetSRID(ST_MakePoint(county.longitude, county.latitude), 4490)::geography) as metres
      ) far
      where mine.location is not null and county.count > 5 and far.metres > 200000;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view registry.published_data_quality;
    drop function registry.is_credit_code(text);
  `);
}
