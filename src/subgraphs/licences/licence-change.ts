import { changedDays, type Days } from '../../vocabulary/days.js';
import { type Licence, licenceStatus } from './licence.js';
import { type LicenceFault, trimmed } from './licence-intake.js';

/** What a renewal grants; what is left out stays as it was. */
export interface RenewalTerms {
  /** First day no longer covered; null: without end. */
  readonly validTo: string | null;
  readonly issuer?: string | null;
  readonly statedAreaSquareKilometres?: number | null;
  readonly capacityTonnesPerYear?: number | null;
  readonly seams?: readonly string[] | null;
}

/** A licence as it is after a change, or why it cannot be changed so. */
export type Changed = { readonly licence: Licence } | { readonly fault: LicenceFault };

const refuse = (code: string, path: string, message: string): Changed => ({ fault: { code, path, message } });

/** The same licence for longer. */
export function renew(licence: Licence, terms: RenewalTerms): Changed {
  const { number, validTo, revokedOn } = licence;
  if (revokedOn !== null) {
    return refuse(
      'LICENCE_REVOKED',
      'number',
      `${number} was revoked on ${revokedOn}; what is revoked is issued anew.`,
    );
  }
  if (validTo === null || (terms.validTo !== null && terms.validTo <= validTo)) {
    const until = validTo === null ? 'has no end' : `is valid to ${validTo}`;
    return refuse(
      'RENEWAL_SHORTENS',
      'validTo',
      `${number} ${until}: a renewal ends later. To shorten it, correct it.`,
    );
  }
  return {
    licence: {
      ...licence,
      change: 'RENEWED',
      validTo: terms.validTo,
      issuer: terms.issuer ?? licence.issuer,
      statedAreaSquareKilometres: terms.statedAreaSquareKilometres ?? licence.statedAreaSquareKilometres,
      capacityTonnesPerYear: terms.capacityTonnesPerYear ?? licence.capacityTonnesPerYear,
      seams: trimmed(terms.seams ?? licence.seams),
    },
  };
}

/** `to` is the first day no longer suspended; null: until further notice. */
export function suspend(licence: Licence, from: string, to: string | null): Changed {
  const { number } = licence;
  if (to !== null && to <= from) {
    return refuse(
      'SUSPENSION_EMPTY',
      'to',
      `to is the first day no longer suspended: ${to} must come after ${from}.`,
    );
  }
  const status = licenceStatus(licence, from);
  if (status !== 'VALID') {
    return refuse(
      'LICENCE_NOT_IN_FORCE',
      'from',
      `${number} is ${status} on ${from}: only what is VALID is suspended.`,
    );
  }
  // One suspension is kept. Forgetting an earlier one would make its days valid again.
  if (licence.suspendedFrom !== null) {
    const before = `${licence.suspendedFrom} to ${licence.suspendedTo}`;
    const message = `${number} was suspended from ${before}, and a licence keeps one suspension: correct that one, or issue a licence that supersedes it.`;
    return refuse('SUSPENDED_BEFORE', 'from', message);
  }
  return { licence: { ...licence, change: 'SUSPENDED', suspendedFrom: from, suspendedTo: to } };
}

/** `on` is the first day no longer suspended. */
export function resume(licence: Licence, on: string): Changed {
  const { number, suspendedFrom, suspendedTo } = licence;
  if (suspendedFrom === null || on <= suspendedFrom || (suspendedTo !== null && suspendedTo <= on)) {
    const period =
      suspendedFrom === null ? 'never' : `from ${suspendedFrom} to ${suspendedTo ?? 'further notice'}`;
    return refuse(
      'NOT_SUSPENDED',
      'on',
      `${number} was suspended ${period}: there is nothing to end on ${on}.`,
    );
  }
  return { licence: { ...licence, change: 'RESUMED', suspendedTo: on } };
}

/** `on` is the first day not covered any more. */
export function revoke(licence: Licence, on: string): Changed {
  const { number, revokedOn, validTo } = licence;
  if (revokedOn !== null) {
    return refuse(
      'LICENCE_REVOKED',
      'number',
      `${number} was revoked on ${revokedOn} already; correct that if it is wrong.`,
    );
  }
  if (validTo !== null && validTo <= on) {
    return refuse(
      'LICENCE_NOT_IN_FORCE',
      'on',
      `${number} ended by itself on ${validTo}: nothing is left to revoke on ${on}.`,
    );
  }
  return { licence: { ...licence, change: 'REVOKED', revokedOn: on } };
}

/** When the licence says anything: its validity, which a revocation ends. */
const covered = ({ validFrom, validTo, revokedOn }: Licence): Days => ({
  from: validFrom,
  to: revokedOn !== null && (validTo === null || revokedOn < validTo) ? revokedOn : validTo,
});

/** Days on which a verdict can differ for a change from one version to the next (null: none before, none after). */
export const changedLicenceDays = (before: Licence | null, after: Licence | null): Days | null =>
  changedDays(before && covered(before), after && covered(after), seamsOf(before) === seamsOf(after));

const seamsOf = (licence: Licence | null): string => [...(licence?.seams ?? [])].sort().join('\n');
