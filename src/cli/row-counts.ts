import type { Knex } from 'knex';

export interface RowCounts {
  readonly mines: number;
  readonly licences: number;
  /** In force or not, without superseded versions. */
  readonly permittedAreas: number;
  readonly observations: number;
  readonly violations: number;
}

/** How much the hub holds. */
export async function countRows(knex: Knex): Promise<RowCounts> {
  const { rows } = await knex.raw<{ rows: RowCounts[] }>(`
    select (select count(*) from registry.published_mine) as mines,
           (select count(*) from licences.published_licence) as licences,
           (select count(*) from boundaries.published_permitted_area where superseded_at is null) as "permittedAreas",
           (select count(*) from boundaries.published_observation) as observations,
           (select count(*) from enforcement.published_violation) as violations`);
  const [counts] = rows;
  if (!counts) throw new Error('A count gives one row.');
  return counts;
}
