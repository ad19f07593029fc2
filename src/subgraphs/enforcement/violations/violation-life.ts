import { AppError, badInput } from '../../../platform/errors.js';
import type { ViolationState } from '../../../vocabulary/enforcement.js';
import {
  decisionsFrom,
  type ReviewDecision,
  stateAfter,
  type ViolationAction,
} from '../../../vocabulary/violation-life.js';

/** One step in the life of a violation; steps are added and never changed. */
export interface ViolationTransition {
  readonly violationId: string;
  readonly action: ViolationAction;
  readonly from: ViolationState;
  readonly to: ViolationState;
  /** Id of the principal who decided; of a judgement, the one for whom was judged. */
  readonly by: string;
  readonly note: string | null;
  readonly at: Date;
}

/** Decisions that take a violation out of anybody's hands, or back: the file has to say why. */
const NEED_A_REASON: readonly ReviewDecision[] = ['DISMISS', 'CLOSE', 'REOPEN'];

export const LONGEST_NOTE = 4000;

/** The note as it is kept: null where nothing is said. Errors: `BAD_USER_INPUT` where a reason is due or it is too long. */
export function noteOf(decision: ReviewDecision, note: string): string | null {
  const said = note.trim();
  if (said === '' && NEED_A_REASON.includes(decision)) {
    throw badInput(`${decision} needs a note that says why.`, { field: 'note' });
  }
  if (said.length > LONGEST_NOTE) {
    throw badInput(`A note has at most ${LONGEST_NOTE} characters; this one has ${said.length}.`, {
      field: 'note',
    });
  }
  return said === '' ? null : said;
}

/** Where a decision leads. Errors: `CONFLICT`, naming the state and the decisions that are possible in it. */
export function decided(
  violationId: string,
  state: ViolationState,
  decision: ReviewDecision,
): ViolationState {
  const to = stateAfter(state, decision);
  if (to !== null) return to;
  const allowed = decisionsFrom(state);
  const possible =
    allowed.length === 0 ? 'nothing is to be decided there' : `possible: ${allowed.join(', ')}`;
  throw new AppError(
    'CONFLICT',
    `Violation ${violationId} is ${state}, where ${decision} is not possible; ${possible}. ` +
      'Somebody may have decided before you: look at its history.',
    { state, allowed },
  );
}

/** Refuses a decision that was taken with another state in view. Errors: `CONFLICT`, naming the state. */
export function stillIn(violationId: string, seen: ViolationState | null, state: ViolationState): void {
  if (seen === null || seen === state) return;
  throw new AppError(
    'CONFLICT',
    `Violation ${violationId} is ${state} by now, no longer ${seen}; look at its history and decide again.`,
    { state, allowed: decisionsFrom(state) },
  );
}
