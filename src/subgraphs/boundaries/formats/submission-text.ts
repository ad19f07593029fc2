import { AreaCollector } from './area-collector.js';
import { type ListedCorner, listedCorner, quoted, type Report, readClosing } from './corner-area.js';
import { inZone, type Listing, readListing } from './corner-areas.js';
import type { IntakeFile, TextReader } from './intake-file.js';
import { type CrsStatement, type NamedCrs, namedCrs, statedCrs } from './named-crs.js';
import { linesOf, type TextLine } from './text.js';

/**
 * The text file that an application for a mining right is submitted with. Of its `key=value` lines the boundary is
 * those from `矿区范围拐点坐标与标高的总行数=` on: `XY001=number,X,Y` a corner, `XY005=标高,elevation,elevation,name,sign`
 * the end of an area. `坐标系统=` before them names the datum. Source: docs/formats.md.
 */
export const readSubmissionText: TextReader = (text, srid): IntakeFile =>
  readListing((report) => readSubmission(text, srid, report), inZone(srid));

const TOTAL = '矿区范围拐点坐标与标高的总行数';
const DATUM = /^坐标系统?$/;
/** The programs that write the format let the applicant choose by number; which is which beside 2 is not published. */
const numberedOrNamed = (words: string): NamedCrs =>
  words === '2' ? { datum: 'XIAN_1980', srid: null, unclear: null } : namedCrs(words);

interface Entry {
  readonly line: TextLine;
  readonly key: string;
  readonly value: string;
}

function readSubmission(text: string, srid: number | null, report: Report): Listing {
  const listing = new AreaCollector(report);
  let total: Entry | undefined;
  let otherTotal: Entry | undefined;
  const statements: CrsStatement[] = [];
  let rows = 0;
  let next = 1;
  for (const line of linesOf(text)) {
    const [, key = '', value = ''] = /^([^=＝]*)[=＝](.*)$/.exec(line.text) ?? [];
    const entry = { line, key: key.trim(), value: value.trim() };
    if (/^XY\d+$/i.test(entry.key)) {
      rows += 1;
      readRow(entry, next, listing, report);
      next = Number(entry.key.slice(2)) + 1;
    } else if (entry.key === TOTAL) {
      total ??= entry;
      if (entry.value !== total.value) otherTotal ??= entry;
    } else if (DATUM.test(entry.key) && entry.value !== '')
      statements.push({ words: entry.value, line: line.number });
  }
  if (listing.isOpen) {
    listing.leaveOpen('The area is not closed: a line `XY…=标高,elevation,elevation,name,sign` must follow.');
  }
  if (!total) {
    report('UNREADABLE', `The line ${TOTAL}=… is missing: it counts the lines of the boundary.`, {});
  } else if (otherTotal) {
    const message = `${TOTAL} is ${quoted(total.value)} in line ${total.line.number} and ${quoted(otherTotal.value)} in line ${otherTotal.line.number}; ${rows} lines XY… are there. Leave the one that is right.`;
    report('COUNT_DIFFERS', message, { line: otherTotal.line.number });
  } else if (Number(total.value) !== rows) {
    const message = `${TOTAL} is ${quoted(total.value)}, but ${rows} lines XY… are there.`;
    report('COUNT_DIFFERS', message, { line: total.line.number });
  }
  return { areas: listing.areas, stated: crsOf(statements, srid, report) };
}

/** What the file says of its CRS, if it does. What nobody can tell the meaning of needs `srid`. */
function crsOf(statements: readonly CrsStatement[], srid: number | null, report: Report): Listing['stated'] {
  const stated = statedCrs(statements, report, numberedOrNamed);
  if (stated === null || stated === 'CONTRADICTED' || stated.unclear === null || srid !== null) return stated;
  const message = `坐标系统 ${quoted(stated.words)} ${stated.unclear}: CGCS2000, Xi'an 1980 and Beijing 1954 are possible. Give srid.`;
  report('CRS_AMBIGUOUS', message, { line: stated.line });
  return stated;
}

/** One line `XY…=`, whose number should be `row`. */
function readRow({ line, key, value }: Entry, row: number, listing: AreaCollector, report: Report): void {
  const place = { index: listing.index, line: line.number };
  if (Number(key.slice(2)) !== row) {
    const message = `${key} stands where XY${String(row).padStart(3, '0')} belongs: a line is missing, or stands twice.`;
    report('CORNER_OUT_OF_ORDER', message, place);
  }
  const fields = value.split(/[,，]/).map((field) => field.trim());
  if (fields[0] === '标高') {
    listing.close(line.number, readClosing(fields.slice(1), place, report));
    return;
  }
  const corner = readCorner(fields, value, { ...place, ring: 1, vertex: listing.vertex }, report);
  if (corner) listing.add(corner);
}

function readCorner(
  [number = '', xText = '', yText = '', ...rest]: readonly string[],
  value: string,
  place: { index: number; line: number; ring: number; vertex: number },
  report: Report,
): ListedCorner | null {
  if (!/^\d{1,9}$/.test(number) || rest.some((field) => field !== '')) {
    const message = `${quoted(value)} is neither a corner (number,X,Y) nor the end of an area (标高,elevation,elevation,name,sign).`;
    report('UNREADABLE', message, place);
    return null;
  }
  return listedCorner(number, xText, yText, place, report);
}
