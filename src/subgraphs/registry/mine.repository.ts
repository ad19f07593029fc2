import type { Point } from 'geojson';
import type { Knex } from 'knex';
import { lockKey } from '../../platform/advisory-locks.js';
import { Columns, type FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { belowDivision } from '../../platform/division-code.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../platform/keyset.js';
import { scope } from '../../platform/scope.js';
import { spatial } from '../../spatial/postgis.js';
import {
  applySpatialFilter,
  checkSpatialFilter,
  type SpatialFilterInput,
} from '../../spatial/spatial-filter.js';
import { LOCK_NAMES } from '../../vocabulary/lock-names.js';
import type { Mine, MineFilter, MineOrder, MineRecord, RedrawnArea } from './mine.js';

const ORDERINGS: Readonly<Record<MineOrder, Ordering>> = {
  ID: { name: 'mine.id', columns: [{ expression: 'mine.id', direction: 'asc', type: 'uuid' }] },
  CODE: { name: 'mine.code', columns: [{ expression: 'mine.code', direction: 'asc', type: 'text' }] },
  NAME: {
    name: 'mine.name',
    columns: [
      { expression: 'mine.name', direction: 'asc', type: 'text' },
      { expression: 'mine.id', direction: 'asc', type: 'uuid' },
    ],
  },
  UPDATED_AT: {
    name: 'mine.updated_at',
    columns: [
      { expression: 'mine.updated_at', direction: 'desc', type: 'timestamptz' },
      { expression: 'mine.id', direction: 'asc', type: 'uuid' },
    ],
  },
};

const ROWS_PER_STATEMENT = 500;

/** Mines in PostGIS. Every read is narrowed to what the principal may see. */
export class MineRepository {
  constructor(private readonly knex: Knex) {}

  /** Only what is behind `fields` is read; the other properties are absent. */
  async page(
    context: RequestContext,
    filter: MineFilter,
    within: SpatialFilterInput | null,
    order: MineOrder,
    page: PageRequest,
    fields: FieldSelection | null = null,
  ): Promise<CountedPage<Mine>> {
    await checkSpatialFilter(this.knex, within);
    const matching = (): Knex.QueryBuilder => {
      const query = scope(this.knex('registry.mine as mine'), context.principal, 'mine.division_code');
      applyFilter(query, filter);
      applySpatialFilter(this.knex, query, 'mine.location', within);
      return query;
    };
    const rows = await readPage(
      this.knex,
      matching().select(this.knex.raw(COLUMNS.of(fields))),
      ORDERINGS[order],
      page,
      mapMine,
    );
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  async byIds(context: RequestContext, ids: readonly string[]): Promise<readonly Mine[]> {
    return this.where(context, 'mine.id', ids);
  }

  async byCodes(context: RequestContext, codes: readonly string[]): Promise<readonly Mine[]> {
    return this.where(context, 'mine.code', codes);
  }

  /** Where mines lie, asked for apart: most lists show no geometry. */
  async locations(
    context: RequestContext,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly location: Point | null }[]> {
    const query = this.knex('registry.mine as mine')
      .select('mine.id', this.knex.raw('? as location', [spatial(this.knex).geoJson('mine.location')]))
      .whereRaw('mine.id = any(?)', [[...ids]]);
    const rows = await scope(query, context.principal, 'mine.division_code');
    return rows.map((row) => ({ id: row['id'] as string, location: mapLocation(row) }));
  }

  /**
   * Until the transaction ends, whoever may see only some divisions writes mines and operators alone: what they found
   * absent, nobody registers meanwhile for them to replace unseen. Those who see everything write side by side.
   */
  async takeTurns({ principal }: RequestContext, sql: Knex): Promise<void> {
    const lock = principal.divisions === 'all' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
    await sql.raw(`select ${lock}(${lockKey('?')})`, [LOCK_NAMES.mines]);
  }

  /** Rows as stored, locked until the transaction ends, whoever asks: an upsert compares against them. */
  async lockByCodes(sql: Knex, codes: readonly string[]): Promise<readonly MineRecord[]> {
    const rows = await sql('registry.mine as mine')
      .select(sql.raw(COLUMNS.all), sql.raw('? as location', [spatial(this.knex).geoJson('mine.location')]))
      .whereRaw('mine.code = any(?)', [[...codes]])
      .orderBy('mine.code')
      .forUpdate();
    return rows.map((row) => ({ ...mapMine(row), location: mapLocation(row) }));
  }

  /** In the order of their codes, so that of two who register the same one waits for the other. */
  async upsert(sql: Knex, mines: readonly MineRecord[]): Promise<void> {
    const st = spatial(this.knex);
    const inOrder = mines.toSorted((a, b) => (a.code < b.code ? -1 : 1));
    const rows = inOrder.map((mine) => ({
      id: mine.id,
      code: mine.code,
      name: mine.name,
      resource: mine.resource,
      method: mine.method,
      scale: mine.scale,
      status: mine.status,
      capacity_tonnes_per_year: mine.capacityTonnesPerYear,
      location: mine.location === null ? null : st.stored(mine.location),
      operator_id: mine.operatorId,
      division_code: mine.divisionCode,
      created_at: mine.updatedAt,
      updated_at: mine.updatedAt,
    }));
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      const part = rows.slice(start, start + ROWS_PER_STATEMENT);
      await sql('registry.mine').insert(part).onConflict('code').merge(MERGED_COLUMNS);
    }
  }

  /** Draws areas of these mines anew where the zone that they are judged in has become another one. */
  async redrawAreas(
    sql: Knex,
    mineIds: readonly string[],
    at: Date,
    reason: string,
  ): Promise<readonly RedrawnArea[]> {
    const { rows } = await sql.raw('select * from boundaries.redraw_areas(?, ?, ?) order by mine_id, id', [
      [...mineIds],
      at,
      reason,
    ]);
    return rows.map((row: Record<string, unknown>) => ({
      id: row['id'],
      version: row['version'],
      mineId: row['mine_id'],
      kind: row['kind'],
      validFrom: row['valid_from'],
      validTo: row['valid_to'],
      contentDigest: row['content_digest'],
    }));
  }

  private async where(
    context: RequestContext,
    column: string,
    values: readonly string[],
  ): Promise<readonly Mine[]> {
    const query = this.knex('registry.mine as mine')
      .select(this.knex.raw(COLUMNS.all))
      .whereRaw('?? = any(?)', [column, [...values]]);
    const rows = await scope(query, context.principal, 'mine.division_code');
    return rows.map(mapMine);
  }
}

const COLUMNS = new Columns({
  columns: {
    id: 'mine.id',
    code: 'mine.code',
    name: 'mine.name',
    resource: 'mine.resource',
    method: 'mine.method',
    scale: 'mine.scale',
    status: 'mine.status',
    capacityTonnesPerYear: 'mine.capacity_tonnes_per_year',
    operatorId: 'mine.operator_id',
    divisionCode: 'mine.division_code',
    updatedAt: 'mine.updated_at',
  },
  always: ['id'],
  readBy: { location: ['id'], operator: ['operatorId'], division: ['divisionCode'] },
});

const MERGED_COLUMNS = [
  'name',
  'resource',
  'method',
  'scale',
  'status',
  'capacity_tonnes_per_year',
  'location',
  'operator_id',
  'division_code',
  'updated_at',
];

function applyFilter(query: Knex.QueryBuilder, filter: MineFilter): void {
  if (filter.divisionCode != null) query.whereLike('mine.division_code', belowDivision(filter.divisionCode));
  if (filter.operatorId) query.where('mine.operator_id', filter.operatorId);
  for (const column of ['resource', 'method', 'scale', 'status'] as const) {
    const values = filter[column];
    if (values) query.whereIn(`mine.${column}`, [...values]);
  }
  if (filter.search) {
    const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    query.where((either) => either.whereILike('mine.name', pattern).orWhereILike('mine.code', pattern));
  }
}

function mapMine(row: Record<string, unknown>): Mine {
  return {
    id: row['id'] as string,
    code: row['code'] as string,
    name: row['name'] as string,
    resource: row['resource'] as Mine['resource'],
    method: row['method'] as Mine['method'],
    scale: row['scale'] as Mine['scale'],
    status: row['status'] as Mine['status'],
    capacityTonnesPerYear: row['capacity_tonnes_per_year'] as number | null,
    operatorId: row['operator_id'] as string,
    divisionCode: row['division_code'] as string,
    updatedAt: row['updated_at'] as Date,
  };
}

const mapLocation = (row: Record<string, unknown>): Point | null =>
  row['location'] === null ? null : (JSON.parse(row['location'] as string) as Point);
