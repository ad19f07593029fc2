import type { Geometry } from 'geojson';
import type { Knex } from 'knex';
import type { FieldSelection } from '../../../platform/columns.js';
import type { RequestContext } from '../../../platform/context.js';
import { belowDivision } from '../../../platform/division-code.js';
import { isId } from '../../../platform/ids.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../../platform/keyset.js';
import { scopeByMine } from '../../../platform/scope.js';
import { spatial } from '../../../spatial/postgis.js';
import {
  applySpatialFilter,
  checkSpatialFilter,
  type SpatialFilterInput,
} from '../../../spatial/spatial-filter.js';
import type { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type {
  AreaInstant,
  AreaVersionRef,
  Corner,
  PermittedArea,
  PermittedAreaFilter,
} from './permitted-area.js';
import { AREA_COLUMNS, mapArea } from './permitted-area.row.js';

const BY_ID: Ordering = {
  name: 'permitted-area.id',
  columns: [
    { expression: 'area.id', direction: 'asc', type: 'uuid' },
    { expression: 'area.version', direction: 'asc', type: 'integer' },
  ],
};

/** Permitted areas in PostGIS, as they are and as they were known. Every read is narrowed to the principal. */
export class PermittedAreaRepository {
  private readonly columns: Knex.Raw;

  constructor(private readonly knex: Knex) {
    this.columns = knex.raw(AREA_COLUMNS.all);
  }

  async page(
    context: RequestContext,
    filter: PermittedAreaFilter,
    within: SpatialFilterInput | null,
    instant: AreaInstant,
    page: PageRequest,
  ): Promise<CountedPage<PermittedArea>> {
    await checkSpatialFilter(this.knex, within);
    const matching = (): Knex.QueryBuilder => {
      const query = this.visible(context);
      applyInstant(query, instant);
      applyFilter(this.knex, query, filter);
      applySpatialFilter(this.knex, query, 'area.geom', within);
      return query;
    };
    const rows = await readPage(this.knex, matching().select(this.columns), BY_ID, page, mapArea);
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  /** The versions of `ids` that were current at the instant. */
  async byIds(
    context: RequestContext,
    ids: readonly string[],
    instant: AreaInstant,
  ): Promise<readonly PermittedArea[]> {
    const query = this.visible(context)
      .select(this.columns)
      .whereRaw('area.id = any(?)', [[...ids]]);
    applyInstant(query, instant);
    return (await query).map(mapArea);
  }

  /** Every version of the areas, oldest first. */
  async histories(context: RequestContext, ids: readonly string[]): Promise<readonly PermittedArea[]> {
    const rows = await this.visible(context)
      .select(this.columns)
      .whereRaw('area.id = any(?)', [[...ids]])
      .orderByRaw('area.id, area.version');
    return rows.map(mapArea);
  }

  async byVersions(
    context: RequestContext,
    refs: readonly AreaVersionRef[],
  ): Promise<readonly PermittedArea[]> {
    const rows = await this.visible(context)
      .select(this.columns)
      .whereRaw(...inVersions(refs));
    return rows.map(mapArea);
  }

  /** The areas of any number of mines in one statement. Only what is behind `fields` is read. */
  async ofMines(
    context: RequestContext,
    mineIds: readonly string[],
    kinds: readonly PermittedAreaKind[] | null,
    instant: AreaInstant,
    fields: FieldSelection | null,
  ): Promise<readonly PermittedArea[]> {
    const query = this.visible(context)
      .select(this.knex.raw(AREA_COLUMNS.of(fields)))
      .whereRaw('area.mine_id = any(?)', [[...mineIds]])
      .orderByRaw('area.mine_id, area.kind, area.valid_from, area.id');
    if (kinds) query.whereRaw('area.kind = any(?)', [[...kinds]]);
    applyInstant(query, instant);
    return (await query).map(mapArea);
  }

  /** Geometries by version, in `srid`. */
  async geometries(
    context: RequestContext,
    refs: readonly AreaVersionRef[],
    srid: number,
  ): Promise<readonly (AreaVersionRef & { readonly geometry: Geometry })[]> {
    const geometry = spatial(this.knex).geoJsonIn('area.geom', srid);
    const rows = await this.visible(context)
      .select('area.id', 'area.version', this.knex.raw('? as geometry', [geometry]))
      .whereRaw(...inVersions(refs));
    return rows.map((row: Record<string, unknown>) => ({
      ...refOf(row),
      geometry: JSON.parse(row['geometry'] as string) as Geometry,
    }));
  }

  async corners(
    context: RequestContext,
    refs: readonly AreaVersionRef[],
  ): Promise<readonly (AreaVersionRef & { readonly corners: readonly Corner[] })[]> {
    const rows = await this.visible(context)
      .select('area.id', 'area.version', 'area.corners')
      .whereRaw(...inVersions(refs));
    return rows.map((row: Record<string, unknown>) => ({
      ...refOf(row),
      corners: row['corners'] as readonly Corner[],
    }));
  }

  private visible(context: RequestContext): Knex.QueryBuilder {
    return scopeByMine(this.knex('boundaries.permitted_area as area'), context.principal, 'area.mine_id');
  }
}

const refOf = (row: Record<string, unknown>): AreaVersionRef => ({
  id: row['id'] as string,
  version: row['version'] as number,
});

const inVersions = (refs: readonly AreaVersionRef[]): [string, (string[] | number[])[]] => [
  '(area.id, area.version) in (select * from unnest(?::uuid[], ?::int[]))',
  [refs.map((ref) => ref.id), refs.map((ref) => ref.version)],
];

function applyInstant(query: Knex.QueryBuilder, { validOn, known }: AreaInstant): void {
  if (known === null) query.whereRaw('area.superseded_at is null');
  else {
    query.whereRaw('area.recorded_at <= ? and (area.superseded_at is null or area.superseded_at > ?)', [
      known,
      known,
    ]);
  }
  if (validOn !== null) whereValidOn(query, validOn);
}

function whereValidOn(query: Knex.QueryBuilder, day: string): void {
  query.whereRaw('area.valid_from <= ? and (area.valid_to is null or area.valid_to > ?)', [day, day]);
}

function applyFilter(knex: Knex, query: Knex.QueryBuilder, filter: PermittedAreaFilter): void {
  if (filter.kind) query.whereIn('area.kind', [...filter.kind]);
  if (filter.mineIds) query.whereRaw('area.mine_id = any(?)', [filter.mineIds.filter(isId)]);
  if (filter.licenceId) {
    query.whereRaw('area.licence_id = any(?)', [[filter.licenceId].filter(isId)]);
  }
  if (filter.documentNumber) query.where('area.document_number', filter.documentNumber);
  if (filter.authority) query.where('area.authority', filter.authority);
  if (filter.crsClass) query.whereIn('area.crs_class', [...filter.crsClass]);
  if (filter.validOn) whereValidOn(query, filter.validOn);
  if (filter.divisionCode != null) query.whereIn('area.mine_id', minesIn(knex, filter.divisionCode));
}

/** Mines of a division and everything below it. Errors: `BAD_USER_INPUT`, naming the field it stands in. */
export const minesIn = (knex: Knex, divisionCode: string, field?: string): Knex.QueryBuilder =>
  knex('registry.published_mine as mine_in_division')
    .select('mine_in_division.id')
    .whereLike('mine_in_division.division_code', belowDivision(divisionCode, field));
