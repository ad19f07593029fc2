import type { Geometry } from 'geojson';
import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import {
  type CountedPage,
  type Ordering,
  type Page,
  type PageRequest,
  readPage,
  readPages,
} from '../../../platform/keyset.js';
import { scopeByMine } from '../../../platform/scope.js';
import { spatial } from '../../../spatial/postgis.js';
import { checkSpatialFilter, type SpatialFilterInput } from '../../../spatial/spatial-filter.js';
import { EVER, type SightingInstant } from '../../../vocabulary/versions.js';
import type { Violation, ViolationFilter, ViolationOrder } from './violation.js';
import { applyKnown, matchingViolations, violationsAt } from './violation-query.repository.js';

const BY_ID = { expression: 'violation.id', direction: 'asc', type: 'uuid' } as const;

const descending = (name: string, expression: string): Ordering => ({
  name: `violation.${name}`,
  columns: [{ expression, direction: 'desc', type: 'float8' }, BY_ID],
});

// Those without the number come last, and have to have a value to be compared by.
const ORDERINGS: Readonly<Record<ViolationOrder, Ordering>> = {
  ID: { name: 'violation.id', columns: [BY_ID] },
  AREA_DESC: descending('area', 'violation.area_m2'),
  OVERRUN_DESC: descending('overrun', 'coalesce(violation.overrun_m, -1e308)'),
  DEPTH_OVERRUN_DESC: descending('depth_overrun', 'coalesce(violation.depth_overrun_m, -1e308)'),
  GROWTH_DESC: descending('growth', 'coalesce(violation.growth_m2_per_day, -1e308)'),
  FIRST_OBSERVED: {
    name: 'violation.first_observed',
    columns: [{ expression: 'violation.first_observed_at', direction: 'asc', type: 'timestamptz' }, BY_ID],
  },
  LAST_OBSERVED: {
    name: 'violation.last_observed',
    columns: [{ expression: 'violation.last_observed_at', direction: 'desc', type: 'timestamptz' }, BY_ID],
  },
};

/** A violation and the id it was asked by, which may be one that it has taken over. */
export interface AskedViolation {
  readonly asked: string;
  readonly violation: Violation;
}

/** Violations in PostGIS, as they are and as they were known. Every read is narrowed to what the principal may see. */
export class ViolationRepository {
  constructor(private readonly knex: Knex) {}

  async page(
    context: RequestContext,
    filter: ViolationFilter,
    within: SpatialFilterInput | null,
    order: ViolationOrder,
    page: PageRequest,
    instant: SightingInstant = EVER,
  ): Promise<CountedPage<Violation>> {
    await checkSpatialFilter(this.knex, within);
    const matching = () => matchingViolations(this.knex, context, filter, within, instant);
    const map = mapViolationAt(instant.known);
    const rows = await readPage(this.knex, matching().select(COLUMNS), ORDERINGS[order], page, map);
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  /** The same page of each mine's violations, by mine id. */
  pagesOfMines(
    context: RequestContext,
    mineIds: readonly string[],
    filter: ViolationFilter,
    order: ViolationOrder,
    page: PageRequest,
    instant: SightingInstant = EVER,
  ): Promise<ReadonlyMap<string, Page<Violation>>> {
    const query = matchingViolations(this.knex, context, filter, null, instant).select(COLUMNS);
    const parent = { column: 'violation.mine_id', ids: mineIds };
    return readPages(this.knex, query, parent, ORDERINGS[order], page, mapViolationAt(instant.known));
  }

  async countsOfMines(
    context: RequestContext,
    mineIds: readonly string[],
    filter: ViolationFilter,
    instant: SightingInstant = EVER,
  ): Promise<readonly { readonly mineId: string; readonly count: number }[]> {
    const rows = await matchingViolations(this.knex, context, filter, null, instant)
      .whereRaw('violation.mine_id = any(?)', [[...mineIds]])
      .select('violation.mine_id')
      .count('* as count')
      .groupBy('violation.mine_id');
    return rows.map((row: Record<string, unknown>) => ({
      mineId: row['mine_id'] as string,
      count: Number(row['count']),
    }));
  }

  /**
   * By id; an id that another violation has taken over finds that one, and where what was known is asked for, an id finds
   * what it named then, or what was called otherwise then and has it by now.
   */
  async byIds(
    context: RequestContext,
    ids: readonly string[],
    { seenBy, known }: SightingInstant = EVER,
  ): Promise<readonly AskedViolation[]> {
    const raw = (sql: string, bindings: Knex.RawBinding[] = []): Knex.Raw => this.knex.raw(sql, bindings);
    const names = known === null ? NAMES : `${NAMES} union all ${FORMER_NAMES}`;
    const named: Knex.QueryBuilder = this.knex(violationsAt(known))
      .join(raw(`(${names}) as name`), 'name.id', 'violation.id')
      .orderBy(['name.rank', 'violation.opened_at', 'violation.id'])
      .limit(1)
      .select('violation.*');
    applyKnown(named, 'violation', known);
    const query = this.knex
      .from(raw('unnest(?::uuid[]) as asked(id) cross join lateral (?) as violation', [[...ids], named]))
      .select('asked.id as asked', ...COLUMNS);
    if (seenBy !== null) query.where('violation.first_observed_at', '<=', seenBy);
    const rows = await scopeByMine(query, context.principal, 'violation.mine_id');
    const map = mapViolationAt(known);
    return (rows as Record<string, unknown>[]).map((row) => ({
      asked: row['asked'] as string,
      violation: map(row),
    }));
  }

  async geometries(
    context: RequestContext,
    ids: readonly string[],
    known: Date | null = null,
  ): Promise<readonly { readonly id: string; readonly geometry: Geometry }[]> {
    const query = this.knex(violationsAt(known))
      .select('violation.id', this.knex.raw('? as geometry', [spatial(this.knex).geoJson('violation.geom')]))
      .whereRaw('violation.id = any(?)', [[...ids]]);
    applyKnown(query, 'violation', known);
    const rows = await scopeByMine(query, context.principal, 'violation.mine_id');
    return (rows as { id: string; geometry: string }[]).map(({ id, geometry }) => ({
      id,
      geometry: JSON.parse(geometry) as Geometry,
    }));
  }
}

/** What the violation asked for is called: as asked, or as one that has taken it over. */
const NAMES = `
  select asked.id, 0 as rank
  union all
  select since.new_id, 1 from enforcement.violation_alias since where since.old_id = asked.id`;

/** What it was called before: all that had been taken over by the time when what was asked for was, if it ever was. */
const FORMER_NAMES = `
  select former.old_id, 2
  from (select asked.id) as own
  left join enforcement.violation_alias since on since.old_id = own.id
  join enforcement.violation_alias former on former.new_id = coalesce(since.new_id, own.id)
  where former.old_id <> own.id and (since.created_at is null or former.created_at <= since.created_at)`;

const COLUMNS = [
  'violation.id',
  'violation.mine_id',
  'violation.other_mine_id',
  'violation.kind',
  'violation.verdict',
  'violation.state',
  'violation.reason',
  'violation.area_m2',
  'violation.first_area_m2',
  'violation.overrun_m',
  'violation.depth_overrun_m',
  'violation.first_observed_at',
  'violation.last_observed_at',
  'violation.growth_m2_per_day',
  'violation.opened_at',
  'violation.updated_at',
];

/** A violation that was read as known remembers when, so that what is asked of it next is read there too. */
const mapViolationAt = (known: Date | null): ((row: Record<string, unknown>) => Violation) =>
  known === null ? mapViolation : (row) => ({ ...mapViolation(row), known });

function mapViolation(row: Record<string, unknown>): Violation {
  return {
    id: row['id'] as string,
    mineId: row['mine_id'] as string | null,
    otherMineId: row['other_mine_id'] as string | null,
    kind: row['kind'] as Violation['kind'],
    verdict: row['verdict'] as Violation['verdict'],
    state: row['state'] as Violation['state'],
    reason: row['reason'] as string | null,
    areaSquareMetres: row['area_m2'] as number,
    firstAreaSquareMetres: row['first_area_m2'] as number,
    overrunMetres: row['overrun_m'] as number | null,
    depthOverrunMetres: row['depth_overrun_m'] as number | null,
    firstObservedAt: row['first_observed_at'] as Date,
    lastObservedAt: row['last_observed_at'] as Date,
    growthSquareMetresPerDay: row['growth_m2_per_day'] as number | null,
    openedAt: row['opened_at'] as Date,
    updatedAt: row['updated_at'] as Date,
  };
}
