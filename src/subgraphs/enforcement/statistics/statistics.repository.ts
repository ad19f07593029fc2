import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { badInput } from '../../../platform/errors.js';
import { checkSpatialFilter, type SpatialFilterInput } from '../../../spatial/spatial-filter.js';
import { LEGAL_TIME_ZONE } from '../../../vocabulary/time.js';
import type { ViolationFilter } from '../violations/violation.js';
import { matchingViolations } from '../violations/violation-query.repository.js';
import type { StatisticsKey, StatisticsRow } from './statistics.js';

const MOST_ROWS = 10_000;

/** The value that a key groups by, over `violation` and `mine`. */
const VALUES: Readonly<Record<StatisticsKey, string>> = {
  KIND: 'violation.kind',
  VERDICT: 'violation.verdict',
  STATE: 'violation.state',
  PROVINCE: "left(mine.division_code, 2) || '0000'",
  CITY: "case when mine.division_code not like '__0000' then left(mine.division_code, 4) || '00' end",
  COUNTY: "case when mine.division_code not like '____00' then mine.division_code end",
  MINE: 'mine.id::text',
  OPERATOR: 'mine.operator_id::text',
  RESOURCE: 'mine.resource',
  METHOD: 'mine.method',
  SCALE: 'mine.scale',
  MONTH: `to_char(violation.first_observed_at at time zone '${LEGAL_TIME_ZONE}', 'YYYY-MM')`,
  YEAR: `to_char(violation.first_observed_at at time zone '${LEGAL_TIME_ZONE}', 'YYYY')`,
};

const DIVISION_NAME = '(select name from registry.published_division where code = %)';

/** The name of what a key's value stands for, over a grouped row. */
const LABELS: Readonly<Partial<Record<StatisticsKey, string>>> = {
  PROVINCE: DIVISION_NAME,
  CITY: DIVISION_NAME,
  COUNTY: DIVISION_NAME,
  MINE: '(select name from registry.published_mine where id = %::uuid)',
  OPERATOR: '(select name from registry.published_operator where id = %::uuid)',
};

/** Sums over violations. */
export class StatisticsRepository {
  constructor(private readonly knex: Knex) {}

  /**
   * One row for each combination of values that occurs, in the order of the keys; without keys one row of
   * totals. Errors: `BAD_USER_INPUT` when there are more than 10 000.
   */
  async rows(
    context: RequestContext,
    keys: readonly StatisticsKey[],
    filter: ViolationFilter,
    within: SpatialFilterInput | null,
  ): Promise<readonly StatisticsRow[]> {
    await checkSpatialFilter(this.knex, within);
    const raw = (text: string): Knex.Raw => this.knex.raw(text);
    const columns = keys.map((_, i) => `key_${i}`);
    const grouped = matchingViolations(this.knex, context, filter, within)
      .select(keys.map((key, i) => raw(`${VALUES[key]} as key_${i}`)))
      .select(AGGREGATES.map(raw));
    if (keys.length > 0) grouped.groupByRaw(columns.join(', '));
    const query = this.knex
      .select('*')
      .select(keys.map((key, i) => raw(`${LABELS[key]?.replace('%', `key_${i}`) ?? 'null'} as label_${i}`)))
      .from(grouped.as('grouped'))
      .limit(MOST_ROWS + 1);
    if (keys.length > 0) query.orderByRaw(columns.map((column) => `${column} nulls last`).join(', '));
    const rows = (await query) as Record<string, unknown>[];
    if (rows.length > MOST_ROWS) {
      throw badInput(`There are more than ${MOST_ROWS} groups; group by less, or narrow the filter.`, {
        field: 'groupBy',
      });
    }
    return rows.map((row) => mapRow(row, keys));
  }
}

const AGGREGATES = [
  'count(*) as count',
  "count(*) filter (where violation.verdict = 'CONFIRMED') as confirmed_count",
  'count(distinct violation.mine_id) as mine_count',
  'coalesce(sum(violation.area_m2), 0) as area_m2',
  'max(violation.area_m2) as greatest_area_m2',
  'max(violation.overrun_m) as greatest_overrun_m',
  'max(violation.depth_overrun_m) as greatest_depth_overrun_m',
  'min(violation.first_observed_at) as first_observed_at',
  'max(violation.last_observed_at) as last_observed_at',
];

function mapRow(row: Record<string, unknown>, keys: readonly StatisticsKey[]): StatisticsRow {
  return {
    keys: keys.map((key, i) => ({
      key,
      value: row[`key_${i}`] as string | null,
      label: row[`label_${i}`] as string | null,
    })),
    count: row['count'] as number,
    confirmedCount: row['confirmed_count'] as number,
    mineCount: row['mine_count'] as number,
    areaSquareMetres: row['area_m2'] as number,
    greatestAreaSquareMetres: row['greatest_area_m2'] as number | null,
    greatestOverrunMetres: row['greatest_overrun_m'] as number | null,
    greatestDepthOverrunMetres: row['greatest_depth_overrun_m'] as number | null,
    firstObservedAt: row['first_observed_at'] as Date | null,
    lastObservedAt: row['last_observed_at'] as Date | null,
  };
}
