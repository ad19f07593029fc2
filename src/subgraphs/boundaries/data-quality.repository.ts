import type { Knex } from 'knex';
import type { RequestContext } from '../../platform/context.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../platform/keyset.js';
import { scopeByMine } from '../../platform/scope.js';
import type { DataQualityFilter, DataQualityFinding } from './data-quality-finding.js';

const BY_ID: Ordering = {
  name: 'data-quality-finding.id',
  columns: [{ expression: 'finding.id', direction: 'asc', type: 'uuid' }],
};

const COLUMNS = [
  'finding.id',
  'finding.mine_id',
  'finding.area_id',
  'finding.area_version',
  'finding.code',
  'finding.severity',
  'finding.message',
  'finding.advice',
  'finding.line',
  'finding.ring',
  'finding.vertex',
  'finding.found_at',
];

/** Data-quality findings in PostgreSQL; reads tell those that still hold, narrowed to the principal. */
export class DataQualityRepository {
  constructor(private readonly knex: Knex) {}

  async page(
    context: RequestContext,
    filter: DataQualityFilter,
    page: PageRequest,
  ): Promise<CountedPage<DataQualityFinding>> {
    const matching = (): Knex.QueryBuilder => {
      const query = scopeByMine(
        this.knex('boundaries.data_quality_finding as finding'),
        context.principal,
        'finding.mine_id',
      ).whereNull('finding.superseded_at');
      if (filter.mineId) query.whereRaw('finding.mine_id::text = ?', [filter.mineId]);
      if (filter.code) query.whereIn('finding.code', [...filter.code]);
      if (filter.severity) query.whereIn('finding.severity', [...filter.severity]);
      return query;
    };
    const rows = await readPage(this.knex, matching().select(COLUMNS), BY_ID, page, mapFinding);
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  /** Stores what an import found; what earlier imports of the same document found and this one does not, ends. */
  replace(sql: Knex, intakeKey: string, findings: readonly DataQualityFinding[], at: Date): Promise<void> {
    return this.replaceAll(sql, new Map([[intakeKey, findings]]), at);
  }

  /** The same for many imports, by their keys. */
  async replaceAll(
    sql: Knex,
    intakes: ReadonlyMap<string, readonly DataQualityFinding[]>,
    at: Date,
  ): Promise<void> {
    const rows = [...intakes].flatMap(([key, findings]) =>
      findings.map((finding) => findingRow(finding, key)),
    );
    await sql('boundaries.data_quality_finding')
      .update({ superseded_at: at })
      .whereRaw('intake_key = any(?)', [[...intakes.keys()]])
      .whereNull('superseded_at')
      .whereRaw('not id = any(?)', [rows.map((row) => row['id'] as string)]);
    if (rows.length === 0) return;
    await sql.raw(
      `insert into boundaries.data_quality_finding
       select * from json_populate_recordset(null::boundaries.data_quality_finding, ?::json)
       on conflict (id) do update set superseded_at = null`,
      [JSON.stringify(rows)],
    );
  }
}

function mapFinding(row: Record<string, unknown>): DataQualityFinding {
  return {
    id: row['id'] as string,
    mineId: row['mine_id'] as string,
    areaId: row['area_id'] as string | null,
    areaVersion: row['area_version'] as number | null,
    code: row['code'] as string,
    severity: row['severity'] as DataQualityFinding['severity'],
    message: row['message'] as string,
    advice: row['advice'] as string,
    line: row['line'] as number | null,
    ring: row['ring'] as number | null,
    vertex: row['vertex'] as number | null,
    foundAt: row['found_at'] as Date,
  };
}

const findingRow = (finding: DataQualityFinding, intakeKey: string): Record<string, unknown> => ({
  id: finding.id,
  mine_id: finding.mineId,
  area_id: finding.areaId,
  area_version: finding.areaVersion,
  code: finding.code,
  severity: finding.severity,
  message: finding.message,
  advice: finding.advice,
  line: finding.line,
  ring: finding.ring,
  vertex: finding.vertex,
  found_at: finding.foundAt,
  intake_key: intakeKey,
});
