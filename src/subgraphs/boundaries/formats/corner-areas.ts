import { type CornerArea, collectFaults, type Report } from './corner-area.js';
import { assembleAreas } from './corner-list-assembly.js';
import { resolveZone } from './corner-list-zone.js';
import type { IntakeFile } from './intake-file.js';
import { type StatedCrs, sridGiven } from './named-crs.js';

/** The areas of a listing, and what it says of its CRS; null: nothing. */
export interface Listing {
  readonly areas: readonly CornerArea[];
  readonly stated: StatedCrs | null | 'CONTRADICTED';
}

/** The SRID of a listing; null when it cannot be told, which has then been reported. */
type ResolveSrid = (listing: Listing, report: Report) => number | null;

/** That of a listing of northings and eastings. */
export const inZone =
  (srid: number | null): ResolveSrid =>
  ({ areas, stated }, report) => {
    const given = stated === 'CONTRADICTED' ? stated : sridGiven(stated, srid, report);
    if (stated === 'CONTRADICTED' || given === 'CONTRADICTED') return null;
    return resolveZone(areas, { srid: given, datum: stated?.datum ?? null }, report);
  };

/**
 * What all forms of the registry's listing come to: numbered corners of areas, each with a sign. A sign of -1 cuts the
 * area out of those that hold it. Everything wrong in a file is reported.
 */
export const readListing = (read: (report: Report) => Listing, resolve: ResolveSrid): IntakeFile =>
  collectFaults((report) => {
    const listing = read(report);
    const srid = resolve(listing, report);
    for (const area of listing.areas) checkArea(area, report);
    const { features, remarks } = assembleAreas(listing.areas, srid, report);
    return { features: srid === null ? [] : features, remarks };
  });

/** Counts, order and repetition of an area's corners. */
function checkArea(area: CornerArea, report: Report): void {
  if (area.corners.length < 3 && area.closed) {
    const message = `An area needs at least 3 corners; this one has ${area.corners.length}.`;
    report('TOO_FEW_CORNERS', message, { index: area.index, line: area.line, ring: 1 });
  }
  const seen = new Map<string, number>();
  area.corners.forEach((corner, i) => {
    const place = { index: area.index, line: corner.line, ring: 1, vertex: i + 1 };
    const previous = area.corners[i - 1];
    const expected = previous ? Number(previous.number) + 1 : area.firstNumber;
    if (Number(corner.number) !== expected) {
      report(
        'CORNER_OUT_OF_ORDER',
        `Corner ${corner.number} stands where corner ${expected} belongs.`,
        place,
      );
    }
    if (Number.isNaN(corner.x) || Number.isNaN(corner.y)) return;
    const key = `${corner.x},${corner.y}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, i);
    else report('DUPLICATE_CORNER', repeated(area, first, i), place);
  });
}

function repeated(area: CornerArea, first: number, again: number): string {
  const [one, other] = [area.corners[first]?.number, area.corners[again]?.number];
  const closing = first === 0 && again === area.corners.length - 1;
  const advice = closing ? ' In this format the ring is not repeated at its end: leave the corner out.' : '';
  return `Corner ${other} has the coordinates of corner ${one}.${advice}`;
}
