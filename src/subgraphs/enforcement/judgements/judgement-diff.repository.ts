import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../../platform/keyset.js';
import { scope, scopeByMine } from '../../../platform/scope.js';
import type {
  ChangedSubject,
  EntryRequest,
  JudgementDiff,
  JudgementDiffEntry,
  JudgementDiffFilter,
} from './judgement-diff.js';

const NEWEST_FIRST: Ordering = {
  name: 'judgement_diff.requested_at',
  columns: [
    { expression: 'diff.requested_at', direction: 'desc', type: 'timestamptz' },
    { expression: 'diff.id', direction: 'asc', type: 'uuid' },
  ],
};

/**
 * Differences in PostgreSQL. Who may not see the whole hub sees those that name a mine of theirs or hold an entry of
 * one, and changes of the policy, which bind everybody; and of each difference the entries of their mines.
 */
export class JudgementDiffRepository {
  constructor(private readonly knex: Knex) {}

  async page(
    context: RequestContext,
    filter: JudgementDiffFilter,
    page: PageRequest,
  ): Promise<CountedPage<JudgementDiff>> {
    const found = () => this.filtered(context, filter);
    const rows = await readPage(this.knex, found().select(this.columns()), NEWEST_FIRST, page, mapDiff);
    return {
      ...rows,
      count: async () => Number((await found().count('* as count').first())?.['count'] ?? 0),
    };
  }

  async byIds(context: RequestContext, ids: readonly string[]): Promise<readonly JudgementDiff[]> {
    const rows = await this.visible(context)
      .select(this.columns())
      .whereRaw('diff.id = any(?)', [[...ids]]);
    return (rows as Record<string, unknown>[]).map(mapDiff);
  }

  /** What these versions of the tolerance policy made when they came into force. */
  async byPolicies(context: RequestContext, versions: readonly number[]): Promise<readonly JudgementDiff[]> {
    const rows = await this.visible(context)
      .select(this.columns())
      .where('diff.kind', 'POLICY_CHANGED')
      .whereRaw("(diff.subjects -> 0 ->> 'version')::integer = any(?)", [[...versions]]);
    return (rows as Record<string, unknown>[]).map(mapDiff);
  }

  async entries(
    context: RequestContext,
    diffIds: readonly string[],
    { change, after, first }: EntryRequest,
  ): Promise<readonly JudgementDiffEntry[]> {
    const ranked = this.entriesOf(context)
      .whereRaw('entry.diff_id = any(?)', [[...diffIds]])
      .select(
        'entry.*',
        this.knex.raw('row_number() over (partition by entry.diff_id order by entry.violation_id) as rank'),
      );
    if (change) ranked.whereRaw('entry.change = any(?)', [[...change]]);
    if (after !== null) ranked.where('entry.violation_id', '>', after);
    const rows = await this.knex
      .select('*')
      .from(ranked.as('ranked'))
      .where('rank', '<=', first)
      .orderBy(['diff_id', 'rank']);
    return (rows as Record<string, unknown>[]).map(mapEntry);
  }

  /** How often each change occurs. */
  async counts(
    context: RequestContext,
    diffIds: readonly string[],
  ): Promise<readonly { readonly diffId: string; readonly change: string; readonly count: number }[]> {
    const rows = await this.entriesOf(context)
      .whereRaw('entry.diff_id = any(?)', [[...diffIds]])
      .groupBy('entry.diff_id', 'entry.change')
      .orderBy('entry.change')
      .select('entry.diff_id', 'entry.change')
      .count('* as count');
    return (rows as Record<string, unknown>[]).map((row) => ({
      diffId: row['diff_id'] as string,
      change: row['change'] as string,
      count: Number(row['count']),
    }));
  }

  private columns() {
    return ['diff.*', this.knex.raw('diff.valid_from::text'), this.knex.raw('diff.valid_to::text')];
  }

  private filtered(
    context: RequestContext,
    { mineId, violationId, cause }: JudgementDiffFilter,
  ): Knex.QueryBuilder {
    const query = this.visible(context);
    if (cause) query.whereRaw('diff.kind = any(?)', [[...cause]]);
    if (mineId != null) {
      // Who asks for a mine out of sight is not told that there is one.
      query.whereExists(
        scope(
          this.knex('registry.published_mine as named').where('named.id', mineId),
          context.principal,
          'named.division_code',
        ),
      );
      query.where((either) =>
        either
          .whereRaw('diff.mine_ids @> array[?::uuid]', [mineId])
          .orWhereIn(
            'diff.id',
            this.entriesOf(context).where('entry.mine_id', mineId).select('entry.diff_id'),
          ),
      );
    }
    if (violationId != null) {
      const told = this.entriesOf(context).select('entry.diff_id');
      query.whereIn('diff.id', told.where('entry.violation_id', violationId));
    }
    return query;
  }

  private visible(context: RequestContext): Knex.QueryBuilder {
    const { principal } = context;
    const query = this.knex('enforcement.judgement_diff as diff');
    if (principal.divisions === 'all') return query;
    const mines = this.knex('registry.published_mine as mine')
      .whereRaw('mine.id = any(diff.mine_ids)')
      .select('mine.id');
    return query.where((either) =>
      either
        .where('diff.kind', 'POLICY_CHANGED')
        .orWhereExists(scope(mines, principal, 'mine.division_code'))
        .orWhereIn('diff.id', this.entriesOf(context).select('entry.diff_id')),
    );
  }

  private entriesOf(context: RequestContext): Knex.QueryBuilder {
    return scopeByMine(
      this.knex('enforcement.judgement_diff_entry as entry'),
      context.principal,
      'entry.mine_id',
    );
  }
}

const mapDiff = (row: Record<string, unknown>): JudgementDiff => ({
  id: row['id'] as string,
  cause: row['kind'] as JudgementDiff['cause'],
  subjects: row['subjects'] as ChangedSubject[],
  mineIds: row['mine_ids'] as string[],
  validFrom: row['valid_from'] as string | null,
  validTo: row['valid_to'] as string | null,
  reason: row['reason'] as string | null,
  requestedBy: row['requested_by'] as string,
  requestedAt: row['requested_at'] as Date,
  observations: row['observations'] as number,
  judged: row['judged'] as number,
  changed: row['changed'] as number,
  completedAt: row['completed_at'] as Date | null,
});

const mapEntry = (row: Record<string, unknown>): JudgementDiffEntry => ({
  diffId: row['diff_id'] as string,
  violationId: row['violation_id'] as string,
  formerId: row['former_id'] as string | null,
  mineId: row['mine_id'] as string | null,
  kind: row['kind'] as JudgementDiffEntry['kind'],
  change: row['change'] as JudgementDiffEntry['change'],
  areaBefore: row['area_before_m2'] as number | null,
  areaAfter: row['area_after_m2'] as number | null,
  verdictBefore: row['verdict_before'] as JudgementDiffEntry['verdictBefore'],
  verdictAfter: row['verdict_after'] as JudgementDiffEntry['verdictAfter'],
  reason: row['reason'] as string | null,
});
