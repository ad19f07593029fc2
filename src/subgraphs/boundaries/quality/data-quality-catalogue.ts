import { sourceCrs } from '../../../spatial/crs.js';
import type { FindingSeverity } from '../../../vocabulary/intake.js';

/** What a finding that is computed from stored data tells, made of the facts that the database found. */
interface Entry {
  readonly severity: FindingSeverity;
  readonly message: (facts: Facts) => string;
  readonly advice: string;
}

export type Facts = Readonly<Record<string, unknown>>;

const square = (facts: Facts): string => `${facts['squareMetres']} m²`;
const km2 = (value: unknown): string => `${Number(value).toFixed(4)} km²`;
const exactKm2 = (squareMetres: unknown): string => `${(Number(squareMetres) / 1e6).toFixed(6)} km²`;
const stated = (facts: Facts): string =>
  `Stated ${exactKm2(facts['stated'])}; computed: ellipsoidal ${exactKm2(facts['ellipsoidal'])}, plane ${exactKm2(facts['plane'])}.`;
const until = (day: unknown): string => (day === null || day === undefined ? 'without end' : `to ${day}`);

function ballpark(srid: number): string {
  const crs = sourceCrs(srid);
  return crs?.crsClass === 'EXACT'
    ? `The file says that the area is known only to tens of metres (its CRS class is not EXACT), though its corners are in EPSG:${srid} now.`
    : `EPSG:${srid} (${crs?.name}) is brought to CGCS2000 only to tens of metres.`;
}

/**
 * Words and severities of the codes that `boundaries.every_data_quality_finding` computes (its migration finds the
 * facts; docs/data-quality.md explains each code). Findings of imports carry their own words.
 */
const QUALITY_CATALOGUE: Readonly<Record<string, Entry>> = {
  CREDIT_CODE_INVALID: {
    severity: 'ERROR',
    message: ({ creditCode, operator }) =>
      `${creditCode} of ${operator} is no unified social credit code: its check character does not fit.`,
    advice: 'Take the code from the business licence and send the mine again.',
  },
  LOCATION_FAR_FROM_DIVISION: {
    severity: 'WARNING',
    message: ({ divisionCode, kilometres, mines }) =>
      `The mine lies ${kilometres} km from the middle of the ${mines} mines of ${divisionCode}.`,
    advice: 'Check the division code, and whether longitude and latitude of the location are right.',
  },
  LOCATION_FAR_FROM_AREAS: {
    severity: 'WARNING',
    message: ({ kilometres }) => `The mine’s location lies ${kilometres} km from its nearest mining right.`,
    advice: 'Check the location, and whether the areas were imported for the right mine.',
  },
  LICENCE_NUMBER_FORMAT: {
    severity: 'WARNING',
    message: ({ number, kind }) => `${number} has none of the known forms of the number of a ${kind}.`,
    advice: 'Compare the number with the document: a character may be missing or mistyped.',
  },
  LICENCES_OVERLAP_IN_TIME: {
    severity: 'WARNING',
    message: ({ number, otherNumber, from, to, more }) =>
      `${number} and ${otherNumber} are both in force from ${from} ${until(to)}${more ? `, and ${more} more begin before ${number} ends` : ''}.`,
    advice: 'Say which one supersedes the other, or correct the validity of one.',
  },
  LICENCE_GAP: {
    severity: 'WARNING',
    message: ({ number, kind, from, to }) =>
      `No ${kind} was in force from ${from} until ${number} began on ${to}.`,
    advice: 'Send the licence of that time if there was one; activity then was without a licence otherwise.',
  },
  LICENCE_AREA_MISMATCH: {
    severity: 'WARNING',
    message: ({ number, stated, day, ellipsoidal, plane }) =>
      `${number} states ${km2(stated)}; its mining rights ${day ? `from ${day} ` : ''}have ${km2(ellipsoidal)} on the ellipsoid, ${km2(plane)} in the plane.`,
    advice:
      'Compare corners and areas with the licence: an area may be missing, or recorded for another licence.',
  },
  RIGHTS_OVERLAP: {
    severity: 'ERROR',
    message: (facts) =>
      `The mining right overlaps ${facts['otherArea']} of another mine by ${square(facts)}, in plan, elevation and time.`,
    advice:
      'Ask the authorities of both rights which corners hold; activity in the overlap is judged for both.',
  },
  AREAS_OVERLAP_IN_TIME: {
    severity: 'WARNING',
    message: (facts) =>
      `The area overlaps ${facts['otherArea']}, a ${facts['kind']} of the same mine, by ${square(facts)} from ${facts['from']} ${until(facts['to'])}.`,
    advice:
      'If one took the place of the other, end the earlier one; if it was imported twice, withdraw one.',
  },
  AREA_GAP: {
    severity: 'WARNING',
    message: ({ from, to }) => `From ${from} to ${to} the mine had no mining right, but before and after.`,
    advice: 'Import the right of that time if there was one.',
  },
  STATED_AREA_ELLIPSOIDAL: {
    severity: 'INFO',
    message: (facts) =>
      `${stated(facts)} The stated area is the ellipsoidal one${facts['planeAgrees'] ? ', to its precision also the plane one' : ''}.`,
    advice: 'Nothing to do.',
  },
  STATED_AREA_PLANE: {
    severity: 'INFO',
    message: (facts) => `${stated(facts)} The stated area is the plane one.`,
    advice:
      'Nothing to do: documents before August 2022 state the plane area. The area of record is the ellipsoidal one.',
  },
  STATED_AREA_MISMATCH: {
    severity: 'WARNING',
    message: (facts) => `${stated(facts)} The stated area agrees with neither.`,
    advice: 'Compare corners and areas with the document: a corner or an area may be missing or mistyped.',
  },
  AREA_OUTLIVES_LICENCE: {
    severity: 'WARNING',
    message: ({ number, areaFrom, areaTo, from, to, revoked, withdrawn }) =>
      `The area is valid from ${areaFrom} ${until(areaTo)}, its licence ${number} ${withdrawn ? 'was withdrawn' : `from ${from} ${until(to)}${revoked ? ', when it was revoked' : ''}`}.`,
    advice:
      'End or withdraw the area with its licence (endAreasOfLicence, withdrawPermittedArea), or correct the validity of the one that is wrong.',
  },
  CRS_BALLPARK: {
    severity: 'WARNING',
    message: ({ srid }) => ballpark(Number(srid)),
    advice:
      'Ask the authority for the corners in CGCS2000; until then no verdict on this area reads CONFIRMED.',
  },
  ELEVATION_IMPLAUSIBLE: {
    severity: 'WARNING',
    message: ({ ceiling, floor }) => `The elevation band from ${floor} m to ${ceiling} m is not plausible.`,
    advice: 'Compare the elevations with the document: metres above the 1985 datum, not depths.',
  },
};

/** Codes of the catalogue with one of the severities. */
export const codesOf = (severities: readonly FindingSeverity[]): readonly string[] =>
  Object.entries(QUALITY_CATALOGUE).flatMap(([code, { severity }]) =>
    severities.includes(severity) ? [code] : [],
  );

/** Severity and words of a finding with these facts. */
export function inWords(
  code: string,
  facts: Facts,
): { readonly severity: FindingSeverity; readonly message: string; readonly advice: string } {
  const entry = QUALITY_CATALOGUE[code];
  if (!entry) return { severity: 'WARNING', message: `${code}: ${JSON.stringify(facts)}`, advice: '' };
  return { severity: entry.severity, message: entry.message(facts), advice: entry.advice };
}
