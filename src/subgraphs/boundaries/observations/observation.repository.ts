import type { Geometry } from 'geojson';
import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { isId } from '../../../platform/ids.js';
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
import {
  applySpatialFilter,
  checkSpatialFilter,
  type SpatialFilterInput,
} from '../../../spatial/spatial-filter.js';
import type { SightingInstant } from '../../../vocabulary/versions.js';
import { minesIn } from '../areas/permitted-area.repository.js';
import { type Observation, type ObservationFilter, observationVersionId } from './observation.js';
import { mapObservation, OBSERVATION_COLUMNS, OBSERVATION_VERSION_COLUMNS } from './observation.row.js';

const BY_ID: Ordering = {
  name: 'observation.id',
  columns: [{ expression: 'observation.id', direction: 'asc', type: 'uuid' }],
};

/** Observations in PostGIS, as they are and as they were known. Every read is narrowed to the principal; those without a mine only the unrestricted see. */
export class ObservationRepository {
  private readonly columns: Knex.Raw;
  private readonly versionColumns: Knex.Raw;

  constructor(private readonly knex: Knex) {
    this.columns = knex.raw(OBSERVATION_COLUMNS);
    this.versionColumns = knex.raw(OBSERVATION_VERSION_COLUMNS);
  }

  async page(
    context: RequestContext,
    filter: ObservationFilter,
    within: SpatialFilterInput | null,
    instant: SightingInstant,
    page: PageRequest,
  ): Promise<CountedPage<Observation>> {
    await checkSpatialFilter(this.knex, within);
    const matching = (): Knex.QueryBuilder => {
      const query = this.known(context, instant);
      applyFilter(this.knex, query, filter);
      if (instant.known === null) applyWithdrawn(query, filter.withdrawn ?? false);
      applySpatialFilter(this.knex, query, 'observation.geom', within);
      return query;
    };
    const query = matching().select(this.columnsAt(instant));
    const rows = await readPage(this.knex, query, BY_ID, page, (row) => readAt(instant, mapObservation(row)));
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  /** The same page of the observations of each mine. */
  pagesOfMines(
    context: RequestContext,
    mineIds: readonly string[],
    page: PageRequest,
  ): Promise<ReadonlyMap<string, Page<Observation>>> {
    const query = this.standing(context).select(this.columns);
    const parent = { column: 'observation.mine_id', ids: mineIds };
    return readPages(this.knex, query, parent, BY_ID, page, mapObservation);
  }

  async countsOfMines(
    context: RequestContext,
    mineIds: readonly string[],
  ): Promise<readonly { readonly mineId: string; readonly count: number }[]> {
    const rows = await this.standing(context)
      .whereRaw('observation.mine_id = any(?)', [[...mineIds]])
      .select('observation.mine_id')
      .count('* as count')
      .groupBy('observation.mine_id');
    return rows.map((row: Record<string, unknown>) => ({
      mineId: row['mine_id'] as string,
      count: Number(row['count']),
    }));
  }

  /** Those known at the instant; now also the ones that were withdrawn, as findings of old verdicts name them. */
  async byIds(
    context: RequestContext,
    ids: readonly string[],
    instant: SightingInstant,
  ): Promise<readonly Observation[]> {
    const rows: Record<string, unknown>[] = await this.known(context, instant)
      .select(this.columnsAt(instant))
      .whereRaw('observation.id = any(?)', [[...ids]]);
    return rows.map((row) => readAt(instant, mapObservation(row)));
  }

  async geometries(
    context: RequestContext,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly geometry: Geometry }[]> {
    const rows = await this.visible(context, STANDING)
      .select('observation.id')
      .select(this.knex.raw('? as geometry', [spatial(this.knex).geoJson('observation.geom')]))
      .whereRaw('observation.id = any(?)', [[...ids]]);
    return rows.map((row: Record<string, unknown>) => ({
      id: row['id'] as string,
      geometry: JSON.parse(row['geometry'] as string) as Geometry,
    }));
  }

  /** By version, also of those that were corrected since. */
  async versionGeometries(
    context: RequestContext,
    versionIds: readonly string[],
  ): Promise<readonly { readonly versionId: string; readonly geometry: Geometry }[]> {
    const refs = versionIds.map((versionId) => versionId.split('@'));
    const rows = await this.visible(context, EVERY_VERSION)
      .select('observation.id', 'observation.version')
      .select(this.knex.raw('? as geometry', [spatial(this.knex).geoJson('observation.geom')]))
      .whereRaw('(observation.id, observation.version) in (select * from unnest(?::uuid[], ?::int[]))', [
        refs.map(([id]) => id ?? ''),
        refs.map(([, version]) => Number(version)),
      ]);
    return rows.map((row: Record<string, unknown>) => ({
      versionId: observationVersionId({ id: row['id'] as string, version: row['version'] as number }),
      geometry: JSON.parse(row['geometry'] as string) as Geometry,
    }));
  }

  private columnsAt(instant: SightingInstant): Knex.Raw {
    return instant.known === null ? this.columns : this.versionColumns;
  }

  /** What was on record at the instant, and had been seen by then where that is asked. */
  private known(context: RequestContext, { seenBy, known }: SightingInstant): Knex.QueryBuilder {
    const query = this.visible(context, known === null ? STANDING : EVERY_VERSION);
    if (known !== null) {
      query.whereRaw(
        'observation.recorded_at <= ? and (observation.superseded_at is null or observation.superseded_at > ?)',
        [known, known],
      );
    }
    if (seenBy !== null) query.where('observation.observed_at', '<=', seenBy);
    return query;
  }

  private visible(context: RequestContext, table: string): Knex.QueryBuilder {
    return scopeByMine(this.knex(`${table} as observation`), context.principal, 'observation.mine_id');
  }

  private standing(context: RequestContext): Knex.QueryBuilder {
    const query = this.visible(context, STANDING);
    applyWithdrawn(query, false);
    return query;
  }
}

const STANDING = 'boundaries.observation';
const EVERY_VERSION = 'boundaries.published_observation_version';

function applyWithdrawn(query: Knex.QueryBuilder, withdrawn: boolean): void {
  query.whereRaw(withdrawn ? 'observation.withdrawn_at is not null' : 'observation.withdrawn_at is null');
}

/** An observation remembers when it was read at, so that its geometry is read there too. */
const readAt = (instant: SightingInstant, observation: Observation): Observation =>
  instant.known === null ? observation : { ...observation, readAt: instant };

function applyFilter(knex: Knex, query: Knex.QueryBuilder, filter: ObservationFilter): void {
  if (filter.mineIds) query.whereRaw('observation.mine_id = any(?)', [filter.mineIds.filter(isId)]);
  if (filter.divisionCode != null) query.whereIn('observation.mine_id', minesIn(knex, filter.divisionCode));
  if (filter.activity) query.whereIn('observation.activity', [...filter.activity]);
  if (filter.method) query.whereIn('observation.method', [...filter.method]);
  if (filter.provider) query.where('observation.provider', filter.provider);
  if (filter.observedFrom) query.where('observation.observed_at', '>=', filter.observedFrom);
  if (filter.observedTo) query.where('observation.observed_at', '<', filter.observedTo);
}
