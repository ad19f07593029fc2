import type { Knex } from 'knex';
import { lockKey } from '../platform/advisory-locks.js';
import { PREPARED } from '../platform/prepared-statements.js';
import type { Transaction } from '../platform/transact.js';
import { LOCK_NAMES } from '../vocabulary/lock-names.js';
import type { VerdictRow } from './verdict-statement.js';
import { type BookEntry, type BookUpdate, ViolationBook } from './violation-book.js';

/** What follows from stored verdicts: events, and violations in step with them. */
export class VerdictBook {
  private readonly violations = new ViolationBook();

  /** Tells of verdicts that are new or differ from those before. */
  tell(tx: Transaction, changed: readonly VerdictRow[]): void {
    tx.emit(
      ...changed.map((row) => ({
        type: 'judgement.recorded',
        subjectType: 'Judgement',
        subjectId: row.judgement_id,
        mineId: row.mine_id,
        divisionCode: row.division_code,
        follows: [row.observation_id],
        concerns: [row.observation_id],
        ...(row.current_digest === null ? {} : { before: row.current_digest }),
        after: row.digest,
        data: {
          observationId: row.observation_id,
          planVerdict: row.plan_verdict,
          digest: row.digest,
          before: row.current_digest,
        },
      })),
    );
  }

  /** Brings the violations in step with verdicts that changed. */
  async update(tx: Transaction, changed: readonly JudgedMine[], entry: BookEntry): Promise<BookUpdate> {
    const observationIds = changed.map((row) => row.observation_id);
    await takeTurns(tx.sql, observationIds);
    const divisions = new Map<string, string>();
    for (const { mine_id, division_code } of changed)
      if (mine_id && division_code) divisions.set(mine_id, division_code);
    return this.violations.update(tx, observationIds, divisions, entry);
  }
}

/**
 * Whoever changes the violations of a mine waits for the one before, so that both see all findings. Which mines those
 * are the findings tell, the former ones as well: an observation that another mine is named for now leaves those of the
 * one before.
 */
async function takeTurns(sql: Knex, observationIds: readonly string[]): Promise<void> {
  await sql.raw(
    `${PREPARED}select pg_advisory_xact_lock(${lockKey(`'${LOCK_NAMES.violationsOf}' || mine`)})
     from (
       select distinct coalesce(mine_id::text, 'nobody') as mine from enforcement.finding
       where observation_id = any(?::uuid[]) order by 1
     ) touched`,
    [[...observationIds]],
  );
}

/** An observation, and the mine that it was judged for. */
export type JudgedMine = Pick<VerdictRow, 'observation_id' | 'mine_id' | 'division_code'>;
