import { legalDate } from './time.js';

/** Versions of legal facts: what is told of each. Values are the public enum values of the graph. */

/** Why a version of a licence came to be. */
export const LicenceChange = {
  ISSUED: 'ISSUED',
  CORRECTED: 'CORRECTED',
  RENEWED: 'RENEWED',
  SUSPENDED: 'SUSPENDED',
  RESUMED: 'RESUMED',
  REVOKED: 'REVOKED',
} as const;
export type LicenceChange = keyof typeof LicenceChange;

/** Why a version of a permitted area came to be. REINSTATED: recorded again after it had been withdrawn. */
export const PermittedAreaChange = {
  RECORDED: 'RECORDED',
  CORRECTED: 'CORRECTED',
  RENEWED: 'RENEWED',
  ENDED: 'ENDED',
  REINSTATED: 'REINSTATED',
} as const;
export type PermittedAreaChange = keyof typeof PermittedAreaChange;

/** Why something that was recorded does not count any more, and since when the hub knows. */
export interface Withdrawal {
  readonly at: Date;
  readonly reason: string;
  readonly documentNumber: string | null;
}

/** What whoever changes a legal fact has to say: why, and which document it rests on, if there is one. */
export interface ChangeGrounds {
  readonly reason: string;
  readonly documentNumber: string | null;
}

/** A point on the two time axes: in force on a day in Asia/Shanghai (null: or not), as known then (null: now). */
export interface VersionInstant {
  readonly validOn: string | null;
  readonly known: Date | null;
}

/** What is known now, in force or not. */
export const NOW: VersionInstant = { validOn: null, known: null };

/** `AsOf` of the graph. */
export interface AsOfInput {
  readonly valid?: Date | null | undefined;
  readonly known?: Date | null | undefined;
}

/** Without `valid` a thing counts whether in force or not; without `known` what is known now does. */
export const instantOf = (asOf: AsOfInput | null | undefined): VersionInstant => ({
  validOn: asOf?.valid ? legalDate(asOf.valid) : null,
  known: asOf?.known ?? null,
});

/**
 * The point at which what was seen is read: seen by then (null: whenever), as known then (null: now). What was seen has
 * no period of validity, so that `AsOf.valid` means everything up to it.
 */
export interface SightingInstant {
  readonly seenBy: Date | null;
  readonly known: Date | null;
}

export const EVER: SightingInstant = { seenBy: null, known: null };

export const sightingInstantOf = (asOf: AsOfInput | null | undefined): SightingInstant => ({
  seenBy: asOf?.valid ?? null,
  known: asOf?.known ?? null,
});

/** The same text for the same instant: what loaders are told apart by. */
export const instantKey = ({ validOn, known }: VersionInstant): string => `${validOn} ${known?.getTime()}`;

/** When the next version counts from: never before the one it follows, whatever the clocks said. */
export const nextRecordedAt = (
  at: Date,
  before: { readonly recordedAt: Date; readonly supersededAt: Date | null },
): Date => new Date(Math.max(at.getTime(), before.recordedAt.getTime(), before.supersededAt?.getTime() ?? 0));

/** What is wrong with the grounds of a change, or null. */
export const groundsFault = ({ reason }: ChangeGrounds): string | null =>
  reason.trim() === '' ? 'A change of what is on record needs a reason that can be read in a year.' : null;
