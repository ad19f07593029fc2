import type { Point } from 'geojson';
import { isDivisionCode } from '../../platform/division-code.js';
import { crsFault } from '../../spatial/geojson-crs.js';
import { numberFault, TONNES_PER_YEAR } from '../../vocabulary/bounds.js';
import { lengthFault } from '../../vocabulary/longest-key.js';
import type { Mine, MineFacts } from './mine.js';
import { isCreditCode } from './operator.js';

/** Why a row of the input was not accepted, and where. */
export interface MineFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

export interface RejectedMine extends MineFault {
  readonly index: number;
}

/** A row of the input and where it stood there. */
export interface IndexedMine {
  readonly index: number;
  readonly facts: MineFacts;
}

export interface KnownDivisions {
  /** Of those that the input names. */
  readonly codes: ReadonlySet<string>;
  /** Whether the principal may see what lies in a division. */
  readonly sees: (code: string) => boolean;
}

/** An operator as it is stored, with the divisions of its mines. */
export interface StoredOperator {
  readonly creditCode: string;
  readonly name: string;
  readonly divisionCodes: readonly string[];
}

const fault = (code: string, path: string, message: string): MineFault => ({ code, path, message });

/** Splits rows by whether they are sound by themselves, and the first of their code. */
export function checkMines(
  input: readonly MineFacts[],
  divisions: KnownDivisions,
): { readonly accepted: readonly IndexedMine[]; readonly rejected: readonly RejectedMine[] } {
  const accepted: IndexedMine[] = [];
  const rejected: RejectedMine[] = [];
  const seen = new Set<string>();
  input.forEach((facts, index) => {
    const found = faultOf(facts, divisions, seen);
    seen.add(facts.code);
    if (found) rejected.push({ index, ...found });
    else accepted.push({ index, facts: withoutHeight(facts) });
  });
  return { accepted, rejected };
}

/**
 * Why a row cannot be written over what is stored; null when it can. A mine out of sight stays as it is. An operator may
 * have mines in many counties: its name is changed by whoever may see them all. What is stored may be longer than what
 * is taken now, and stays.
 */
export function storedFault(
  facts: MineFacts,
  { mine, operator }: { readonly mine: Mine | null; readonly operator: StoredOperator | null },
  sees: (divisionCode: string) => boolean,
): MineFault | null {
  if (mine && !sees(mine.divisionCode)) {
    const message = `${facts.code} is the code of a mine that you may not see; give yours a code of its own.`;
    return fault('CODE_TAKEN', 'code', message);
  }
  if (operator && operator.name !== facts.operatorName) {
    const codes = operator.divisionCodes;
    if (codes.length === 0 || !codes.every(sees)) {
      const message =
        `${facts.operatorCreditCode} is on record by another name, and not with mines that you may see alone; ` +
        'send the name it is registered by, or have it corrected by whoever may see them all.';
      return fault('OPERATOR_NAMED_OTHERWISE', 'operatorName', message);
    }
  }
  return (
    (mine ? null : lengthFault('code', facts.code, 'CODE_TOO_LONG')) ??
    (mine?.name === facts.name ? null : lengthFault('name', facts.name, 'NAME_TOO_LONG'))
  );
}

function faultOf(fact: MineFacts, divisions: KnownDivisions, seen: ReadonlySet<string>): MineFault | null {
  if (fact.code.trim() === '') return fault('CODE_EMPTY', 'code', 'A mine needs a code.');
  if (fact.code !== fact.code.trim()) {
    const message = `The code ${JSON.stringify(fact.code)} begins or ends with a blank: it would be another mine's. Send it without.`;
    return fault('CODE_PADDED', 'code', message);
  }
  if (seen.has(fact.code))
    return fault('CODE_REPEATED', 'code', `The code ${fact.code} stands in this input more than once.`);
  if (fact.name.trim() === '') return fault('NAME_EMPTY', 'name', 'A mine needs a name.');
  if (!isCreditCode(fact.operatorCreditCode)) {
    return fault(
      'CREDIT_CODE_INVALID',
      'operatorCreditCode',
      `${fact.operatorCreditCode} is not a unified social credit code: 18 characters whose last is the GB 32100 check character.`,
    );
  }
  const misplaced = faultOfDivision(fact.divisionCode, divisions);
  if (misplaced) return misplaced;
  const codes = ['CAPACITY_NEGATIVE', 'CAPACITY_OUT_OF_RANGE'] as const;
  const capacity = numberFault('capacityTonnesPerYear', fact.capacityTonnesPerYear, TONNES_PER_YEAR, codes);
  return capacity ?? faultOfLocation(fact);
}

function faultOfLocation({ location }: MineFacts): MineFault | null {
  const otherCrs = crsFault(location);
  if (otherCrs !== null) return fault('CRS_CONFLICT', 'location', otherCrs);
  if (location !== null && !isPlace(location)) {
    return fault(
      'LOCATION_INVALID',
      'location',
      'A location is a Point with longitude and latitude in degrees, in that order.',
    );
  }
  return null;
}

/** As receivers of satellites give positions; mines have none. */
const withoutHeight = (facts: MineFacts): MineFacts =>
  facts.location === null
    ? facts
    : { ...facts, location: { type: 'Point', coordinates: facts.location.coordinates.slice(0, 2) } };

/** What came as JSON is of any shape, whatever its type says. */
function isPlace({ type, coordinates }: Point): boolean {
  const [longitude, latitude, ...heights]: readonly unknown[] = Array.isArray(coordinates) ? coordinates : [];
  return (
    type === 'Point' && isWithin(longitude, 180) && isWithin(latitude, 90) && heights.every(Number.isFinite)
  );
}

const isWithin = (degrees: unknown, most: number): boolean =>
  typeof degrees === 'number' && Math.abs(degrees) <= most;

function faultOfDivision(code: string, { codes, sees }: KnownDivisions): MineFault | null {
  if (!isDivisionCode(code) || !codes.has(code)) {
    return fault('DIVISION_UNKNOWN', 'divisionCode', `${code} is not a GB/T 2260 code that the hub knows.`);
  }
  if (!sees(code)) {
    const message = `${code} lies outside the divisions that you may see; a mine there is registered by whoever may see it.`;
    return fault('DIVISION_FORBIDDEN', 'divisionCode', message);
  }
  return null;
}
