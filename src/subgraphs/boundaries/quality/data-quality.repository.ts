import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { isId } from '../../../platform/ids.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../../platform/keyset.js';
import { scopeByMine } from '../../../platform/scope.js';
import { codesOf, type Facts, inWords } from './data-quality-catalogue.js';
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
  'finding.licence_id',
  'finding.other_mine_id',
  'finding.code',
  'finding.severity',
  'finding.message',
  'finding.advice',
  'finding.facts',
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
      const { principal } = context;
      const query = scopeByMine(
        this.knex('boundaries.every_data_quality_finding as finding'),
        principal,
        'finding.mine_id',
      ).where((either) =>
        // An overlap names another mine: who may not see that one is not told.
        either
          .whereNull('finding.other_mine_id')
          .orWhere((other) =>
            scopeByMine(other.whereNotNull('finding.other_mine_id'), principal, 'finding.other_mine_id'),
          ),
      );
      // By the id itself: the views behind are then read for one mine, by its index.
      if (filter.mineId) {
        if (isId(filter.mineId)) query.where('finding.mine_id', filter.mineId);
        else query.whereRaw('false');
      }
      if (filter.code) query.whereIn('finding.code', [...filter.code]);
      if (filter.severity) {
        const severities = [...filter.severity];
        query.where((either) =>
          either.whereIn('finding.severity', severities).orWhereIn('finding.code', [...codesOf(severities)]),
        );
      }
      return query;
    };
    const rows = await readPage(this.knex, matching().select(COLUMNS), BY_ID, page, mapFinding);
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  /** Stores what is doubtful about versions of areas, which ends with them. */
  async add(sql: Knex, findings: readonly DataQualityFinding[]): Promise<void> {
    if (findings.length === 0) return;
    const rows = findings.map((finding) => findingRow(finding, finding.areaId ?? finding.mineId));
    await sql.raw(
      `insert into boundaries.data_quality_finding
       select * from json_populate_recordset(null::boundaries.data_quality_finding, ?::json)
       on conflict (id) do nothing`,
      [JSON.stringify(rows)],
    );
  }

  /** Stores what imports found, by their keys; what earlier ones of the same documents found and these do not, ends. */
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
  const { severity, message, advice } =
    row['message'] === null
      ? inWords(row['code'] as string, row['facts'] as Facts)
      : (row as Pick<DataQualityFinding, 'severity' | 'message' | 'advice'>);
  return {
    id: row['id'] as string,
    mineId: row['mine_id'] as string,
    areaId: row['area_id'] as string | null,
    areaVersion: row['area_version'] as number | null,
    ...(row['licence_id'] === null ? {} : { licenceId: row['licence_id'] as string }),
    ...(row['other_mine_id'] === null ? {} : { otherMineId: row['other_mine_id'] as string }),
    code: row['code'] as string,
    severity,
    message,
    advice,
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
