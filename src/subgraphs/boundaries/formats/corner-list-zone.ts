import { type Datum, noSuchZone, type SourceCrs, sourceCrs, sridOfZonePrefix } from '../../../spatial/crs.js';
import { type CornerArea, digitsOf, type ListedCorner, type Report } from './corner-area.js';
import { bareCandidates } from './crs-resolution.js';

const NORTHING_DIGITS = 7;
const EASTING_DIGITS = 8;
/** Of an easting without zone prefix, which only a given SRID can place. */
const BARE_EASTING_DIGITS = 6;

/** A corner and where its faults are told. */
export interface PlacedCorner {
  readonly corner: ListedCorner;
  readonly place: { index: number; line: number; ring: number; vertex: number };
}

/** What is said of a listing's CRS: by the sender, and by the file itself. */
export interface GivenCrs {
  readonly srid: number | null;
  readonly datum: Datum | null;
}

/**
 * The SRID of a listing: its zone prefix names a zone of the datum that is stated, of CGCS2000 where none is, unless
 * `srid` says otherwise. Null when it cannot be told, which has then been reported. X must have 7 digits before the
 * point, Y 8 of which the first two are the zone; exchanged columns are reported as just that.
 */
export function resolveZone(areas: readonly CornerArea[], stated: GivenCrs, report: Report): number | null {
  return resolveCornerZone(() => placedIn(areas), stated, report);
}

function* placedIn(areas: readonly CornerArea[]): Iterable<PlacedCorner> {
  for (const { corners, index } of areas) {
    for (const [i, corner] of corners.entries()) {
      yield { corner, place: { index, line: corner.line, ring: 1, vertex: i + 1 } };
    }
  }
}

/** The same for corners of any rings, which are gone through more than once. */
export function resolveCornerZone(
  corners: () => Iterable<PlacedCorner>,
  { srid, datum }: GivenCrs,
  report: Report,
): number | null {
  const given = srid === null ? null : sourceCrs(srid);
  if (srid !== null && given?.kind !== 'PROJECTED') {
    report('CRS_UNKNOWN', `EPSG:${srid} is no Gauss-Krüger zone; a corner list is in one.`, {});
    return null;
  }
  if (given && datum !== null && given.datum !== datum) {
    report('CRS_CONFLICT', `The file names another datum than EPSG:${srid} has (${given.name}).`, {});
    return null;
  }
  const bare = given ? given.zonePrefix === null : areBare(corners());
  const seen = checkCorners(corners(), bare, given, report);
  if (seen.swapped && seen.first === null) return null;
  if (given) return given.srid;
  if (seen.first === null) return null;
  if (bare) {
    report('CRS_AMBIGUOUS', bareCandidates(datum), seen.first.place);
    return null;
  }
  return zoneOf(seen.first, datum, report);
}

const isNumber = ({ corner }: PlacedCorner): boolean => !Number.isNaN(corner.x) && !Number.isNaN(corner.y);

/** Whether all corners have seven digits and six, in whichever order. */
function areBare(corners: Iterable<PlacedCorner>): boolean {
  let count = 0;
  for (const one of corners) {
    if (!isNumber(one)) continue;
    const [few, many] = [digitsOf(one.corner.xText), digitsOf(one.corner.yText)].sort((a, b) => a - b);
    if (few !== BARE_EASTING_DIGITS || many !== NORTHING_DIGITS) return false;
    count += 1;
  }
  return count > 0;
}

interface Seen {
  /** The first corner whose digits are right. */
  readonly first: PlacedCorner | null;
  readonly swapped: boolean;
}

/** Reports columns that are exchanged, digits that are missing and corners that lie in another zone than the first. */
function checkCorners(
  corners: Iterable<PlacedCorner>,
  bare: boolean,
  given: SourceCrs | null,
  report: Report,
): Seen {
  const eastingDigits = bare ? BARE_EASTING_DIGITS : EASTING_DIGITS;
  let first: PlacedCorner | null = null;
  let firstSwapped: PlacedCorner | null = null;
  let [swapped, count] = [0, 0];
  for (const one of corners) {
    if (!isNumber(one)) continue;
    count += 1;
    const [x, y] = [digitsOf(one.corner.xText), digitsOf(one.corner.yText)];
    if (x === eastingDigits && y === NORTHING_DIGITS) {
      swapped += 1;
      firstSwapped ??= one;
    } else if (x !== NORTHING_DIGITS || y !== eastingDigits) {
      reportDigits(one, eastingDigits, report);
    } else {
      first ??= one;
      if (!bare) checkZone(one, given, first, report);
    }
  }
  if (firstSwapped) {
    const which = swapped === count ? 'all corners' : `${swapped} of ${count} corners`;
    const message = `X and Y are swapped at ${which}: X is the northing (${NORTHING_DIGITS} digits before the point), Y the easting (${eastingDigits}).`;
    report('AXES_SWAPPED', message, firstSwapped.place);
  }
  return { first, swapped: swapped > 0 };
}

function reportDigits({ corner, place }: PlacedCorner, eastingDigits: number, report: Report): void {
  const axes = [
    ['X', corner.xText, NORTHING_DIGITS],
    ['Y', corner.yText, eastingDigits],
  ] as const;
  for (const [axis, text, wanted] of axes) {
    if (digitsOf(text) === wanted) continue;
    const message = `${axis} of corner ${corner.number} is ${text}: ${wanted} digits belong before the point.`;
    report('WRONG_DIGIT_COUNT', message, place);
  }
}

function checkZone(
  { corner, place }: PlacedCorner,
  given: SourceCrs | null,
  first: PlacedCorner,
  report: Report,
): void {
  const expected = given?.zonePrefix ?? prefixOf(first.corner);
  if (prefixOf(corner) === expected) return;
  const message = `Corner ${corner.number} lies in zone ${prefixOf(corner)}, while ${given ? `EPSG:${given.srid} is` : 'the first corner lies in'} zone ${expected}.`;
  report('MIXED_ZONE', message, place);
}

function zoneOf({ corner, place }: PlacedCorner, datum: Datum | null, report: Report): number | null {
  const prefix = prefixOf(corner);
  const srid = datum === 'WGS_84' ? null : sridOfZonePrefix(prefix, datum ?? undefined);
  if (srid === null) {
    const what = datum === 'WGS_84' ? 'WGS 84 has no Gauss-Krüger zones' : noSuchZone(prefix);
    report('ZONE_UNKNOWN', `${what}.`, place);
  }
  return srid;
}

const prefixOf = (corner: ListedCorner): number => Math.floor(corner.y / 1_000_000);
