import type { Knex } from 'knex';
import { type Causes, NO_CAUSES } from '../platform/event-chain.js';
import type { ChangedSubject, RejudgementCause } from './rejudgement.js';
import { changeOf, combineDifferences, type ViolationDifference } from './violation-difference.js';

/** A cause as its difference keeps it: what is asked again after a crash, the observations aside. */
export type KeptCause = Pick<RejudgementCause, 'kind' | 'subjects' | 'mineIds' | 'reason'> & {
  readonly areas: NonNullable<RejudgementCause['areas']>;
  readonly requestedAt: Date;
};

/** A cause of which parts are still to be judged, with the events that told of it. */
export type QueuedCause = KeptCause & { readonly causes: Causes };

/** A difference before anything has been judged. */
export interface OpenedDiff {
  readonly id: string;
  readonly cause: RejudgementCause;
  readonly observations: number;
  readonly by: string;
  readonly at: Date;
}

/** How far a difference has come. */
export interface DiffProgress {
  readonly judged: number;
  readonly changed: number;
  readonly differences: readonly ViolationDifference[];
}

/** How often each change occurs in a difference. */
export type DiffSummary = Readonly<Record<string, number>>;

/** Keeps what changes made of violations. */
export class DifferenceBook {
  /** Writes a difference that parts will add to. */
  async open(sql: Knex, diff: OpenedDiff, causes: Causes): Promise<void> {
    await sql('enforcement.judgement_diff').insert({ ...diffRow(diff), causes: JSON.stringify(causes) });
  }

  /** Writes a difference that is known whole, and tells what it holds. */
  async record(
    sql: Knex,
    diff: OpenedDiff,
    { judged, changed, differences }: DiffProgress,
  ): Promise<DiffSummary> {
    await sql('enforcement.judgement_diff').insert({
      ...diffRow(diff),
      judged,
      changed,
      completed_at: diff.at,
    });
    const told = combineDifferences(differences);
    await insertEntries(sql, diff.id, told);
    const summary: Record<string, number> = {};
    for (const change of told.map((each) => changeOf(each) ?? '').sort())
      summary[change] = (summary[change] ?? 0) + 1;
    return summary;
  }

  /** Adds what a part found out; a violation touched by earlier parts as well keeps one entry. */
  async add(sql: Knex, id: string, { judged, changed, differences }: DiffProgress): Promise<void> {
    await sql('enforcement.judgement_diff')
      .where({ id })
      .update({ judged: sql.raw('judged + ?', [judged]), changed: sql.raw('changed + ?', [changed]) });
    if (differences.length === 0) return;
    const touched = differences.flatMap(({ violationId, formerId }) => [
      violationId,
      ...(formerId ? [formerId] : []),
    ]);
    const earlier = await sql('enforcement.judgement_diff_entry')
      .where({ diff_id: id })
      .whereRaw('violation_id = any(?::uuid[])', [touched])
      .delete()
      .returning('*');
    await insertEntries(sql, id, combineDifferences(earlier.map(mapEntry), differences));
  }

  /** Ends a difference and tells what it holds. */
  async complete(sql: Knex, id: string, at: Date): Promise<DiffSummary> {
    await sql('enforcement.judgement_diff')
      .where({ id })
      .update({ completed_at: sql.raw('greatest(requested_at, ?)', [at]) });
    const rows = await sql('enforcement.judgement_diff_entry')
      .where({ diff_id: id })
      .groupBy('change')
      .orderBy('change')
      .select('change')
      .count('* as count');
    return Object.fromEntries(rows.map((row) => [String(row['change']), Number(row['count'])]));
  }

  async cause(sql: Knex, id: string): Promise<QueuedCause> {
    const row = await sql('enforcement.judgement_diff').where({ id }).first();
    return {
      kind: row.kind as RejudgementCause['kind'],
      subjects: row.subjects as ChangedSubject[],
      mineIds: row.mine_ids as string[],
      areas: row.areas as KeptCause['areas'],
      reason: row.reason as string | null,
      requestedAt: row.requested_at as Date,
      causes: (row.causes as Causes | null) ?? NO_CAUSES,
    };
  }
}

const diffRow = ({ id, cause, observations, by, at }: OpenedDiff): Record<string, unknown> => ({
  id,
  kind: cause.kind,
  subjects: JSON.stringify(cause.subjects),
  mine_ids: [...cause.mineIds],
  areas: JSON.stringify(cause.areas ?? []),
  valid_from: cause.validity.from,
  valid_to: cause.validity.to,
  reason: cause.reason,
  requested_by: by,
  requested_at: at,
  observations,
});

async function insertEntries(
  sql: Knex,
  id: string,
  differences: readonly ViolationDifference[],
): Promise<void> {
  if (differences.length === 0) return;
  await sql.raw(
    `insert into enforcement.judgement_diff_entry
     select * from jsonb_populate_recordset(null::enforcement.judgement_diff_entry, ?::jsonb)`,
    [JSON.stringify(differences.map((each) => entryRow(id, each)))],
  );
}

const entryRow = (diffId: string, difference: ViolationDifference): Record<string, unknown> => ({
  diff_id: diffId,
  violation_id: difference.violationId,
  former_id: difference.formerId,
  mine_id: difference.mineId,
  kind: difference.kind,
  change: changeOf(difference),
  was_closed: difference.wasClosed,
  area_before_m2: difference.before?.areaSquareMetres ?? null,
  area_after_m2: difference.after?.areaSquareMetres ?? null,
  verdict_before: difference.before?.verdict ?? null,
  verdict_after: difference.after?.verdict ?? null,
  reason: difference.reason,
});

const mapEntry = (row: Record<string, unknown>): ViolationDifference => ({
  violationId: row['violation_id'] as string,
  formerId: row['former_id'] as string | null,
  mineId: row['mine_id'] as string | null,
  kind: row['kind'] as ViolationDifference['kind'],
  wasClosed: row['was_closed'] as boolean,
  before: extentOf(row['area_before_m2'], row['verdict_before']),
  after: extentOf(row['area_after_m2'], row['verdict_after']),
  reason: row['reason'] as string | null,
});

const extentOf = (area: unknown, verdict: unknown): ViolationDifference['before'] =>
  area === null
    ? null
    : {
        areaSquareMetres: area as number,
        verdict: verdict as NonNullable<ViolationDifference['before']>['verdict'],
      };
