import { type Licence, licenceStatus } from './licence.js';
import type { LicenceFault } from './licence-intake.js';

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
      seams: terms.seams ?? licence.seams,
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

/** Days, half-open; null: without beginning or end. */
export interface Days {
  readonly from: string | null;
  readonly to: string | null;
}

/** When the licence says anything: its validity, which a revocation ends. */
const covered = ({ validFrom, validTo, revokedOn }: Licence): Days => ({
  from: validFrom,
  to: revokedOn !== null && (validTo === null || revokedOn < validTo) ? revokedOn : validTo,
});

/**
 * Days on which a verdict can differ for a change from one version to the next: those of both where what may be
 * mined differs, else those by which the validity grew or shrank; null: none.
 */
export function changedDays(before: Licence | null, after: Licence | null): Days | null {
  const periods = [before, after].flatMap((licence) => (licence ? [covered(licence)] : []));
  const [one, other] = periods;
  if (!one) return null;
  if (!other || !before || !after || !sameSeams(before, after)) return hull(periods);
  if (one.from === other.from && one.to === other.to) return null;
  if (one.from === other.from) return { from: earlierEnd(one.to, other.to), to: laterEnd(one.to, other.to) };
  return hull(periods);
}

/** The shortest period that covers all of them; null: there are none. */
export function hull(periods: readonly Days[]): Days | null {
  return periods.reduce<Days | null>((all, { from, to }) => {
    if (!all) return { from, to };
    const first = all.from === null || from === null ? null : all.from < from ? all.from : from;
    return { from: first, to: laterEnd(all.to, to) };
  }, null);
}

const laterEnd = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : a > b ? a : b;

const earlierEnd = (a: string | null, b: string | null): string | null =>
  a === null ? b : b === null ? a : a < b ? a : b;

const sameSeams = (a: Licence, b: Licence): boolean =>
  [...a.seams].sort().join('\n') === [...b.seams].sort().join('\n');
