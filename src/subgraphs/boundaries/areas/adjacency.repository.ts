import type { Geometry } from 'geojson';
import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { idFromKey } from '../../../platform/ids.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../../platform/keyset.js';
import { scopeByMine } from '../../../platform/scope.js';
import { metresBetween, nearEachOther, sharedPart } from '../../../spatial/neighbourhood.js';
import { spatial } from '../../../spatial/postgis.js';
import type { BoundaryConflict, ConflictQuery, Neighbour } from '../quality/boundary-conflict.js';
import { minesIn } from './permitted-area.repository.js';

const BY_AREAS: Ordering = {
  name: 'boundary-conflict.areas',
  columns: [
    { expression: 'overlap.area_id', direction: 'asc', type: 'uuid' },
    { expression: 'overlap.other_area_id', direction: 'asc', type: 'uuid' },
  ],
};

/** How mining rights of different mines lie to each other. Both mines must be visible to the principal. */
export class AdjacencyRepository {
  constructor(private readonly knex: Knex) {}

  /** Mines whose mining rights lie within `metres` of those of each mine, nearest first. */
  async neighbours(
    context: RequestContext,
    mineIds: readonly string[],
    metres: number,
    validOn: string,
  ): Promise<readonly (Neighbour & { readonly ofMineId: string })[]> {
    const pairs = this.knex('boundaries.permitted_area as area').joinRaw(
      'join boundaries.permitted_area as other on ?',
      [nearEachOther(this.knex, 'area.geom', 'other.geom', metres)],
    );
    const query = inForce(pairs, context, validOn)
      .select('area.mine_id as of_mine_id', 'other.mine_id')
      .select(this.knex.raw('min(?) as distance_m', [metresBetween(this.knex, 'area.geom', 'other.geom')]))
      .whereRaw('area.mine_id = any(?)', [[...mineIds]])
      .whereRaw('area.mine_id <> other.mine_id')
      .groupBy('area.mine_id', 'other.mine_id')
      .orderByRaw('distance_m, other.mine_id');
    return (await query).map((row: Record<string, unknown>) => ({
      ofMineId: row['of_mine_id'] as string,
      mineId: row['mine_id'] as string,
      distanceMetres: row['distance_m'] as number,
    }));
  }

  /** Pairs of overlapping mining rights of different mines, each pair once. */
  async conflicts(
    context: RequestContext,
    { divisionCode, validOn, minAreaSquareMetres }: ConflictQuery,
    page: PageRequest,
  ): Promise<CountedPage<BoundaryConflict>> {
    const matching = (): Knex.QueryBuilder => {
      // Kept as areas are recorded, each pair once: those that overlap in plan, in elevation and on some day.
      const pairs = this.knex('boundaries.area_overlap as overlap')
        .join('boundaries.permitted_area as area', 'area.id', 'overlap.area_id')
        .join('boundaries.permitted_area as other', 'other.id', 'overlap.other_area_id')
        .whereRaw('area.mine_id <> other.mine_id')
        .where('overlap.area_m2', '>=', minAreaSquareMetres);
      const query = inForce(pairs, context, validOn);
      if (divisionCode != null) {
        const mines = minesIn(this.knex, divisionCode, 'divisionCode');
        query.where((either) =>
          either.whereIn('area.mine_id', mines).orWhereIn('other.mine_id', mines.clone()),
        );
      }
      return query;
    };
    const rows = await readPage(this.knex, matching().select(CONFLICT), BY_AREAS, page, mapConflict);
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  /** What the two areas of each conflict share, in the order asked for. */
  async overlaps(conflicts: readonly BoundaryConflict[]): Promise<readonly (Geometry | null)[]> {
    const geometry = spatial(this.knex).geoJson('overlap.geom');
    const rows = await this.knex
      .select('asked.ordinal', this.knex.raw('? as geometry', [geometry]))
      .from(
        this.knex.raw(
          'unnest(?::uuid[], ?::int[], ?::uuid[], ?::int[]) with ordinality as asked (id, version, other_id, other_version, ordinal)',
          [
            conflicts.map(({ area }) => area.id),
            conflicts.map(({ area }) => area.version),
            conflicts.map(({ otherArea }) => otherArea.id),
            conflicts.map(({ otherArea }) => otherArea.version),
          ],
        ),
      )
      .joinRaw('join boundaries.permitted_area area on (area.id, area.version) = (asked.id, asked.version)')
      .joinRaw(
        'join boundaries.permitted_area other on (other.id, other.version) = (asked.other_id, asked.other_version)',
      )
      .joinRaw('cross join lateral ? as overlap', [sharedPart(this.knex, 'area.geom', 'other.geom')]);
    const found = new Map(
      rows.map((row: Record<string, unknown>) => [
        Number(row['ordinal']),
        JSON.parse(row['geometry'] as string) as Geometry,
      ]),
    );
    return conflicts.map((_, i) => found.get(i + 1) ?? null);
  }
}

/** Narrows pairs to those of mining rights in force on a day, as known now, of mines that the principal sees. */
function inForce(query: Knex.QueryBuilder, context: RequestContext, validOn: string): Knex.QueryBuilder {
  for (const alias of ['area', 'other']) {
    query
      .where({ [`${alias}.kind`]: 'MINING_RIGHT' })
      .whereNull(`${alias}.superseded_at`)
      .where(`${alias}.valid_from`, '<=', validOn)
      .where((open) => open.whereNull(`${alias}.valid_to`).orWhere(`${alias}.valid_to`, '>', validOn));
    scopeByMine(query, context.principal, `${alias}.mine_id`);
  }
  return query;
}

const CONFLICT = [
  'area.id as id',
  'area.version as version',
  'area.mine_id as mine_id',
  'other.id as other_id',
  'other.version as other_version',
  'other.mine_id as other_mine_id',
  'overlap.area_m2 as area_m2',
];

function mapConflict(row: Record<string, unknown>): BoundaryConflict {
  const [area, other] = [row['id'] as string, row['other_id'] as string];
  return {
    id: idFromKey('boundary-conflict', area, other),
    area: { id: area, version: row['version'] as number },
    mineId: row['mine_id'] as string,
    otherArea: { id: other, version: row['other_version'] as number },
    otherMineId: row['other_mine_id'] as string,
    areaSquareMetres: row['area_m2'] as number,
  };
}
