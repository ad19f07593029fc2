/** Judging again because something changed. Values are the public enum values of the graph. */

/** What changed, so that verdicts had to be reached again. */
export const RejudgementKind = {
  AREA_ADDED: 'AREA_ADDED',
  AREA_CORRECTED: 'AREA_CORRECTED',
  AREA_WITHDRAWN: 'AREA_WITHDRAWN',
  LICENCE_CHANGED: 'LICENCE_CHANGED',
  MINE_MOVED: 'MINE_MOVED',
  OBSERVATION_CORRECTED: 'OBSERVATION_CORRECTED',
  OBSERVATION_WITHDRAWN: 'OBSERVATION_WITHDRAWN',
  POLICY_CHANGED: 'POLICY_CHANGED',
} as const;
export type RejudgementKind = keyof typeof RejudgementKind;

/** What became of a violation when it was judged again. */
export const ViolationChange = {
  APPEARED: 'APPEARED',
  GREW: 'GREW',
  SHRANK: 'SHRANK',
  VERDICT_CHANGED: 'VERDICT_CHANGED',
  AUTO_CLOSED: 'AUTO_CLOSED',
  REOPENED: 'REOPENED',
} as const;
export type ViolationChange = keyof typeof ViolationChange;
