import type { Knex } from 'knex';

/** About this many observations are judged by one statement and in one transaction. */
export const OBSERVATIONS_PER_PART = 500;

/**
 * Writes down what a run has to judge, in parts of about `size`, and returns how many observations those are. A mine is
 * in one part unless it alone is more than one, so that no violation is seen when half of its findings have been
 * judged. `wanted`: a query for `id` (observations) and `mine_id` (what each is thought to belong to, or null).
 */
export async function writeRunParts(
  sql: Knex,
  run: string,
  wanted: Knex.Raw | Knex.QueryBuilder,
  size = OBSERVATIONS_PER_PART,
): Promise<number> {
  const { rows } = await sql.raw(
    `with wanted as (?),
     placed as (
       select id, mine_id, row_number() over (order by mine_id nulls first, id) as place, count(*) over (partition by mine_id) as alike
       from wanted
     ),
     parted as (
       select id, place, (case when mine_id is null or alike > ? then place else max(place) over (partition by mine_id) end - 1) / ? as part
       from placed
     ),
     written as (
       insert into enforcement.judgement_run_part (run_id, part, observation_ids)
       select ?, part, array_agg(id order by place) from parted group by part
       returning cardinality(observation_ids) as size
     )
     select coalesce(sum(size), 0)::int as total from written`,
    [wanted, size, size, run],
  );
  return rows[0].total as number;
}
