import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../../platform/keyset.js';
import type { JudgementRun } from './judgement-run.js';

const NEWEST_FIRST: Ordering = {
  name: 'judgement_run.started_at',
  columns: [
    { expression: 'run.started_at', direction: 'desc', type: 'timestamptz' },
    { expression: 'run.id', direction: 'asc', type: 'uuid' },
  ],
};

/** A run nobody has carried on for this long is taken over: its process died, or is waiting to try again. */
const LEFT_ALONE_SECONDS = 10;

/** How a run ended. */
export interface RunEnd {
  readonly state: 'DONE' | 'FAILED' | 'CANCELLED';
  readonly error: string | null;
  readonly at: Date;
}

/** Runs in PostgreSQL, which are a queue as well. Whoever may not see the whole hub sees their own runs. */
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
      policy_version: run.policyVersion,
      // Whoever begins it goes on with it.
      carried_on_at: sql.raw('clock_timestamp()'),
    });
  }

  /** How many a run that was inserted has to judge, where that is known only afterwards. */
  async setTotal(sql: Knex, id: string, total: number): Promise<void> {
    await sql('enforcement.judgement_run').where({ id }).update({ total });
  }

  /** The run, if it goes on. */
  async running(sql: Knex, id: string): Promise<JudgementRun | null> {
    const row = await sql('enforcement.judgement_run').where({ id, state: 'RUNNING' }).first();
    return row ? mapRun(row) : null;
  }

  /** The run, if it goes on and nobody else has claimed it; then it is ours until the transaction ends. */
  async claim(sql: Knex, id: string): Promise<JudgementRun | null> {
    const row = await sql('enforcement.judgement_run')
      .where({ id, state: 'RUNNING' })
      .forUpdate()
      .skipLocked()
      .first();
    return row ? mapRun(row) : null;
  }

  /** The oldest run that is queued, or that its process left behind. */
  async leftAlone(): Promise<JudgementRun | null> {
    const row = await this.knex('enforcement.judgement_run')
      .where({ state: 'RUNNING' })
      .whereRaw(
        `(carried_on_at is null or carried_on_at < clock_timestamp() - make_interval(secs => ${LEFT_ALONE_SECONDS}))`,
      )
      .orderBy(['started_at', 'id'])
      .forUpdate()
      .skipLocked()
      .first();
    return row ? mapRun(row) : null;
  }

  /** Takes a part that nobody is at; should the transaction fail, it is there again. Null: there is none. */
  async takePart(sql: Knex, id: string): Promise<readonly string[] | null> {
    const { rows } = await sql.raw(
      `delete from enforcement.judgement_run_part where (run_id, part) = (
         select run_id, part from enforcement.judgement_run_part where run_id = ? order by part limit 1 for update skip locked
       ) returning observation_ids`,
      [id],
    );
    return rows[0]?.observation_ids ?? null;
  }

  /** Whether parts are left, also such as others are at. */
  async hasParts(sql: Knex, id: string): Promise<boolean> {
    return (await sql('enforcement.judgement_run_part').where({ run_id: id }).first('part')) !== undefined;
  }

  /**
   * Forgets what runs that have ended would have had to judge, once nobody is at it any more: the run that has just
   * ended, and any whose process died before it came to this.
   */
  async dropParts(): Promise<void> {
    const ended = this.knex('enforcement.judgement_run').whereNot({ state: 'RUNNING' }).select('id');
    await this.knex('enforcement.judgement_run_part').whereIn('run_id', ended).delete();
  }

  /** Adds what a part has judged, and to `total` where more have come; null when the run has ended. */
  async advance(
    sql: Knex,
    id: string,
    part: { readonly judged: number; readonly changed: number },
  ): Promise<JudgementRun | null> {
    const [row] = await sql('enforcement.judgement_run')
      .where({ id, state: 'RUNNING' })
      .update({
        judged: sql.raw('judged + ?', [part.judged]),
        changed: sql.raw('changed + ?', [part.changed]),
        total: sql.raw('greatest(total, judged + ?)', [part.judged]),
        attempts: 0,
        error: null,
        carried_on_at: sql.raw('clock_timestamp()'),
      })
      .returning('*');
    return row ? mapRun(row) : null;
  }

  /** Leaves a run to whoever comes first. */
  async letGo(id: string): Promise<void> {
    await this.knex('enforcement.judgement_run')
      .where({ id, state: 'RUNNING' })
      .update({ carried_on_at: null });
  }

  /** Notes that a part failed; the run is tried again after `seconds`. */
  async postpone(sql: Knex, id: string, error: string, seconds: number): Promise<JudgementRun | null> {
    const rows = await sql('enforcement.judgement_run')
      .where({ id, state: 'RUNNING' })
      .update({
        error,
        attempts: sql.raw('attempts + 1'),
        carried_on_at: sql.raw('clock_timestamp() + make_interval(secs => ?)', [
          seconds - LEFT_ALONE_SECONDS,
        ]),
      })
      .returning('*');
    return rows[0] ? mapRun(rows[0]) : null;
  }

  /** Ends a run that is running; null when it was not. */
  async end(sql: Knex, id: string, end: RunEnd): Promise<JudgementRun | null> {
    const rows = await sql('enforcement.judgement_run')
      .where({ id, state: 'RUNNING' })
      .update({ state: end.state, error: end.error, finished_at: end.at })
      .returning('*');
    return rows[0] ? mapRun(rows[0]) : null;
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
    scope: row['scope'] as object,
    state: row['state'] as JudgementRun['state'],
    total: row['total'] as number,
    judged: row['judged'] as number,
    changed: row['changed'] as number,
    error: row['error'] as string | null,
    requestedBy: row['requested_by'] as string,
    startedAt: row['started_at'] as Date,
    finishedAt: row['finished_at'] as Date | null,
    diffId: row['diff_id'] as string | null,
    policyVersion: row['policy_version'] as number | null,
    attempts: row['attempts'] as number,
  };
}
