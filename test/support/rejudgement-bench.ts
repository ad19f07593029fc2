import type { Knex } from 'knex';
import { JudgementEngine } from '../../src/judgement/judgement-engine.js';
import type { RejudgementCause, RejudgementRequest } from '../../src/judgement/rejudgement.js';
import { RejudgementDesk } from '../../src/judgement/rejudgement-desk.js';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact, type Transaction } from '../../src/platform/transact.js';
import { mineId } from './builders.js';
import { testContext } from './context.js';
import { type AreaFacts, Situation } from './situation.js';

/** When areas are corrected, unless the test says otherwise. */
export const CORRECTED_AT = '2026-06-10T00:00:00Z';
export const ALWAYS = { from: null, to: null };

/** What changes facts that verdicts rest on, and what is kept of judging again. */
export class RejudgementBench {
  private readonly desk = new RejudgementDesk(new JudgementEngine());

  constructor(private readonly knex: Knex) {}

  /** Writes the next version of an area and asks for what it touches to be judged again, in one transaction. */
  correct(
    area: { readonly id: string; readonly version: number },
    next: AreaFacts,
    cause: Partial<RejudgementCause> = {},
    at = CORRECTED_AT,
  ): Promise<RejudgementRequest> {
    return this.inTransaction(at, async (tx, request) => {
      const version = await this.writeNext(tx, area, next, at);
      return request({
        kind: 'AREA_CORRECTED',
        subjects: [{ id: area.id, version }],
        mineIds: [mineId(next.mine)],
        areas: [area, { id: area.id, version }],
        validity: ALWAYS,
        reason: 'Corner 3 was misread',
        ...cause,
      });
    });
  }

  /** Supersedes a version of an area by the next, whose number it returns. */
  async writeNext(
    tx: Transaction,
    area: { readonly id: string; readonly version: number },
    next: AreaFacts,
    at = CORRECTED_AT,
  ): Promise<number> {
    const version = area.version + 1;
    await tx.sql('boundaries.permitted_area').where(area).update({ superseded_at: at });
    await new Situation(tx.sql).area({ ...next, id: area.id, version, recordedAt: at });
    return version;
  }

  inTransaction<T>(
    at: string,
    work: (tx: Transaction, request: (cause: RejudgementCause) => Promise<RejudgementRequest>) => Promise<T>,
  ): Promise<T> {
    const context = testContext({ clock: fixedClock(at) });
    return createTransact(this.knex)(context, (tx) =>
      work(tx, (cause) => this.desk.request(context, tx, cause)),
    );
  }

  entries(diffId: string | null) {
    return this.knex('enforcement.judgement_diff_entry').where({ diff_id: diffId }).orderBy('violation_id');
  }

  difference(diffId: string | null) {
    return this.knex('enforcement.judgement_diff').where({ id: diffId }).first();
  }

  judgements(observation: string) {
    return this.knex('enforcement.judgement').where({ observation_id: observation }).orderBy('sequence');
  }

  async clear(): Promise<void> {
    await this.knex.raw('truncate enforcement.judgement_diff, enforcement.judgement_run cascade');
  }
}
