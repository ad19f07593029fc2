import type { LicenceKind, LicenceStatus } from '../../vocabulary/licences.js';
import type { LicenceChange, VersionInstant, Withdrawal } from '../../vocabulary/versions.js';

/**
 * One version of a licence: a change is the next version. Days are `YYYY-MM-DD` in Asia/Shanghai; every period is
 * half-open: its end is the first day not covered.
 */
export interface Licence {
  readonly id: string;
  readonly version: number;
  readonly mineId: string;
  readonly kind: LicenceKind;
  readonly number: string;
  readonly issuer: string;
  readonly validFrom: string;
  /** Null: without end. */
  readonly validTo: string | null;
  readonly suspendedFrom: string | null;
  /** Null while suspended: until further notice. */
  readonly suspendedTo: string | null;
  readonly revokedOn: string | null;
  readonly statedAreaSquareKilometres: number | null;
  readonly capacityTonnesPerYear: number | null;
  readonly seams: readonly string[];
  readonly supersedesId: string | null;
  /** The hub knew it so from recordedAt on, and until supersededAt. */
  readonly recordedAt: Date;
  readonly supersededAt: Date | null;
  readonly change: LicenceChange;
  readonly changeReason: string | null;
  readonly changeDocumentNumber: string | null;
  /** Null unless this was the last version of a licence that was entered by mistake. */
  readonly withdrawal: Withdrawal | null;
  /** What it was read at; absent: now. */
  readonly readAt?: VersionInstant;
}

/** What a source says of a licence; `number` is its key. */
export interface LicenceFacts {
  readonly mineCode: string;
  readonly kind: LicenceKind;
  readonly number: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly suspendedFrom: string | null;
  readonly suspendedTo: string | null;
  readonly revokedOn: string | null;
  readonly statedAreaSquareKilometres: number | null;
  readonly capacityTonnesPerYear: number | null;
  readonly seams: readonly string[];
  readonly supersedesNumber: string | null;
}

export interface LicenceFilter {
  readonly mineIds?: readonly string[] | null;
  readonly divisionCode?: string | null;
  readonly kind?: readonly LicenceKind[] | null;
  readonly status?: readonly LicenceStatus[] | null;
  /** Licences whose last covered day lies before this one, those already expired among them. */
  readonly expiringBefore?: string | null;
}

export const LicenceOrder = { ID: 'ID', NUMBER: 'NUMBER', VALID_TO: 'VALID_TO' } as const;
export type LicenceOrder = keyof typeof LicenceOrder;

/**
 * What a licence is on `day`. A revoked licence stays revoked; a suspension counts only within the validity.
 * `LICENCE_STATUS_ON` in the repository says the same in SQL.
 */
export function licenceStatus(licence: Licence, day: string): LicenceStatus {
  const { validFrom, validTo, suspendedFrom, suspendedTo, revokedOn } = licence;
  if (revokedOn !== null && revokedOn <= day) return 'REVOKED';
  if (day < validFrom) return 'NOT_YET_VALID';
  if (validTo !== null && validTo <= day) return 'EXPIRED';
  const suspended = suspendedFrom !== null && suspendedFrom <= day;
  return suspended && (suspendedTo === null || day < suspendedTo) ? 'SUSPENDED' : 'VALID';
}
