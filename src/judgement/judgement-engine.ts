import type { Knex } from 'knex';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { PREPARED } from '../platform/prepared-statements.js';
import type { DomainEvent, Transaction } from '../platform/transact.js';
import type { Judge, JudgedBatch } from './judge.js';
import { passGate } from './judging-gate.js';
import { JUDGEMENT_SQL } from './sql.js';
import { VerdictBook } from './verdict-book.js';
import { type RetractedRow, VerdictStatement } from './verdict-statement.js';
import type { ViolationDifference } from './violation-difference.js';
import type { ClosingReasons } from './violation-retirement.js';

/** Why something is judged again, and how early it may be said to have been. */
export interface JudgedFor {
  readonly reasons: ClosingReasons | null;
  /** When the cause was recorded: perhaps by a machine whose clock is ahead of ours. */
  readonly since: Date;
}

/** What judging again for a cause did. */
export interface JudgedAgain {
  /** Observations that were judged; those that are gone are not. */
  readonly judged: number;
  readonly changed: number;
  readonly differences: readonly ViolationDifference[];
}

const NOTHING: JudgedAgain = { judged: 0, changed: 0, differences: [] };

/** The verdict engine: PostGIS judges a batch in one statement; violations follow from the findings. */
export class JudgementEngine implements Judge {
  private readonly verdicts = new VerdictStatement();
  private readonly book = new VerdictBook();

  async judge(
    context: RequestContext,
    tx: Transaction,
    observationIds: readonly string[],
  ): Promise<JudgedBatch> {
    if (observationIds.length === 0) return { judgementIds: [], violationIds: [], changed: 0 };
    const { at, rows } = await this.store(context, tx, observationIds);
    const changed = rows.filter((row) => row.changed);
    this.book.tell(tx, changed);
    const entry = { at, by: context.principal.id, reasons: null };
    const touched = changed.length > 0 ? (await this.book.update(tx, changed, entry)).violationIds : [];
    const standing = changed.length < rows.length ? await violationsOf(tx.sql, observationIds) : [];
    const byObservation = new Map(rows.map((row) => [row.observation_id, row.judgement_id]));
    return {
      judgementIds: observationIds.map((id) => judgementOf(byObservation, id)),
      violationIds: [...new Set([...touched, ...standing])],
      changed: changed.length,
    };
  }

  /** Judges what there is of `observationIds`, and tells what became of violations. */
  async judgeAgain(
    context: RequestContext,
    tx: Transaction,
    observationIds: readonly string[],
    { reasons, since }: JudgedFor,
  ): Promise<JudgedAgain> {
    if (observationIds.length === 0) return NOTHING;
    const { at, rows } = await this.store(context, tx, observationIds, since);
    const changed = rows.filter((row) => row.changed);
    this.book.tell(tx, changed);
    if (changed.length === 0) return { judged: rows.length, changed: 0, differences: [] };
    const entry = { at, by: context.principal.id, reasons };
    const { differences } = await this.book.update(tx, changed, entry);
    return { judged: rows.length, changed: changed.length, differences };
  }

  /** Ends the judgements of observations that were withdrawn; what they alone supported is closed. */
  async retract(
    context: RequestContext,
    tx: Transaction,
    observationIds: readonly string[],
    { reasons, since }: JudgedFor,
  ): Promise<JudgedAgain> {
    if (observationIds.length === 0) return NOTHING;
    await passGate(tx.sql, observationIds);
    const at = later(context.clock.now(), since);
    const retracted = await this.verdicts.retract(tx.sql, observationIds, at);
    if (retracted.length === 0) return NOTHING;
    tx.emit(...retracted.map(retractedEvent));
    const { differences } = await this.book.update(tx, retracted, { at, by: context.principal.id, reasons });
    return { judged: retracted.length, changed: retracted.length, differences };
  }

  private async store(
    context: RequestContext,
    tx: Transaction,
    observationIds: readonly string[],
    since: Date | null = null,
  ) {
    await passGate(tx.sql, observationIds);
    const at = later(context.clock.now(), since);
    return { at, rows: await this.verdicts.store(tx.sql, observationIds, at) };
  }
}

const later = (a: Date, b: Date | null): Date => (b !== null && b > a ? b : a);

const retractedEvent = (row: RetractedRow): DomainEvent => ({
  type: 'judgement.retracted',
  subjectType: 'Judgement',
  subjectId: row.judgement_id,
  mineId: row.mine_id,
  divisionCode: row.division_code,
  follows: [row.observation_id],
  concerns: [row.observation_id],
  data: { observationId: row.observation_id },
});

function judgementOf(byObservation: ReadonlyMap<string, string>, id: string): string {
  const judgement = byObservation.get(id);
  if (judgement === undefined) throw new AppError('NOT_FOUND', `There is no observation ${id} to judge.`);
  return judgement;
}

async function violationsOf(sql: Knex, observationIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.standingViolations, { ids: [...observationIds] });
  return rows.map((row: { id: string }) => row.id).sort();
}
