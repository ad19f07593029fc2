import type { Knex } from 'knex';
import type { RequestContext } from '../platform/context.js';
import { type Ids, systemIds } from '../platform/ids.js';
import type { Transaction } from '../platform/transact.js';
import { CauseReasons } from './closing-reasons.js';
import { DifferenceBook } from './difference-book.js';
import type { JudgementEngine } from './judgement-engine.js';
import { closeGate } from './judging-gate.js';
import type {
  Rejudgement,
  RejudgementCause,
  RejudgementPart,
  RejudgementRequest,
  RejudgementWork,
} from './rejudgement.js';
import { JUDGEMENT_SQL } from './sql.js';

/** Up to this many are judged in the transaction of the change. */
const AT_ONCE = 200;

/** Takes in causes for judging again: few observations are judged at once, many are queued. */
export class RejudgementDesk implements Rejudgement, RejudgementWork {
  private readonly differences = new DifferenceBook();

  constructor(
    private readonly engine: JudgementEngine,
    private readonly ids: Ids = systemIds,
  ) {}

  async request(
    context: RequestContext,
    tx: Transaction,
    cause: RejudgementCause,
  ): Promise<RejudgementRequest> {
    await closeGate(tx.sql);
    const concerned = await concernedIds(tx.sql, cause, AT_ONCE + 1);
    const withdrawn = cause.observationIds?.length ?? 0;
    if (concerned.length === 0 && withdrawn === 0) return { diffId: null, runId: null, observations: 0 };
    const id = this.ids.random();
    const at = context.clock.now();
    const diff = { id, cause, observations: concerned.length, by: context.principal.id, at };
    if (concerned.length > AT_ONCE) return this.queue(tx, diff);
    await this.differences.open(tx.sql, diff);
    const judgedFor = {
      reasons: new CauseReasons({ ...cause, areas: cause.areas ?? [], requestedAt: at }),
      since: at,
    };
    const retracted = await this.engine.retract(context, tx, cause.observationIds ?? [], judgedFor);
    const judged = await this.engine.judgeAgain(context, tx, concerned, judgedFor);
    await this.differences.add(tx.sql, id, {
      judged: retracted.judged + judged.judged,
      changed: retracted.changed + judged.changed,
      differences: [...retracted.differences, ...judged.differences],
    });
    await this.complete(context, tx, id);
    return { diffId: id, runId: null, observations: concerned.length + retracted.judged };
  }

  async judgePart(
    context: RequestContext,
    tx: Transaction,
    diffId: string,
    observationIds: readonly string[],
  ): Promise<RejudgementPart> {
    const cause = await this.differences.cause(tx.sql, diffId);
    const judgedFor = { reasons: new CauseReasons(cause), since: cause.requestedAt };
    const retracted = await this.engine.retract(context, tx, observationIds, judgedFor);
    const judged = await this.engine.judgeAgain(context, tx, observationIds, judgedFor);
    const part = { judged: observationIds.length, changed: retracted.changed + judged.changed };
    await this.differences.add(tx.sql, diffId, {
      ...part,
      differences: [...retracted.differences, ...judged.differences],
    });
    return part;
  }

  async complete(context: RequestContext, tx: Transaction, diffId: string): Promise<void> {
    const { kind, subjects, mineIds } = await this.differences.cause(tx.sql, diffId);
    const changes = await this.differences.complete(tx.sql, diffId, context.clock.now());
    const [mineId = null] = mineIds.length === 1 ? mineIds : [];
    tx.emit({
      type: 'judgement-diff.completed',
      subjectType: 'JudgementDiff',
      subjectId: diffId,
      mineId,
      divisionCode: mineId === null ? null : await divisionOf(tx.sql, mineId),
      data: { cause: kind, subjects: subjects.slice(0, 10), changes },
    });
  }

  /** Writes the queue's row and what it has to judge, in the transaction of the change. */
  private async queue(
    tx: Transaction,
    diff: Parameters<DifferenceBook['open']>[1],
  ): Promise<RejudgementRequest> {
    const { id: diffId, by, at, cause } = diff;
    const runId = this.ids.random();
    await this.differences.open(tx.sql, diff);
    await tx.sql('enforcement.judgement_run').insert({
      id: runId,
      scope: JSON.stringify({ cause: cause.kind, judgementDiff: diffId }),
      state: 'RUNNING',
      total: 0,
      requested_by: by,
      started_at: at,
      diff_id: diffId,
    });
    const total = await fillRun(tx.sql, runId, diffId, cause);
    tx.emit({
      type: 'judgement-run.started',
      subjectType: 'JudgementRun',
      subjectId: runId,
      data: { state: 'RUNNING', total, judged: 0, changed: 0 },
    });
    return { diffId, runId, observations: total };
  }
}

const bindingsOf = (cause: RejudgementCause, most: number | null): Record<string, Knex.RawBinding> => ({
  observations: [...(cause.observationIds ?? [])],
  mines: [...cause.mineIds],
  area_ids: (cause.areas ?? []).map((area) => area.id),
  area_versions: (cause.areas ?? []).map((area) => area.version),
  valid_from: cause.validity.from,
  valid_to: cause.validity.to,
  most,
});

async function concernedIds(sql: Knex, cause: RejudgementCause, most: number): Promise<readonly string[]> {
  const { rows } = await sql.raw(JUDGEMENT_SQL.concernedObservations, bindingsOf(cause, most));
  return rows.map((row: { id: string }) => row.id);
}

/** Notes what a run has to judge: observations that were withdrawn, then those concerned, mine by mine. */
async function fillRun(sql: Knex, run: string, diff: string, cause: RejudgementCause): Promise<number> {
  const { rows } = await sql.raw(
    `with concerned as (${JUDGEMENT_SQL.concernedObservations}),
     named as (
       select id, null::uuid as mine_id from unnest(:observations::uuid[]) as id where id not in (select id from concerned)
     ),
     item as (
       insert into enforcement.judgement_run_item (run_id, place, observation_id, mine_id)
       select :run, row_number() over (order by mine_id nulls first, id), id, mine_id
       from (select * from named union all select * from concerned) every
       returning 1
     ),
     counted as (select count(*)::int as total from item),
     diff as (update enforcement.judgement_diff set observations = total from counted where id = :diff)
     update enforcement.judgement_run set total = counted.total from counted where id = :run returning counted.total`,
    { ...bindingsOf(cause, null), run, diff },
  );
  return rows[0].total as number;
}

async function divisionOf(sql: Knex, mineId: string): Promise<string | null> {
  const row = await sql('registry.published_mine').where({ id: mineId }).first('division_code');
  return (row?.division_code as string | undefined) ?? null;
}
