import type { Knex } from 'knex';
import type { Clock } from '../platform/clock.js';
import type { RequestContext } from '../platform/context.js';
import type { Causes } from '../platform/event-chain.js';
import { type Ids, systemIds } from '../platform/ids.js';
import { PREPARED } from '../platform/prepared-statements.js';
import type { DomainEvent, Transaction } from '../platform/transact.js';
import { CauseReasons } from './closing-reasons.js';
import { DifferenceBook, type DiffSummary, type KeptCause } from './difference-book.js';
import type { JudgementEngine } from './judgement-engine.js';
import { closeGate } from './judging-gate.js';
import {
  type Rejudgement,
  type RejudgementCause,
  type RejudgementPart,
  type RejudgementRequest,
  type RejudgementWork,
  startOfRun,
} from './rejudgement.js';
import { writeRunParts } from './run-parts.js';
import { JUDGEMENT_SQL } from './sql.js';

/** Up to this many are judged in the transaction of the change, beside those that it names. */
const AT_ONCE = 200;
/** An event names no more; the difference names all. */
const SUBJECTS_TOLD = 10;

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
    const at = await closeGateFor(tx.sql, cause, context.clock);
    const causes = tx.causes(cause.subjects.map((subject) => subject.id));
    const following = tx.following(causes);
    const named = cause.observationIds?.length ?? 0;
    const concerned = await concernedIds(tx.sql, cause, named + AT_ONCE + 1);
    if (concerned.length === 0 && named === 0) return { diffId: null, runId: null, observations: 0 };
    const id = this.ids.random();
    const diff = { id, cause, observations: concerned.length, by: context.principal.id, at };
    if (concerned.length > named + AT_ONCE) return this.queue(following, diff, causes);
    const kept = { ...cause, areas: cause.areas ?? [], requestedAt: at };
    const judgedFor = { reasons: new CauseReasons(kept), since: at };
    const retracted = await this.engine.retract(context, following, cause.observationIds ?? [], judgedFor);
    const judged = await this.engine.judgeAgain(context, following, concerned, judgedFor);
    const observations = concerned.length + retracted.judged;
    const changes = await this.differences.record(
      tx.sql,
      { ...diff, observations },
      {
        judged: retracted.judged + judged.judged,
        changed: retracted.changed + judged.changed,
        differences: [...retracted.differences, ...judged.differences],
      },
    );
    following.emit(await completedEvent(tx.sql, id, kept, changes));
    return { diffId: id, runId: null, observations };
  }

  async judgeStored(
    context: RequestContext,
    tx: Transaction,
    observationIds: readonly string[],
    since: Date,
  ): Promise<RejudgementPart> {
    const { changed } = await this.engine.judgeAgain(context, tx, observationIds, { reasons: null, since });
    return { judged: observationIds.length, changed };
  }

  async judgePart(
    context: RequestContext,
    tx: Transaction,
    diffId: string,
    observationIds: readonly string[],
  ): Promise<RejudgementPart> {
    const cause = await this.differences.cause(tx.sql, diffId);
    const judgedFor = { reasons: new CauseReasons(cause), since: cause.requestedAt };
    const following = tx.following(cause.causes);
    const retracted = await this.engine.retract(context, following, observationIds, judgedFor);
    const judged = await this.engine.judgeAgain(context, following, observationIds, judgedFor);
    const part = { judged: observationIds.length, changed: retracted.changed + judged.changed };
    await this.differences.add(tx.sql, diffId, {
      ...part,
      differences: [...retracted.differences, ...judged.differences],
    });
    return part;
  }

  async complete(context: RequestContext, tx: Transaction, diffId: string): Promise<void> {
    const cause = await this.differences.cause(tx.sql, diffId);
    const changes = await this.differences.complete(tx.sql, diffId, context.clock.now());
    tx.following(cause.causes).emit(await completedEvent(tx.sql, diffId, cause, changes));
  }

  /** Writes the queue's row and what it has to judge, in the transaction of the change. */
  private async queue(
    tx: Transaction,
    diff: Parameters<DifferenceBook['open']>[1],
    causes: Causes,
  ): Promise<RejudgementRequest> {
    const { id: diffId, by, at, cause } = diff;
    const runId = this.ids.random();
    await this.differences.open(tx.sql, diff, causes);
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
      id: startOfRun(runId),
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
  mines: cause.kind === 'MINE_MOVED' ? [] : [...cause.mineIds],
  moved: cause.kind === 'MINE_MOVED' ? [...cause.mineIds] : [],
  area_ids: (cause.areas ?? []).map((area) => area.id),
  area_versions: (cause.areas ?? []).map((area) => area.version),
  valid_from: cause.validity.from,
  valid_to: cause.validity.to,
  most,
});

/**
 * Closes the gate. Returns the instant from when on everybody judges with the change: now, or when its versions were
 * recorded, which is an instant after the ones before, also where the clock lags behind.
 */
async function closeGateFor(sql: Knex, { areas = [] }: RejudgementCause, clock: Clock): Promise<Date> {
  await closeGate(sql);
  const now = clock.now();
  if (areas.length === 0) return now;
  const { rows } = await sql.raw(
    `select max(greatest(a.recorded_at, a.superseded_at, :now)) as at
     from unnest(:ids::uuid[], :versions::int[]) as k (id, version)
     join boundaries.published_permitted_area a using (id, version)`,
    { ids: areas.map((area) => area.id), versions: areas.map((area) => area.version), now },
  );
  return (rows[0]?.at as Date | null) ?? now;
}

async function concernedIds(sql: Knex, cause: RejudgementCause, most: number): Promise<readonly string[]> {
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.concernedObservations, bindingsOf(cause, most));
  return rows.map((row: { id: string }) => row.id);
}

/** Notes what a run has to judge: what it concerns, and what it names besides, which may be withdrawn. */
async function fillRun(sql: Knex, run: string, diff: string, cause: RejudgementCause): Promise<number> {
  const every = sql.raw(
    `with concerned as (${JUDGEMENT_SQL.concernedObservations})
     select id, mine_id from concerned
     union all
     select id, null from unnest(:observations::uuid[]) as id where id not in (select id from concerned)`,
    bindingsOf(cause, null),
  );
  const total = await writeRunParts(sql, run, every);
  await sql('enforcement.judgement_diff').where({ id: diff }).update({ observations: total });
  await sql('enforcement.judgement_run').where({ id: run }).update({ total });
  return total;
}

async function completedEvent(
  sql: Knex,
  diffId: string,
  { kind, subjects, mineIds }: KeptCause,
  changes: DiffSummary,
): Promise<DomainEvent> {
  const [mineId = null] = mineIds.length === 1 ? mineIds : [];
  return {
    type: 'judgement-diff.completed',
    subjectType: 'JudgementDiff',
    subjectId: diffId,
    mineId,
    divisionCode: mineId === null ? null : await divisionOf(sql, mineId),
    data: { cause: kind, subjects: subjects.slice(0, SUBJECTS_TOLD), changes },
  };
}

async function divisionOf(sql: Knex, mineId: string): Promise<string | null> {
  const row = await sql('registry.published_mine').where({ id: mineId }).first('division_code');
  return (row?.division_code as string | undefined) ?? null;
}
