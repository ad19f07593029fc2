import type { Knex } from 'knex';
import type { RequestContext } from '../../platform/context.js';
import { scope, scopeByMine } from '../../platform/scope.js';
import { spatial } from '../../spatial/postgis.js';
import type { JudgementScope } from './runs/judgement-run.js';

/** Which observations a run judges, read from what the boundaries publish. */
export class ObservationRepository {
  constructor(private readonly knex: Knex) {}

  /** All observations there are, whoever asks. */
  async countAll(sql: Knex): Promise<number> {
    const row = await sql('boundaries.published_observation').count('* as count').first();
    return Number(row?.['count'] ?? 0);
  }

  /** Observations of a scope that the principal may see, with the mine that each is given to or judged for. */
  wanted(context: RequestContext, selected: JudgementScope): Knex.QueryBuilder {
    return this.selected(context, selected)
      .leftJoin('enforcement.judgement as standing', (on) =>
        on.on('standing.observation_id', 'observation.id').andOnNull('standing.superseded_at'),
      )
      .select('observation.id', this.knex.raw('coalesce(observation.mine_id, standing.mine_id) as mine_id'));
  }

  /** Those of `ids` that name no observation which the principal may see. */
  async unknownObservations(context: RequestContext, ids: readonly string[]): Promise<readonly string[]> {
    const found: string[] = await this.selected(context, { observationIds: ids }).pluck('observation.id');
    return absent(ids, found);
  }

  /** Those of `ids` that name no mine which the principal may see. */
  async unknownMines(context: RequestContext, ids: readonly string[]): Promise<readonly string[]> {
    const query = this.knex('registry.published_mine as mine').whereRaw('mine.id = any(?)', [[...ids]]);
    const found: string[] = await scope(query, context.principal, 'mine.division_code').pluck('mine.id');
    return absent(ids, found);
  }

  private selected(context: RequestContext, selected: JudgementScope): Knex.QueryBuilder {
    const query = this.knex('boundaries.published_observation as observation');
    if ('observationIds' in selected) {
      query.whereRaw('observation.id = any(?)', [[...selected.observationIds]]);
    }
    if ('mineIds' in selected) query.whereIn('observation.id', this.concerning(selected.mineIds));
    if (context.principal.divisions !== 'all') {
      query.where((either) =>
        either
          .where((given) => scopeByMine(given, context.principal, 'observation.mine_id'))
          .orWhereIn(
            'observation.id',
            scopeByMine(this.judged(), context.principal, 'judgement.mine_id').select(
              'judgement.observation_id',
            ),
          ),
      );
    }
    return query;
  }

  /** Observations given to the mines, attributed to them so far, or touching what they are permitted. */
  private concerning(mineIds: readonly string[]): Knex.QueryBuilder {
    const { knex } = this;
    const ofMines = (query: Knex.QueryBuilder, column: string) =>
      query.whereRaw('?? = any(?)', [column, [...mineIds]]);
    return ofMines(
      knex('boundaries.published_observation as given').select('given.id'),
      'given.mine_id',
    ).union([
      ofMines(this.judged().select('judgement.observation_id'), 'judgement.mine_id'),
      ofMines(
        knex('boundaries.published_permitted_area as area')
          .join('boundaries.published_observation as touching', (on) =>
            on.on(spatial(knex).sharesPoint('touching.geom', knex.raw('??', ['area.geom']))),
          )
          .select('touching.id')
          .whereNull('area.superseded_at'),
        'area.mine_id',
      ),
    ]);
  }

  private judged(): Knex.QueryBuilder {
    return this.knex('enforcement.judgement as judgement').whereNull('judgement.superseded_at');
  }
}

function absent(asked: readonly string[], found: readonly string[]): readonly string[] {
  const known = new Set(found);
  return asked.filter((id) => !known.has(id));
}
