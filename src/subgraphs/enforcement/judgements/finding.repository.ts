import type { Geometry, Point } from 'geojson';
import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { scopeByMine } from '../../../platform/scope.js';
import { spatial } from '../../../spatial/postgis.js';
import type { Finding } from '../violations/violation.js';
import { applyKnown } from '../violations/violation-query.repository.js';

/** Where a finding lies, and where in it the activity reaches farthest. */
export interface FindingPlace {
  readonly id: string;
  readonly geometry: Geometry;
  readonly overrunPoint: Point | null;
}

/** Findings in PostGIS: what judgements found, and of which violation they are. */
export class FindingRepository {
  constructor(private readonly knex: Knex) {}

  /** Of each violation the latest `most` findings, oldest first: those that are its, or were as known then. */
  async ofViolations(
    context: RequestContext,
    violationIds: readonly string[],
    most: number,
    known: Date | null = null,
  ): Promise<readonly { readonly violationId: string; readonly finding: Finding }[]> {
    const ranked = this.visible(context)
      .join(membersAt(known), 'member.finding_id', 'finding.id')
      .whereRaw('member.violation_id = any(?)', [[...violationIds]])
      .select(
        'member.violation_id',
        ...COLUMNS,
        this.knex.raw(
          'row_number() over (partition by member.violation_id order by finding.observed_at desc, finding.id) as rank',
        ),
      );
    applyKnown(ranked, 'member', known);
    const rows = await this.knex
      .select('*')
      .from(ranked.as('ranked'))
      .where('rank', '<=', most)
      .orderBy(['violation_id', { column: 'rank', order: 'desc' }]);
    return (rows as Record<string, unknown>[]).map((row) => ({
      violationId: row['violation_id'] as string,
      finding: mapFinding(row),
    }));
  }

  /** All findings of the judgements, in the order the engine gave them. */
  async ofJudgements(context: RequestContext, judgementIds: readonly string[]): Promise<readonly Finding[]> {
    const rows = await this.visible(context)
      .select(COLUMNS)
      .whereRaw('finding.judgement_id = any(?)', [[...judgementIds]])
      .orderBy(['finding.judgement_id', 'finding.ordinal']);
    return (rows as Record<string, unknown>[]).map(mapFinding);
  }

  async places(context: RequestContext, ids: readonly string[]): Promise<readonly FindingPlace[]> {
    const st = spatial(this.knex);
    const rows = await this.visible(context)
      .select(
        'finding.id',
        this.knex.raw('? as geometry', [st.geoJson('finding.geom')]),
        this.knex.raw('? as overrun_point', [st.geoJson('finding.overrun_point')]),
      )
      .whereRaw('finding.id = any(?)', [[...ids]]);
    return (rows as { id: string; geometry: string; overrun_point: string | null }[]).map((row) => ({
      id: row.id,
      geometry: JSON.parse(row.geometry) as Geometry,
      overrunPoint: row.overrun_point === null ? null : (JSON.parse(row.overrun_point) as Point),
    }));
  }

  private visible(context: RequestContext): Knex.QueryBuilder {
    return scopeByMine(this.knex('enforcement.finding as finding'), context.principal, 'finding.mine_id');
  }
}

const membersAt = (known: Date | null): string =>
  `enforcement.${known === null ? 'violation_finding' : 'violation_finding_version'} as member`;

const COLUMNS = [
  'finding.id',
  'finding.judgement_id',
  'finding.observation_id',
  'finding.ordinal',
  'finding.mine_id',
  'finding.other_mine_id',
  'finding.kind',
  'finding.verdict',
  'finding.reason',
  'finding.area_m2',
  'finding.share',
  'finding.overrun_m',
  'finding.depth_overrun_m',
  'finding.volume_m3',
  'finding.observed_at',
];

function mapFinding(row: Record<string, unknown>): Finding {
  return {
    id: row['id'] as string,
    judgementId: row['judgement_id'] as string,
    observationId: row['observation_id'] as string,
    ordinal: row['ordinal'] as number,
    mineId: row['mine_id'] as string | null,
    otherMineId: row['other_mine_id'] as string | null,
    kind: row['kind'] as Finding['kind'],
    verdict: row['verdict'] as Finding['verdict'],
    reason: row['reason'] as string | null,
    areaSquareMetres: row['area_m2'] as number,
    shareOfFootprint: row['share'] as number,
    overrunMetres: row['overrun_m'] as number | null,
    depthOverrunMetres: row['depth_overrun_m'] as number | null,
    volumeCubicMetres: row['volume_m3'] as number | null,
    observedAt: row['observed_at'] as Date,
  };
}
