/** Verdicts and violations. Values are the public enum values of the graph. */

export const ViolationKind = {
  MINING_OUT_OF_BOUNDS: 'MINING_OUT_OF_BOUNDS',
  STRIPPING_OUT_OF_BOUNDS: 'STRIPPING_OUT_OF_BOUNDS',
  DUMPING_OUT_OF_BOUNDS: 'DUMPING_OUT_OF_BOUNDS',
  ENCROACHMENT: 'ENCROACHMENT',
  BEYOND_DEPTH: 'BEYOND_DEPTH',
  UNAPPROVED_SEAM: 'UNAPPROVED_SEAM',
  PROHIBITED_ZONE: 'PROHIBITED_ZONE',
  OUTSIDE_RED_LINE: 'OUTSIDE_RED_LINE',
  EXPIRED_RIGHT: 'EXPIRED_RIGHT',
  UNLICENSED: 'UNLICENSED',
} as const;
export type ViolationKind = keyof typeof ViolationKind;

/** How sure a violation is. */
export const VerdictClass = { PROBABLE: 'PROBABLE', CONFIRMED: 'CONFIRMED' } as const;
export type VerdictClass = keyof typeof VerdictClass;

/** How sure a finding is; WITHIN_ERROR is recorded and never a violation. */
export const FindingVerdict = {
  WITHIN_ERROR: 'WITHIN_ERROR',
  PROBABLE: 'PROBABLE',
  CONFIRMED: 'CONFIRMED',
} as const;
export type FindingVerdict = keyof typeof FindingVerdict;

export const PlanClass = {
  WITHIN: 'WITHIN',
  WITHIN_ERROR: 'WITHIN_ERROR',
  PROBABLE: 'PROBABLE',
  CONFIRMED: 'CONFIRMED',
  UNLICENSED: 'UNLICENSED',
} as const;
export type PlanClass = keyof typeof PlanClass;

export const DepthClass = {
  WITHIN: 'WITHIN',
  WITHIN_ERROR: 'WITHIN_ERROR',
  PROBABLE: 'PROBABLE',
  CONFIRMED: 'CONFIRMED',
} as const;
export type DepthClass = keyof typeof DepthClass;

/** How the mine of an observation was found. */
export const Attribution = {
  GIVEN: 'GIVEN',
  OVERLAP: 'OVERLAP',
  SUSPECTED: 'SUSPECTED',
  NONE: 'NONE',
} as const;
export type Attribution = keyof typeof Attribution;

export const ViolationState = {
  DETECTED: 'DETECTED',
  UNDER_REVIEW: 'UNDER_REVIEW',
  CONFIRMED: 'CONFIRMED',
  DISMISSED: 'DISMISSED',
  REFERRED: 'REFERRED',
  RECTIFYING: 'RECTIFYING',
  CLOSED: 'CLOSED',
  AUTO_CLOSED: 'AUTO_CLOSED',
  REOPENED: 'REOPENED',
} as const;
export type ViolationState = keyof typeof ViolationState;
