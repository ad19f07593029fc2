import { badInput } from '../../../platform/errors.js';
import { idFromKey } from '../../../platform/ids.js';
import { type Bounds, boundsFault } from '../../../vocabulary/bounds.js';

/** One is in force; one more may be pending while everything is judged by it; the others were, or never came so far. */
export const TolerancePolicyState = {
  PENDING: 'PENDING',
  IN_FORCE: 'IN_FORCE',
  REPLACED: 'REPLACED',
  CANCELLED: 'CANCELLED',
  FAILED: 'FAILED',
} as const;
export type TolerancePolicyState = keyof typeof TolerancePolicyState;

/** The numbers of judging. */
export interface Tolerances {
  readonly kProbable: number;
  readonly kConfirmed: number;
  readonly minAreaSquareMetres: number;
  readonly attributionRadiusMetres: number;
}

/** The numbers of judging, in one version. */
export interface TolerancePolicy extends Tolerances {
  readonly version: number;
  readonly state: TolerancePolicyState;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Since when everybody reads verdicts by it. */
  readonly adoptedAt: Date | null;
  readonly replacedAt: Date | null;
}

/** Numbers to change; those left out stay as they are in force. */
export type ToleranceChange = { readonly [K in keyof Tolerances]?: number | null };

/** Id of the event that tells of a version's proposal: its adoption or end follows from it, in a later transaction. */
export const proposalOf = (version: number): string =>
  idFromKey('event', 'tolerance-policy.proposed', String(version));

/** What a number may be, so that a slip of the hand is told before the whole hub is judged by it. */
const RANGES: Readonly<Record<keyof Tolerances, Bounds>> = {
  // Below a tenth of a standard error everything outside would be an offence, whatever the accuracy.
  kProbable: { least: 0.1, most: 10, unit: 'standard errors' },
  kConfirmed: { least: 0.1, most: 20, unit: 'standard errors' },
  minAreaSquareMetres: { least: 0, most: 100_000, unit: 'square metres' },
  attributionRadiusMetres: { least: 0, most: 50_000, unit: 'metres' },
};

const LONGEST_REASON = 2000;

/** The numbers that come of a change. Errors: `BAD_USER_INPUT`, with the field. */
export function changeTolerances(current: Tolerances, change: ToleranceChange): Tolerances {
  const changed: Tolerances = {
    kProbable: change.kProbable ?? current.kProbable,
    kConfirmed: change.kConfirmed ?? current.kConfirmed,
    minAreaSquareMetres: change.minAreaSquareMetres ?? current.minAreaSquareMetres,
    attributionRadiusMetres: change.attributionRadiusMetres ?? current.attributionRadiusMetres,
  };
  const fields = Object.keys(RANGES) as (keyof Tolerances)[];
  for (const field of fields) {
    const fault = boundsFault(field, changed[field], RANGES[field]);
    if (fault !== null) throw badInput(fault, { field: `input.${field}` });
  }
  if (changed.kConfirmed < changed.kProbable) {
    const message = `kConfirmed ${changed.kConfirmed} is below kProbable ${changed.kProbable}: nothing would be PROBABLE.`;
    throw badInput(message, { field: 'input.kConfirmed' });
  }
  if (fields.every((field) => changed[field] === current[field])) {
    throw badInput('The policy in force says exactly this already.', { field: 'input' });
  }
  return changed;
}

/** Errors: `BAD_USER_INPUT` for a reason that says nothing or too much. */
export function checkReason(reason: string): string {
  const said = reason.trim();
  if (said === '')
    throw badInput('Say why the policy changes; judgements will name it.', { field: 'reason' });
  if (said.length > LONGEST_REASON) {
    throw badInput(`A reason has at most ${LONGEST_REASON} characters.`, { field: 'reason' });
  }
  return said;
}
