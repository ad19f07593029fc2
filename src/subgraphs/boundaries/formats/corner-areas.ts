import type { Datum } from '../../../spatial/crs.js';
import { type CornerArea, type Report, reportInto } from './corner-area.js';
import { assembleAreas } from './corner-list-assembly.js';
import { resolveZone } from './corner-list-zone.js';
import type { IntakeFile, IntakeIssue } from './intake-file.js';

/** Areas of one listing: a licence has a few. */
const LARGEST_LIST = 500;

/** The areas of a listing, and the datum where the listing names it. */
export interface Listing {
  readonly areas: readonly CornerArea[];
  readonly datum: Datum | null;
}

/** The SRID of a listing; null when it cannot be told, which has then been reported. */
type ResolveSrid = (listing: Listing, report: Report) => number | null;

/** That of a listing of northings and eastings. */
export const inZone =
  (srid: number | null): ResolveSrid =>
  ({ areas, datum }, report) =>
    resolveZone(areas, { srid, datum }, report);

/**
 * What all forms of the registry's listing come to: numbered corners of areas, each with a sign. A sign of -1
 * cuts the area out of those that hold it. Everything wrong in a file is reported.
 */
export function readListing(read: (report: Report) => Listing, resolve: ResolveSrid): IntakeFile {
  const issues: IntakeIssue[] = [];
  const report = reportInto(issues);
  const listing = read(report);
  const { areas } = listing;
  if (areas.length > LARGEST_LIST) {
    report('TOO_MANY_AREAS', `The file lists ${areas.length} areas; at most ${LARGEST_LIST} are taken.`, {});
    return { features: [], issues, remarks: [] };
  }
  const srid = resolve(listing, report);
  areas.forEach((area) => {
    checkArea(area, report);
  });
  if (areas.length === 0 && issues.length === 0) report('EMPTY', 'The file lists no area.', {});
  const { features, remarks } = assembleAreas(areas, srid, report);
  const faulty = new Set(issues.map((issue) => issue.index));
  const sound = srid === null ? [] : features.filter((feature) => !faulty.has(feature.index));
  return { features: sound, issues, remarks };
}

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
