import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { scopeByMine } from '../../../platform/scope.js';
import type { ViolationState } from '../../../vocabulary/enforcement.js';
import type { ViolationTransition } from './violation-life.js';
import { applyKnown, latestOfViolations, violationsAt } from './violation-query.repository.js';

/** A violation while its state is being decided: nobody else changes it until the transaction ends. */
export interface HeldViolation {
  readonly state: ViolationState;
  readonly divisionCode: string | null;
}

/** States of violations and how they came to be, in PostgreSQL. */
export class ViolationLifeRepository {
  constructor(private readonly knex: Knex) {}

  /** Waits for whoever decides about it now. Null: it is gone meanwhile. */
  async hold(sql: Knex, id: string): Promise<HeldViolation | null> {
    const row = await sql('enforcement.violation')
      .select('state', 'mine_id')
      .where({ id })
      .forUpdate()
      .first();
    if (!row) return null;
    const mine = await sql('registry.published_mine')
      .select('division_code')
      .where({ id: row['mine_id'] })
      .first();
    return {
      state: row['state'] as ViolationState,
      divisionCode: (mine?.['division_code'] as string | undefined) ?? null,
    };
  }

  async move(sql: Knex, { violationId, action, from, to, by, note, at }: ViolationTransition): Promise<void> {
    await sql('enforcement.violation').where({ id: violationId }).update({ state: to, updated_at: at });
    await sql('enforcement.violation_transition').insert({
      violation_id: violationId,
      action,
      from_state: from,
      to_state: to,
      actor: by,
      note,
      at,
      recorded_at: at,
    });
  }

  /**
   * Of each violation the latest `most` steps, oldest first; where `known` is given, of those that had brought it to the
   * state of then. One that another has taken over since has handed its steps on to that one.
   */
  async histories(
    context: RequestContext,
    violationIds: readonly string[],
    most: number,
    known: Date | null = null,
  ): Promise<readonly ViolationTransition[]> {
    const rows =
      known === null
        ? await latestOfViolations(this.knex, context, 'violation_transition', violationIds, most)
        : await this.stepsAt(context, violationIds, most, known);
    return rows.map(mapTransition);
  }

  private async stepsAt(
    context: RequestContext,
    violationIds: readonly string[],
    most: number,
    known: Date,
  ): Promise<readonly Record<string, unknown>[]> {
    const steps = this.knex(violationsAt(known))
      .join('enforcement.violation_transition_version as step', 'step.violation_id', 'violation.id')
      .whereRaw('violation.id = any(?)', [[...violationIds]])
      .select(
        'step.*',
        this.knex.raw('row_number() over (partition by violation.id order by step.sequence desc) as rank'),
      );
    applyKnown(steps, 'violation', known);
    applyKnown(steps, 'step', known);
    scopeByMine(steps, context.principal, 'violation.mine_id');
    return this.knex.select('*').from(steps.as('ranked')).where('rank', '<=', most).orderBy('sequence');
  }
}

function mapTransition(row: Record<string, unknown>): ViolationTransition {
  return {
    violationId: row['violation_id'] as string,
    action: row['action'] as ViolationTransition['action'],
    from: row['from_state'] as ViolationState,
    to: row['to_state'] as ViolationState,
    by: row['actor'] as string,
    note: row['note'] as string | null,
    at: row['at'] as Date,
  };
}
