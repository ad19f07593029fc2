import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { scopeByMine } from '../../../platform/scope.js';
import type { AreaVersion, Judgement } from './judgement.js';

/** Judgements in PostgreSQL: the current ones and all that they superseded. */
export class JudgementRepository {
  constructor(private readonly knex: Knex) {}

  async byIds(context: RequestContext, ids: readonly string[]): Promise<readonly Judgement[]> {
    const rows = await this.visible(context).whereRaw('judgement.id = any(?)', [[...ids]]);
    return (rows as Record<string, unknown>[]).map(mapJudgement);
  }

  /** The newest judgement of each observation. */
  async currentOf(context: RequestContext, observationIds: readonly string[]): Promise<readonly Judgement[]> {
    const rows = await this.visible(context)
      .whereRaw('judgement.observation_id = any(?)', [[...observationIds]])
      .whereNull('judgement.superseded_at');
    return (rows as Record<string, unknown>[]).map(mapJudgement);
  }

  /** The judgement of an observation that was the newest at `known`. */
  async asKnown(context: RequestContext, observationId: string, known: Date): Promise<Judgement | null> {
    const row = await this.visible(context)
      .where('judgement.observation_id', observationId)
      .where('judgement.judged_at', '<=', known)
      .where((later) =>
        later.whereNull('judgement.superseded_at').orWhere('judgement.superseded_at', '>', known),
      )
      .orderBy('judgement.sequence', 'desc')
      .first();
    return row ? mapJudgement(row as Record<string, unknown>) : null;
  }

  private visible(context: RequestContext): Knex.QueryBuilder {
    const query = this.knex('enforcement.judgement as judgement').select(COLUMNS);
    return scopeByMine(query, context.principal, 'judgement.mine_id');
  }
}

const COLUMNS = [
  'judgement.id',
  'judgement.observation_id',
  'judgement.observation_version',
  'judgement.sequence',
  'judgement.mine_id',
  'judgement.attribution',
  'judgement.plan_verdict',
  'judgement.depth_verdict',
  'judgement.depth_overrun_m',
  'judgement.footprint_area_m2',
  'judgement.within_area_m2',
  'judgement.excess_area_m2',
  'judgement.sliver_area_m2',
  'judgement.sliver_count',
  'judgement.judging_srid',
  'judgement.areas',
  'judgement.policy_version',
  'judgement.engine',
  'judgement.observed_at',
  'judgement.known_at',
  'judgement.judged_at',
  'judgement.superseded_at',
  'judgement.digest',
];

function mapJudgement(row: Record<string, unknown>): Judgement {
  return {
    id: row['id'] as string,
    observationId: row['observation_id'] as string,
    observationVersion: row['observation_version'] as number,
    sequence: row['sequence'] as number,
    mineId: row['mine_id'] as string | null,
    attribution: row['attribution'] as Judgement['attribution'],
    planVerdict: row['plan_verdict'] as Judgement['planVerdict'],
    depthVerdict: row['depth_verdict'] as Judgement['depthVerdict'],
    depthOverrunMetres: row['depth_overrun_m'] as number | null,
    footprintAreaSquareMetres: row['footprint_area_m2'] as number,
    withinAreaSquareMetres: row['within_area_m2'] as number,
    excessAreaSquareMetres: row['excess_area_m2'] as number,
    sliverAreaSquareMetres: row['sliver_area_m2'] as number,
    sliverCount: row['sliver_count'] as number,
    judgingSrid: row['judging_srid'] as number,
    areas: row['areas'] as readonly AreaVersion[],
    policyVersion: row['policy_version'] as number,
    engine: row['engine'] as Readonly<Record<string, string>>,
    observedAt: row['observed_at'] as Date,
    known: row['known_at'] as Date,
    judgedAt: row['judged_at'] as Date,
    supersededAt: row['superseded_at'] as Date | null,
    digest: row['digest'] as string,
  };
}
