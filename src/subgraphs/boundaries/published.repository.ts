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

  minesByCodes(context: RequestContext, codes: readonly string[]): Promise<readonly KnownMine[]> {
    return this.mines(context, 'mine.code', codes);
  }

  /** Whether `licenceId` names a licence of the mine. */
  async isLicenceOf(context: RequestContext, licenceId: string, mineId: string): Promise<boolean> {
    const query = this.knex('licences.published_licence as licence')
      .select('licence.id')
      .where({ 'licence.id': licenceId, 'licence.mine_id': mineId });
    return (await scopeByMine(query, context.principal, 'licence.mine_id')).length > 0;
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
