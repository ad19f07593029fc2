import DataLoader from 'dataloader';
import type { Geometry } from 'geojson';
import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import { loaderOfMany, loaderOfOne } from '../../platform/loader.js';
import type { PermittedAreaKind } from '../../vocabulary/boundaries.js';
import { EVER, instantKey, NOW } from '../../vocabulary/versions.js';
import type { AdjacencyRepository } from './areas/adjacency.repository.js';
import type { AreaVersionRepository } from './areas/area-version.repository.js';
import {
  type AreaInstant,
  areaVersionId,
  type Corner,
  type DraftArea,
  type PermittedArea,
  parseAreaVersionId,
} from './areas/permitted-area.js';
import type { PermittedAreaRepository } from './areas/permitted-area.repository.js';
import type { Observation } from './observations/observation.js';
import type { ObservationRepository } from './observations/observation.repository.js';
import type { BoundaryConflict, Neighbour } from './quality/boundary-conflict.js';

export interface BoundariesLoaderDeps {
  readonly areas: PermittedAreaRepository;
  readonly observations: ObservationRepository;
  readonly adjacency: AdjacencyRepository;
  readonly versions: AreaVersionRepository;
}

/** The loaders of one request. Those that depend on a field's arguments are made for each set of them. */
export class BoundariesLoaders {
  readonly areaById;
  readonly areaByVersion;
  readonly areaHistory;
  readonly corners: DataLoader<string, readonly Corner[] | null>;
  readonly observationById;
  readonly observationGeometry: DataLoader<string, Geometry | null>;
  /** By id and version. */
  readonly observationVersionGeometry: DataLoader<string, Geometry | null>;
  readonly overlap: DataLoader<BoundaryConflict, Geometry | null, string>;
  private readonly made = new Map<string, unknown>();

  private constructor(
    private readonly deps: BoundariesLoaderDeps,
    private readonly context: RequestContext,
  ) {
    this.areaById = loaderOfOne(
      (ids) => deps.areas.byIds(context, ids, NOW),
      (area) => area.id,
    );
    this.areaByVersion = loaderOfOne(
      (keys) => deps.areas.byVersions(context, keys.map(parseAreaVersionId)),
      areaVersionId,
    );
    this.areaHistory = loaderOfMany(
      (ids) => deps.areas.histories(context, ids),
      (area) => area.id,
    );
    this.corners = valueLoader(
      (keys) => deps.areas.corners(context, keys.map(parseAreaVersionId)),
      areaVersionId,
      (row) => row.corners,
    );
    this.observationById = loaderOfOne(
      (ids) => deps.observations.byIds(context, ids, EVER),
      (observation) => observation.id,
    );
    this.observationGeometry = valueLoader(
      (ids) => deps.observations.geometries(context, ids),
      (row) => row.id,
      (row) => row.geometry,
    );
    this.observationVersionGeometry = valueLoader(
      (keys) => deps.observations.versionGeometries(context, keys),
      (row) => row.versionId,
      (row) => row.geometry,
    );
    this.overlap = new DataLoader(
      (conflicts) => deps.adjacency.overlaps(conflicts).then((found) => [...found]),
      {
        cacheKeyFn: (conflict) => conflict.id,
      },
    );
  }

  static of(deps: BoundariesLoaderDeps, context: RequestContext): BoundariesLoaders {
    return context.loaders.of(deps, () => new BoundariesLoaders(deps, context));
  }

  areasOfMine(
    kinds: readonly PermittedAreaKind[] | null,
    instant: AreaInstant,
    fields: FieldSelection | null,
  ): DataLoader<string, readonly PermittedArea[]> {
    // Asked once for every mine in a list, so that the key is put together by hand.
    const key = `areas ${kinds?.join()} ${instantKey(instant)} ${fields?.key}`;
    return this.onceAs(key, () =>
      loaderOfMany(
        (mineIds) => this.deps.areas.ofMines(this.context, mineIds, kinds, instant, fields),
        (area) => area.mineId,
      ),
    );
  }

  areaGeometry(srid: number): DataLoader<string, Geometry | null> {
    return this.once(['geometry', srid], () =>
      valueLoader(
        (keys) => this.deps.areas.geometries(this.context, keys.map(parseAreaVersionId), srid),
        areaVersionId,
        (row) => row.geometry,
      ),
    );
  }

  /** Geometries of areas that only a dry run knows. */
  draftGeometry(srid: number): DataLoader<DraftArea, Geometry | null, string> {
    return this.once(
      ['draft-geometry', srid],
      () =>
        new DataLoader<DraftArea, Geometry | null, string>(
          async (drafts) => [...(await this.deps.versions.geometriesOf(drafts, srid))],
          { cacheKeyFn: areaVersionId },
        ),
    );
  }

  observationsOfMine(page: PageRequest): DataLoader<string, CountedPage<Observation>> {
    const { observations } = this.deps;
    const counts = this.once(
      ['observation-counts'],
      () =>
        new DataLoader<string, number>(async (mineIds) => {
          const rows = await observations.countsOfMines(this.context, mineIds);
          const found = new Map(rows.map(({ mineId, count }) => [mineId, count]));
          return mineIds.map((mineId) => found.get(mineId) ?? 0);
        }),
    );
    return this.once(
      ['observations', page],
      () =>
        new DataLoader<string, CountedPage<Observation>>(async (mineIds) => {
          const pages = await observations.pagesOfMines(this.context, mineIds, page);
          const none = { items: [], hasNextPage: false, hasPreviousPage: page.after !== null };
          return mineIds.map((mineId) => ({
            ...(pages.get(mineId) ?? none),
            count: () => counts.load(mineId),
          }));
        }),
    );
  }

  neighboursOfMine(metres: number, validOn: string): DataLoader<string, readonly Neighbour[]> {
    return this.once(['neighbours', metres, validOn], () =>
      loaderOfMany(
        (mineIds) => this.deps.adjacency.neighbours(this.context, mineIds, metres, validOn),
        (neighbour) => neighbour.ofMineId,
      ),
    );
  }

  private once<T>(args: readonly unknown[], make: () => T): T {
    return this.onceAs(JSON.stringify(args), make);
  }

  private onceAs<T>(key: string, make: () => T): T {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key) as T;
  }
}

/** A loader of one value by key out of rows that carry the key as well. */
function valueLoader<R, V>(
  read: (keys: readonly string[]) => Promise<readonly R[]>,
  keyOf: (row: R) => string,
  pick: (row: R) => V,
): DataLoader<string, V | null> {
  return new DataLoader(async (keys) => {
    const found = new Map((await read(keys)).map((row) => [keyOf(row), pick(row)]));
    return keys.map((key) => found.get(key) ?? null);
  });
}
