import type { Knex } from 'knex';
import type { RequestContext } from '../../platform/context.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../platform/keyset.js';
import type { JudgementRun, JudgementScope } from './judgement-run.js';

const NEWEST_FIRST: Ordering = {
  name: 'judgement_run.started_at',
  columns: [
    { expression: 'run.started_at', direction: 'desc', type: 'timestamptz' },
    { expression: 'run.id', direction: 'asc', type: 'uuid' },
  ],
};

/** How a run ended. */
export interface RunEnd {
  readonly state: 'DONE' | 'FAILED' | 'CANCELLED';
  readonly error: string | null;
  readonly at: Date;
}

/** Runs in PostgreSQL. Whoever may not see the whole hub sees their own runs. */
export class JudgementRunRepository {
  constructor(private readonly knex: Knex) {}

  async page(context: RequestContext, page: PageRequest): Promise<CountedPage<JudgementRun>> {
    const rows = await readPage(this.knex, this.visible(context).select('run.*'), NEWEST_FIRST, page, mapRun);
    return {
      ...rows,
      count: async () => Number((await this.visible(context).count('* as count').first())?.['count'] ?? 0),
    };
  }

  async byId(context: RequestContext, id: string): Promise<JudgementRun | null> {
    const row = await this.visible(context).select('run.*').where('run.id', id).first();
    return row ? mapRun(row as Record<string, unknown>) : null;
  }

  async insert(sql: Knex, run: JudgementRun): Promise<void> {
    await sql('enforcement.judgement_run').insert({
      id: run.id,
      scope: JSON.stringify(run.scope),
      state: run.state,
      total: run.total,
      requested_by: run.requestedBy,
      started_at: run.startedAt,
    });
  }

  /** Whether the run is running; then it stays so until the transaction ends. */
  async lockRunning(sql: Knex, id: string): Promise<boolean> {
    const rows = await sql('enforcement.judgement_run')
      .select('id')
      .where({ id, state: 'RUNNING' })
      .forUpdate();
    return rows.length > 0;
  }

  /** Adds what a part has judged. */
  async advance(
    sql: Knex,
    id: string,
    part: { readonly judged: number; readonly changed: number },
  ): Promise<JudgementRun> {
    const [row] = await sql('enforcement.judgement_run')
      .where({ id })
      .update({
        judged: sql.raw('judged + ?', [part.judged]),
        changed: sql.raw('changed + ?', [part.changed]),
      })
      .returning('*');
    return mapRun(row);
  }

  /** Ends a run that is running; null when it was not. */
  async end(sql: Knex, id: string, end: RunEnd): Promise<JudgementRun | null> {
    const rows = await sql('enforcement.judgement_run')
      .where({ id, state: 'RUNNING' })
      .update({ state: end.state, error: end.error, finished_at: end.at })
      .returning('*');
    return rows[0] ? mapRun(rows[0]) : null;
  }

  async running(): Promise<readonly string[]> {
    return this.knex('enforcement.judgement_run').where({ state: 'RUNNING' }).orderBy('id').pluck('id');
  }

  private visible(context: RequestContext): Knex.QueryBuilder {
    const query = this.knex('enforcement.judgement_run as run');
    if (context.principal.divisions !== 'all') query.where('run.requested_by', context.principal.id);
    return query;
  }
}

function mapRun(row: Record<string, unknown>): JudgementRun {
  return {
    id: row['id'] as string,
    scope: row['scope'] as JudgementScope,
    state: row['state'] as JudgementRun['state'],
    total: row['total'] as number,
    judged: row['judged'] as number,
    changed: row['changed'] as number,
    error: row['error'] as string | null,
    requestedBy: row['requested_by'] as string,
    startedAt: row['started_at'] as Date,
    finishedAt: row['finished_at'] as Date | null,
  };
}
