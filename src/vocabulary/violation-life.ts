import type { ViolationState } from './enforcement.js';

/** What people decide about a violation; a public enum of the graph. */
export const ReviewDecision = {
  START_REVIEW: 'START_REVIEW',
  CONFIRM: 'CONFIRM',
  DISMISS: 'DISMISS',
  START_RECTIFYING: 'START_RECTIFYING',
  CLOSE: 'CLOSE',
  REOPEN: 'REOPEN',
} as const;
export type ReviewDecision = keyof typeof ReviewDecision;

/**
 * What moves a violation from state to state: decisions of people, the referral of the joint case it belongs to, and
 * what a new judgement does to it: AUTO_CLOSE when its last finding is gone, AUTO_REOPEN when one is back.
 */
export const ViolationAction = {
  ...ReviewDecision,
  REFER: 'REFER',
  AUTO_CLOSE: 'AUTO_CLOSE',
  AUTO_REOPEN: 'AUTO_REOPEN',
} as const;
export type ViolationAction = keyof typeof ViolationAction;

type Moves = Readonly<Partial<Record<ViolationAction, ViolationState>>>;

/** While it is open, a violation that no finding supports any longer is closed by the judgement that says so. */
const open = (moves: Moves): Moves => ({ ...moves, AUTO_CLOSE: 'AUTO_CLOSED' });

/**
 * The life of a violation: from each state, what may happen and where it leads. Nothing else does.
 * A confirmed violation is rectified after a referral, or at once where no other agency is needed. What people closed
 * or dismissed stays so until people reopen it; what a judgement closed, only a judgement reopens.
 */
export const VIOLATION_LIFE: Readonly<Record<ViolationState, Moves>> = {
  DETECTED: open({ START_REVIEW: 'UNDER_REVIEW' }),
  UNDER_REVIEW: open({ CONFIRM: 'CONFIRMED', DISMISS: 'DISMISSED' }),
  CONFIRMED: open({ REFER: 'REFERRED', START_RECTIFYING: 'RECTIFYING' }),
  REFERRED: open({ START_RECTIFYING: 'RECTIFYING' }),
  RECTIFYING: open({ CLOSE: 'CLOSED' }),
  REOPENED: open({ START_REVIEW: 'UNDER_REVIEW' }),
  DISMISSED: { REOPEN: 'REOPENED' },
  CLOSED: { REOPEN: 'REOPENED' },
  AUTO_CLOSED: { AUTO_REOPEN: 'REOPENED' },
};

/** The state in which every violation begins. */
export const FIRST_STATE: ViolationState = 'DETECTED';

/** Where `action` leads from `state`; null: it may not happen there. */
export const stateAfter = (state: ViolationState, action: ViolationAction): ViolationState | null =>
  VIOLATION_LIFE[state][action] ?? null;

/** The states in which `action` may happen, with the state it leads to. */
export const movesBy = (
  action: ViolationAction,
): readonly { readonly from: ViolationState; readonly to: ViolationState }[] =>
  (Object.keys(VIOLATION_LIFE) as ViolationState[]).flatMap((from) => {
    const to = stateAfter(from, action);
    return to === null ? [] : [{ from, to }];
  });

/** States that people alone lead out of: no judgement closes or reopens such a violation, or gives it other findings. */
export const SETTLED_STATES: readonly ViolationState[] = (
  Object.keys(VIOLATION_LIFE) as ViolationState[]
).filter((state) => stateAfter(state, 'AUTO_CLOSE') === null && stateAfter(state, 'AUTO_REOPEN') === null);

/** What people decide to settle a violation. */
export const SETTLING_DECISIONS: readonly ReviewDecision[] = (
  Object.keys(ReviewDecision) as ReviewDecision[]
).filter((decision) => movesBy(decision).some(({ to }) => SETTLED_STATES.includes(to)));

/** What people may decide about a violation in `state`. */
export const decisionsFrom = (state: ViolationState): readonly ReviewDecision[] =>
  (Object.keys(ReviewDecision) as ReviewDecision[]).filter(
    (decision) => stateAfter(state, decision) !== null,
  );
