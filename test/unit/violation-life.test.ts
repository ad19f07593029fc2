import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/platform/errors.js';
import {
  decided,
  LONGEST_NOTE,
  noteOf,
  stillIn,
} from '../../src/subgraphs/enforcement/violations/violation-life.js';
import { ViolationState } from '../../src/vocabulary/enforcement.js';
import {
  decisionsFrom,
  FIRST_STATE,
  movesBy,
  ReviewDecision,
  SETTLED_STATES,
  stateAfter,
  VIOLATION_LIFE,
  ViolationAction,
} from '../../src/vocabulary/violation-life.js';

const STATES = Object.keys(ViolationState) as ViolationState[];
const ACTIONS = Object.keys(ViolationAction) as ViolationAction[];

/** Every move there is, as `FROM action TO`. */
const moves = STATES.flatMap((from) =>
  ACTIONS.flatMap((action) => {
    const to = stateAfter(from, action);
    return to === null ? [] : [`${from} ${action} ${to}`];
  }),
);

/** What can be reached from where a violation begins, by these actions. */
function reachable(actions: readonly ViolationAction[]): ReadonlySet<ViolationState> {
  const found = new Set<ViolationState>([FIRST_STATE]);
  for (const from of found) {
    for (const action of actions) {
      const to = stateAfter(from, action);
      if (to !== null) found.add(to);
    }
  }
  return found;
}

const conflict = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('no AppError was thrown');
};

describe('the life of a violation', () => {
  test('has these moves and no others', () => {
    expect(moves).toEqual([
      'DETECTED START_REVIEW UNDER_REVIEW',
      'DETECTED AUTO_CLOSE AUTO_CLOSED',
      'UNDER_REVIEW CONFIRM CONFIRMED',
      'UNDER_REVIEW DISMISS DISMISSED',
      'UNDER_REVIEW AUTO_CLOSE AUTO_CLOSED',
      'CONFIRMED START_RECTIFYING RECTIFYING',
      'CONFIRMED REFER REFERRED',
      'CONFIRMED AUTO_CLOSE AUTO_CLOSED',
      'DISMISSED REOPEN REOPENED',
      'REFERRED START_RECTIFYING RECTIFYING',
      'REFERRED AUTO_CLOSE AUTO_CLOSED',
      'RECTIFYING CLOSE CLOSED',
      'RECTIFYING AUTO_CLOSE AUTO_CLOSED',
      'CLOSED REOPEN REOPENED',
      'AUTO_CLOSED AUTO_REOPEN REOPENED',
      'REOPENED START_REVIEW UNDER_REVIEW',
      'REOPENED AUTO_CLOSE AUTO_CLOSED',
    ]);
  });

  test('reaches every state, and people alone reach all but those of cases and judgements', () => {
    expect(reachable(ACTIONS)).toEqual(new Set(STATES));
    const byPeople = reachable(Object.keys(ReviewDecision) as ReviewDecision[]);
    expect(STATES.filter((state) => !byPeople.has(state))).toEqual(['REFERRED', 'AUTO_CLOSED']);
  });

  test('a judgement closes exactly the violations that still take findings', () => {
    expect(movesBy('AUTO_CLOSE').map(({ from }) => from)).toEqual(
      STATES.filter((state) => !['DISMISSED', 'CLOSED', 'AUTO_CLOSED'].includes(state)),
    );
    expect(SETTLED_STATES).toEqual(['DISMISSED', 'CLOSED']);
  });

  test('every state has a row, also one that nothing leads out of', () => {
    expect(Object.keys(VIOLATION_LIFE).toSorted()).toEqual(STATES.toSorted());
  });
});

describe('a decision', () => {
  test.each(STATES)('in %s leads on or is refused with the state and what is possible', (state) => {
    for (const decision of Object.keys(ReviewDecision) as ReviewDecision[]) {
      const to = stateAfter(state, decision);
      if (to !== null) {
        expect(decided('V', state, decision)).toBe(to);
        continue;
      }
      const error = conflict(() => decided('V', state, decision));
      expect(error.code).toBe('CONFLICT');
      expect(error.message).toContain(`is ${state}, where ${decision} is not possible`);
      for (const allowed of decisionsFrom(state)) expect(error.message).toContain(allowed);
      expect(error.details).toMatchObject({ state, allowed: decisionsFrom(state) });
    }
  });

  test('taken with another state in view is refused', () => {
    expect(() => stillIn('V', null, 'CONFIRMED')).not.toThrow();
    expect(() => stillIn('V', 'CONFIRMED', 'CONFIRMED')).not.toThrow();
    expect(conflict(() => stillIn('V', 'UNDER_REVIEW', 'CONFIRMED')).message).toContain(
      'is CONFIRMED by now, no longer UNDER_REVIEW',
    );
  });

  test('that dismisses, closes or reopens says why; nothing goes on for ever', () => {
    for (const decision of ['DISMISS', 'CLOSE', 'REOPEN'] as const) {
      expect(() => noteOf(decision, ' \n')).toThrow(`${decision} needs a note`);
    }
    expect(noteOf('CONFIRM', '  ')).toBeNull();
    expect(noteOf('DISMISS', ' an old dump, 2019 ')).toBe('an old dump, 2019');
    expect(() => noteOf('CONFIRM', 'x'.repeat(LONGEST_NOTE + 1))).toThrow('at most 4000');
  });
});
