import type { Knex } from 'knex';
import type { RequestContext } from '../../platform/context.js';
import { scope, scopeByMine } from '../../platform/scope.js';

/** Something of another subgraph, by its id. */
export interface Seen {
  readonly id: string;
}

/**
 * What a principal may see of what other subgraphs own, by the rules that those read by. A verdict names mines,
 * observations and areas of other counties as well, and to name one is to tell that it is there.
 */
export class VisibilityRepository {
  constructor(private readonly knex: Knex) {}

  async mines({ principal }: RequestContext, ids: readonly string[]): Promise<readonly Seen[]> {
    const query = this.knex('registry.published_mine as mine')
      .select('mine.id')
      .whereRaw('mine.id = any(?)', [[...ids]]);
    return scope(query, principal, 'mine.division_code');
  }

  /** By the mine that a licence stands for now, withdrawn or not. */
  async licences({ principal }: RequestContext, ids: readonly string[]): Promise<readonly Seen[]> {
    return scopeByMine(this.newest('licences.published_licence_version', ids), principal, 'thing.mine_id');
  }

  /** By the mine that an observation names as it stands, withdrawn or not; without one only the unrestricted see it. */
  async observations({ principal }: RequestContext, ids: readonly string[]): Promise<readonly Seen[]> {
    return scopeByMine(
      this.newest('boundaries.published_observation_version', ids),
      principal,
      'thing.mine_id',
    );
  }

  /** Areas stay with their mine in all their versions. */
  async areas({ principal }: RequestContext, ids: readonly string[]): Promise<readonly Seen[]> {
    const query = this.knex('boundaries.published_permitted_area as area')
      .distinct('area.id')
      .whereRaw('area.id = any(?)', [[...ids]]);
    return scopeByMine(query, principal, 'area.mine_id');
  }

  /** Of each id the newest version in a view of all of them, as `thing`. */
  private newest(view: string, ids: readonly string[]): Knex.QueryBuilder {
    const versions = this.knex(`${view} as version`)
      .distinctOn('version.id')
      .select('version.id', 'version.mine_id')
      .whereRaw('version.id = any(?)', [[...ids]])
      .orderBy(['version.id', { column: 'version.version', order: 'desc' }]);
    return this.knex.select('thing.id').from(versions.as('thing'));
  }
}
