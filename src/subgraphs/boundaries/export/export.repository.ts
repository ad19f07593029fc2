import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { scope, scopeByMine } from '../../../platform/scope.js';

/** What a file says of an area's mine and licence, by their ids. */
export interface ExportNames {
  readonly mines: ReadonlyMap<string, { readonly code: string; readonly name: string }>;
  readonly licences: ReadonlyMap<string, string>;
}

/** What other subgraphs publish of the mines and licences of areas, narrowed to the principal. */
export class ExportRepository {
  constructor(private readonly knex: Knex) {}

  async names(
    context: RequestContext,
    mineIds: readonly string[],
    licenceIds: readonly string[],
  ): Promise<ExportNames> {
    const mines = this.knex('registry.published_mine as mine')
      .select('mine.id', 'mine.code', 'mine.name')
      .whereRaw('mine.id = any(?)', [[...mineIds]]);
    const licences = this.knex('licences.published_licence as licence')
      .select('licence.id', 'licence.number')
      .whereRaw('licence.id = any(?)', [[...licenceIds]]);
    const [mineRows, licenceRows] = await Promise.all([
      scope(mines, context.principal, 'mine.division_code'),
      licenceIds.length === 0 ? [] : scopeByMine(licences, context.principal, 'licence.mine_id'),
    ]);
    return {
      mines: new Map(
        mineRows.map((row: { id: string; code: string; name: string }) => [
          row.id,
          { code: row.code, name: row.name },
        ]),
      ),
      licences: new Map(licenceRows.map((row: { id: string; number: string }) => [row.id, row.number])),
    };
  }
}
