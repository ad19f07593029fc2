import { type SourceCrs, sourceCrs, sridOfZonePrefix } from '../../../spatial/crs.js';
import type { CornerArea, ListedCorner, Report } from './corner-list-lines.js';

const NORTHING_DIGITS = 7;
const EASTING_DIGITS = 8;
/** Of an easting without zone prefix, which only a given SRID can place. */
const BARE_EASTING_DIGITS = 6;

interface Placed {
  readonly corner: ListedCorner;
  readonly place: { index: number; line: number; ring: number; vertex: number };
}

/**
 * The SRID of a listing: its zone prefix names a CGCS2000 3° zone, unless `srid` says otherwise. Null when it cannot
 * be told, which has then been reported. X must have 7 digits before the point, Y 8 of which the first two are the
 * zone; exchanged columns are reported as just that.
 */
export function resolveZone(
  areas: readonly CornerArea[],
  srid: number | null,
  report: Report,
): number | null {
  const given = srid === null ? null : sourceCrs(srid);
  if (srid !== null && given?.kind !== 'PROJECTED') {
    report('CRS_UNKNOWN', `EPSG:${srid} is no Gauss-Krüger zone; a corner list is in one.`, {});
    return null;
  }
  const placed = areas.flatMap((area) =>
    area.corners
      .map((corner, i) => ({
        corner,
        place: { index: area.index, line: corner.line, ring: 1, vertex: i + 1 },
      }))
      .filter(({ corner }) => !Number.isNaN(corner.x) && !Number.isNaN(corner.y)),
  );
  const bare = given !== null && given.zonePrefix === null;
  const eastingDigits = bare ? BARE_EASTING_DIGITS : EASTING_DIGITS;
  const right = withRightDigits(placed, eastingDigits, report);
  if (bare) return given.srid;
  return zoneOf(right, given, report);
}

function withRightDigits(placed: readonly Placed[], eastingDigits: number, report: Report): Placed[] {
  const isSwapped = ({ corner }: Placed): boolean =>
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

function zoneOf(placed: readonly Placed[], given: SourceCrs | null, report: Report): number | null {
  const [first] = placed;
  if (!first) return given?.srid ?? null;
  const prefix = prefixOf(first.corner);
  const expected = given?.zonePrefix ?? prefix;
  for (const { corner, place } of placed) {
    if (prefixOf(corner) === expected) continue;
    const message = `Corner ${corner.number} lies in zone ${prefixOf(corner)}, while ${given ? `EPSG:${given.srid} is` : 'the first corner lies in'} zone ${expected}.`;
    report('MIXED_ZONE', message, place);
  }
  const srid = given?.srid ?? sridOfZonePrefix(prefix);
  if (srid === null) {
    const advice = prefix >= 13 && prefix <= 23 ? ' It looks like a 6° zone: say its srid (4491–4501).' : '';
    report('ZONE_UNKNOWN', `${prefix} is no 3° zone of China (25–45).${advice}`, first.place);
  }
  return srid;
}

const prefixOf = (corner: ListedCorner): number => Math.floor(corner.y / 1_000_000);
