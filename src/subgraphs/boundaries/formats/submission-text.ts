import { type Datum, datumNamed } from '../../../spatial/crs.js';
import {
  type CornerArea,
  firstNumberAfter,
  type ListedCorner,
  listedCorner,
  quoted,
  type Report,
  readClosing,
} from './corner-area.js';
import { inZone, type Listing, readListing } from './corner-areas.js';
import type { IntakeFile, TextReader } from './intake-file.js';
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
const NUMBERED_DATUMS: Readonly<Record<string, Datum>> = { '2': 'XIAN_1980' };

interface Entry {
  readonly line: TextLine;
  readonly key: string;
  readonly value: string;
}

function readSubmission(text: string, srid: number | null, report: Report): Listing {
  const entries = linesOf(text).flatMap((line): Entry[] => {
    const [, key = '', value = ''] = /^([^=＝]*)[=＝](.*)$/.exec(line.text) ?? [];
    return key === '' ? [] : [{ line, key: key.trim(), value: value.trim() }];
  });
  const total = entries.find(({ key }) => key === TOTAL);
  const rows = entries.filter(({ key }) => /^XY\d+$/i.test(key));
  if (!total) {
    report('UNREADABLE', `The line ${TOTAL}=… is missing: it counts the lines of the boundary.`, {});
  } else if (Number(total.value) !== rows.length) {
    const message = `${TOTAL} is ${quoted(total.value)}, but ${rows.length} lines XY… are there.`;
    report('COUNT_DIFFERS', message, { line: total.line.number });
  }
  return { areas: readRows(rows, report), datum: datumOf(entries, srid, report) };
}

/** The datum that the file names, if it does. A number that nobody can tell the meaning of needs `srid`. */
function datumOf(entries: readonly Entry[], srid: number | null, report: Report): Datum | null {
  const entry = entries.find(({ key, value }) => DATUM.test(key) && value !== '');
  if (!entry) return null;
  const datum = NUMBERED_DATUMS[entry.value] ?? datumNamed(entry.value);
  if (datum === null && srid === null) {
    const message = `${entry.key}=${entry.value} does not say which datum: CGCS2000, Xi'an 1980 and Beijing 1954 are possible. Give srid.`;
    report('CRS_AMBIGUOUS', message, { line: entry.line.number });
  }
  return datum;
}

function readRows(rows: readonly Entry[], report: Report): CornerArea[] {
  const areas: CornerArea[] = [];
  let corners: ListedCorner[] = [];
  const close = (
    line: number,
    closing: Pick<CornerArea, 'elevations' | 'name' | 'sign' | 'closed'>,
  ): void => {
    const firstNumber = firstNumberAfter(areas, corners[0]?.number);
    areas.push({ index: areas.length, corners, firstNumber, line, ...closing });
    corners = [];
  };
  rows.forEach(({ line, key, value }, i) => {
    const place = { index: areas.length, line: line.number };
    if (Number(key.slice(2)) !== i + 1) {
      const message = `${key} stands where XY${String(i + 1).padStart(3, '0')} belongs: a line is missing, or stands twice.`;
      report('CORNER_OUT_OF_ORDER', message, place);
    }
    const fields = value.split(/[,，]/).map((field) => field.trim());
    if (fields[0] === '标高') {
      close(line.number, { ...readClosing(fields.slice(1), place, report), closed: true });
      return;
    }
    const corner = readCorner(fields, value, { ...place, ring: 1, vertex: corners.length + 1 }, report);
    if (corner) corners.push(corner);
  });
  if (corners.length > 0) {
    const [line, vertex] = [corners.at(-1)?.line ?? 1, corners.length];
    const message = 'The area is not closed: a line `XY…=标高,elevation,elevation,name,sign` must follow.';
    report('UNCLOSED', message, { index: areas.length, line, ring: 1, vertex });
    close(line, { elevations: [null, null], name: null, sign: 1, closed: false });
  }
  return areas;
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
