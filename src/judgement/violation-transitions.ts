import type { Knex } from 'knex';
import type { ViolationState } from '../vocabulary/enforcement.js';
import { movesBy, type ViolationAction } from '../vocabulary/violation-life.js';

/** A step that a judgement makes a violation take. */
export interface JudgedTransition {
  readonly violation_id: string;
  readonly action: ViolationAction;
  readonly from_state: ViolationState;
  readonly to_state: ViolationState;
  readonly note: string | null;
}

/** What a finding that is back makes of a violation that had lost its last. */
export const REOPENING = movesBy('AUTO_REOPEN');

/** The steps of violations that have a finding again, given the states in which they were. */
export const reopenings = (
  violations: readonly (readonly [id: string, state: ViolationState])[],
): readonly JudgedTransition[] =>
  violations.flatMap(([id, state]) =>
    REOPENING.filter(({ from }) => from === state).map(({ from, to }) => ({
      violation_id: id,
      action: 'AUTO_REOPEN',
      from_state: from,
      to_state: to,
      note: null,
    })),
  );

/** Adds to the histories of violations what a judgement, made for `actor`, did to them. */
export async function keepTransitions(
  sql: Knex,
  transitions: readonly JudgedTransition[],
  actor: string,
  at: Date,
): Promise<void> {
  if (transitions.length === 0) return;
  await sql('enforcement.violation_transition').insert(
    transitions.map((transition) => ({ ...transition, actor, at, recorded_at: at })),
  );
}
