import type { Point } from 'geojson';
import type { Knex } from 'knex';
import type { RequestContext } from '../../platform/context.js';
import { scope, scopeByMine } from '../../platform/scope.js';
import { spatial } from '../../spatial/postgis.js';
import type { Position } from '../../spatial/rings.js';

/** What intake needs to know of a mine. */
export interface KnownMine {
  readonly id: string;
  readonly code: string;
  readonly divisionCode: string;
  /** Longitude, latitude. */
  readonly location: Position | null;
}

/** What other subgraphs publish and intake asks for: mines and licences, narrowed to the principal. */
export class PublishedRepository {
  constructor(private readonly knex: Knex) {}

  mineById(context: RequestContext, id: string): Promise<KnownMine | null> {
    return this.mines(context, 'mine.id', [id]).then(([mine]) => mine ?? null);
  }

  minesByIds(context: RequestContext, ids: readonly string[]): Promise<readonly KnownMine[]> {
    return this.mines(context, 'mine.id', ids);
  }

  minesByCodes(context: RequestContext, codes: readonly string[]): Promise<readonly KnownMine[]> {
    return this.mines(context, 'mine.code', codes);
  }

  /** Ids of the licences among `licenceIds` that the principal may see, and whose they are. */
  async minesOfLicences(
    context: RequestContext,
    licenceIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    if (licenceIds.length === 0) return new Map();
    const query = this.knex('licences.published_licence as licence')
      .select('licence.id', 'licence.mine_id')
      .whereRaw('licence.id = any(?)', [[...licenceIds]]);
    const rows = await scopeByMine(query, context.principal, 'licence.mine_id');
    return new Map(rows.map((row) => [row.id as string, row.mine_id as string]));
  }

  /** Those of the violations, written in this transaction, that the principal may see; in their order. */
  async seenViolations(
    context: RequestContext,
    sql: Knex,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string }[]> {
    if (context.principal.divisions === 'all') return ids.map((id) => ({ id }));
    const query = sql('enforcement.published_violation as violation').whereRaw('violation.id = any(?)', [
      [...ids],
    ]);
    const seen = new Set(
      await scopeByMine(query, context.principal, 'violation.mine_id').pluck('violation.id'),
    );
    return ids.filter((id) => seen.has(id)).map((id) => ({ id }));
  }

  private async mines(
    context: RequestContext,
    column: string,
    values: readonly string[],
  ): Promise<readonly KnownMine[]> {
    const query = this.knex('registry.published_mine as mine')
      .select('mine.id', 'mine.code', 'mine.division_code')
      .select(this.knex.raw('? as location', [spatial(this.knex).geoJson('mine.location')]))
      .whereRaw('?? = any(?)', [column, [...values]]);
    return (await scope(query, context.principal, 'mine.division_code')).map(mapMine);
  }
}

function mapMine(row: Record<string, unknown>): KnownMine {
  const point = row['location'] === null ? null : (JSON.parse(row['location'] as string) as Point);
  const [longitude, latitude] = point?.coordinates ?? [];
  return {
    id: row['id'] as string,
    code: row['code'] as string,
    divisionCode: row['division_code'] as string,
    location: longitude === undefined || latitude === undefined ? null : [longitude, latitude],
  };
}
