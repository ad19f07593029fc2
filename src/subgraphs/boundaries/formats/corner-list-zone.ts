import { type Datum, type SourceCrs, sourceCrs, sridOfZonePrefix, ZONES } from '../../../spatial/crs.js';
import type { CornerArea, ListedCorner, Report } from './corner-area.js';

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
export interface StatedCrs {
  readonly srid: number | null;
  readonly datum: Datum | null;
}

/**
 * The SRID of a listing: its zone prefix names a zone of the datum that is stated, of CGCS2000 where none is, unless
 * `srid` says otherwise. Null when it cannot be told, which has then been reported. X must have 7 digits before the
 * point, Y 8 of which the first two are the zone; exchanged columns are reported as just that.
 */
export function resolveZone(areas: readonly CornerArea[], stated: StatedCrs, report: Report): number | null {
  return resolveCornerZone(
    areas.flatMap((area) =>
      area.corners.map((corner, i) => ({
        corner,
        place: { index: area.index, line: corner.line, ring: 1, vertex: i + 1 },
      })),
    ),
    stated,
    report,
  );
}

/** The same for corners of any rings. */
export function resolveCornerZone(
  corners: readonly PlacedCorner[],
  { srid, datum }: StatedCrs,
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
  const placed = corners.filter(({ corner }) => !Number.isNaN(corner.x) && !Number.isNaN(corner.y));
  const bare = given ? given.zonePrefix === null : placed.length > 0 && placed.every(isBare);
  const right = withRightDigits(placed, bare ? BARE_EASTING_DIGITS : EASTING_DIGITS, report);
  if (!bare) return zoneOf(right, given, datum, report);
  if (given) return given.srid;
  if (right.length > 0) report('CRS_AMBIGUOUS', BARE_CANDIDATES, right[0]?.place ?? {});
  return null;
}

const BARE_CANDIDATES =
  'The eastings carry no zone: they may lie in any zone of 3° (CGCS2000: EPSG:4534 to 4554, from 75°E eastwards) or of 6° (EPSG:4502 to 4512). Say which with srid.';

/** Seven digits and six, in whichever order. */
const isBare = ({ corner: { xText, yText } }: PlacedCorner): boolean =>
  Math.min(digits(xText), digits(yText)) === BARE_EASTING_DIGITS &&
  Math.max(digits(xText), digits(yText)) === NORTHING_DIGITS;

function withRightDigits(
  placed: readonly PlacedCorner[],
  eastingDigits: number,
  report: Report,
): PlacedCorner[] {
  const isSwapped = ({ corner }: PlacedCorner): boolean =>
    digits(corner.xText) === eastingDigits && digits(corner.yText) === NORTHING_DIGITS;
  const swapped = placed.filter(isSwapped);
  const [first] = swapped;
  if (first) {
    const all =
      swapped.length === placed.length ? 'all corners' : `${swapped.length} of ${placed.length} corners`;
    report(
      'AXES_SWAPPED',
      `X and Y are swapped at ${all}: X is the northing (${NORTHING_DIGITS} digits before the point), Y the easting (${eastingDigits}).`,
      first.place,
    );
  }
  return placed.filter((candidate) => {
    if (isSwapped(candidate)) return false;
    const { corner, place } = candidate;
    const wrong = [
      ['X', corner.xText, NORTHING_DIGITS] as const,
      ['Y', corner.yText, eastingDigits] as const,
    ].filter(([, text, wanted]) => digits(text) !== wanted);
    for (const [axis, text, wanted] of wrong) {
      const message = `${axis} of corner ${corner.number} is ${text}: ${wanted} digits belong before the point.`;
      report('WRONG_DIGIT_COUNT', message, place);
    }
    return wrong.length === 0;
  });
}

/** Digits before the point; a signed number has none that could be right. */
const digits = (text: string): number => (/^\d/.test(text) ? (text.split('.')[0]?.length ?? 0) : 0);

function zoneOf(
  placed: readonly PlacedCorner[],
  given: SourceCrs | null,
  datum: Datum | null,
  report: Report,
): number | null {
  const [first] = placed;
  if (!first) return given?.srid ?? null;
  const prefix = prefixOf(first.corner);
  const expected = given?.zonePrefix ?? prefix;
  for (const { corner, place } of placed) {
    if (prefixOf(corner) === expected) continue;
    const message = `Corner ${corner.number} lies in zone ${prefixOf(corner)}, while ${given ? `EPSG:${given.srid} is` : 'the first corner lies in'} zone ${expected}.`;
    report('MIXED_ZONE', message, place);
  }
  if (given) return given.srid;
  const srid = datum === 'WGS_84' ? null : sridOfZonePrefix(prefix, datum ?? undefined);
  if (srid === null) {
    const ranges = Object.entries(ZONES).map(([degrees, [west, east]]) => `${degrees}°: ${west}–${east}`);
    const what =
      datum === 'WGS_84'
        ? 'WGS 84 has no Gauss-Krüger zones'
        : `${prefix} is no zone of China (${ranges.join(', ')})`;
    report('ZONE_UNKNOWN', `${what}.`, first.place);
  }
  return srid;
}

const prefixOf = (corner: ListedCorner): number => Math.floor(corner.y / 1_000_000);
