import { numberFault, STATED_SQUARE_KILOMETRES, TONNES_PER_YEAR } from '../../vocabulary/bounds.js';
import { lengthFault } from '../../vocabulary/longest-key.js';
import type { LicenceFacts } from './licence.js';

/** Why a row of the input was not accepted, and where. */
export interface LicenceFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

const fault = (code: string, path: string, message: string): LicenceFault => ({ code, path, message });

/** What is wrong with a row by itself, or null. */
export function faultOfFacts(facts: LicenceFacts): LicenceFault | null {
  const { number, issuer, validFrom, validTo, suspendedFrom, suspendedTo } = facts;
  if (number.trim() === '') return fault('NUMBER_EMPTY', 'number', 'A licence needs a number.');
  if (number !== number.trim()) {
    const message = `The number ${JSON.stringify(number)} begins or ends with a blank: it would be another licence's. Send it without.`;
    return fault('NUMBER_PADDED', 'number', message);
  }
  if (issuer.trim() === '') return fault('ISSUER_EMPTY', 'issuer', 'A licence needs an issuer.');
  if (validTo !== null && validTo <= validFrom) {
    return fault(
      'VALIDITY_EMPTY',
      'validTo',
      `validTo is the first day no longer covered: ${validTo} must come after validFrom, ${validFrom}.`,
    );
  }
  if (suspendedTo !== null && (suspendedFrom === null || suspendedTo <= suspendedFrom)) {
    return fault(
      'SUSPENSION_EMPTY',
      'suspendedTo',
      `suspendedTo, ${suspendedTo}, must come after a suspendedFrom; it is ${suspendedFrom ?? 'absent'}.`,
    );
  }
  return faultOfNumbers(facts);
}

/** What is wrong with the number of a licence that is not stored yet, or null: what is stored may be longer, and stays. */
export const faultOfNewNumber = (number: string, path = 'number'): LicenceFault | null =>
  lengthFault(path, number, 'NUMBER_TOO_LONG');

function faultOfNumbers({
  statedAreaSquareKilometres: area,
  capacityTonnesPerYear: capacity,
  seams,
}: LicenceFacts): LicenceFault | null {
  const found =
    numberFault('statedAreaSquareKilometres', area, STATED_SQUARE_KILOMETRES, [
      'AREA_NOT_POSITIVE',
      'AREA_OUT_OF_RANGE',
    ]) ??
    numberFault('capacityTonnesPerYear', capacity, TONNES_PER_YEAR, [
      'CAPACITY_NEGATIVE',
      'CAPACITY_OUT_OF_RANGE',
    ]);
  if (found) return found;
  if (seams.some((seam) => seam.trim() === '')) {
    return fault('SEAM_EMPTY', 'seams', 'A seam needs a name; leave out those without one.');
  }
  return null;
}

/** Seams are compared letter by letter when it is judged in which one was mined. */
export const trimmed = (seams: readonly string[]): readonly string[] => seams.map((seam) => seam.trim());

/** A row of the input and where it stood there. */
export interface IndexedFacts {
  readonly index: number;
  readonly facts: LicenceFacts;
}

export interface RejectedLicence extends LicenceFault {
  readonly index: number;
}

/**
 * Splits rows by whether the licence they supersede exists, in the input or stored, and whether the chain
 * ends. `stored` gives the number that a stored licence supersedes (null: none), undefined for a number that
 * is not stored. A row that supersedes a rejected one is rejected too.
 */
export function checkSuccession(
  rows: readonly IndexedFacts[],
  stored: (number: string) => string | null | undefined,
): { readonly accepted: readonly IndexedFacts[]; readonly rejected: readonly RejectedLicence[] } {
  const byNumber = new Map(rows.map((row) => [row.facts.number, row]));
  const earlierOf = (number: string): string | null | undefined => {
    const row = byNumber.get(number);
    return row ? row.facts.supersedesNumber : stored(number);
  };
  const comesBack = (number: string): boolean => {
    const passed = new Set<string>();
    let at = earlierOf(number);
    while (at != null && at !== number && !passed.has(at)) {
      passed.add(at);
      at = earlierOf(at);
    }
    return at === number;
  };
  const rejected: RejectedLicence[] = [];
  const keep = (from: readonly IndexedFacts[], faultOf: (facts: LicenceFacts) => LicenceFault | null) =>
    from.filter(({ index, facts }) => {
      const found = faultOf(facts);
      if (found) rejected.push({ index, ...found });
      return found === null;
    });

  let accepted = keep(rows, (facts) => (comesBack(facts.number) ? circular(facts) : null));
  for (let before = -1; before !== accepted.length; ) {
    before = accepted.length;
    const known = new Set(accepted.map((row) => row.facts.number));
    accepted = keep(accepted, (facts) => {
      const earlier = facts.supersedesNumber;
      const exists = earlier === null || known.has(earlier) || stored(earlier) !== undefined;
      return exists ? null : unknownEarlier(earlier);
    });
  }
  return { accepted, rejected };
}

const circular = ({ number, supersedesNumber }: LicenceFacts): LicenceFault =>
  fault(
    'SUPERSESSION_CIRCULAR',
    'supersedesNumber',
    `${number} would supersede itself, by way of ${supersedesNumber}.`,
  );

const unknownEarlier = (number: string): LicenceFault =>
  fault(
    'SUPERSEDED_UNKNOWN',
    'supersedesNumber',
    `There is no licence ${number} that you may see; send it in the same input, or leave supersedesNumber out.`,
  );
