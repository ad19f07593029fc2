import { type Datum, geographicSrid, sourceCrs } from '../../../spatial/crs.js';
import { AreaCollector } from './area-collector.js';
import { type Closing, type ListedCorner, quoted, type Report, readClosing } from './corner-area.js';
import { type Listing, readListing } from './corner-areas.js';
import { type Angle, readAngle } from './dms-angle.js';
import type { IntakeFile, TextReader } from './intake-file.js';
import { type CrsStatement, sridGiven, statedCrs } from './named-crs.js';
import { linesOf, type TextLine } from './text.js';

/**
 * A listing in degrees, minutes and seconds: `number,longitude,latitude` a corner, `*,elevation,elevation,name,sign`
 * after each area (without any such line the file is one area). Letters or a heading with 经度 and 纬度 may order the
 * columns the other way. A line `坐标系=…` names the datum; without it and `srid` the file is refused, as degrees of
 * four datums look alike. Source: docs/formats.md.
 */
export const readDms: TextReader = (text, srid): IntakeFile =>
  readListing(
    (report) => readLines(text, report),
    (listing, report) => datumSrid(listing, srid, report),
  );

const DATUM_ORDER: readonly Datum[] = ['CGCS2000', 'XIAN_1980', 'BEIJING_1954', 'WGS_84'];
const LEFT_OPEN =
  'The area is not closed: a line `*,elevation,elevation,name,sign` must follow its last corner.';
const NO_CLOSING: Closing = { elevations: [null, null], name: null, sign: 1 };

type Axis = NonNullable<Angle['axis']>;

function readLines(text: string, report: Report): Listing {
  const listing = new AreaCollector(report);
  const statements: CrsStatement[] = [];
  let first: Axis = 'LONGITUDE';
  for (const line of linesOf(text)) {
    const place = { index: listing.index, line: line.number };
    if (/^[*＊]/.test(line.text)) {
      listing.close(line.number, readClosing(fieldsOf(line.text).slice(1), place, report));
    } else if (/[=＝]/.test(line.text) && !listing.isOpen) {
      const [, words = ''] = /^坐标系[^=＝]*[=＝](.*)$/.exec(line.text) ?? [];
      if (words.trim() !== '') statements.push({ words: words.trim(), line: line.number });
    } else if (isHeading(line.text) && !listing.isOpen) {
      first = headingOrder(line.text);
    } else {
      const corner = readCorner(line, first, { ...place, ring: 1, vertex: listing.vertex }, report);
      if (corner) listing.add(corner);
    }
  }
  // A file of one area needs no line that ends it; in one that has such lines the last is missing.
  if (listing.isOpen && listing.index === 0) listing.close(listing.lastLine, NO_CLOSING);
  else if (listing.isOpen) listing.leaveOpen(LEFT_OPEN);
  return { areas: listing.areas, stated: statedCrs(statements, report) };
}

const fieldsOf = (text: string): string[] => text.split(/[,，\t]/).map((field) => field.trim());

/** Whether a line names the columns of longitude and latitude. */
export const isHeading = (text: string): boolean =>
  !/\d{2}/.test(text) && /经度|纬度|longitude|latitude/i.test(text);
const headingOrder = (text: string): Axis =>
  text.search(/经度|longitude/i) <= text.search(/纬度|latitude/i) ? 'LONGITUDE' : 'LATITUDE';

interface Place {
  readonly index: number;
  readonly line: number;
  readonly ring: number;
  readonly vertex: number;
}

function readCorner(line: TextLine, first: Axis, place: Place, report: Report): ListedCorner | null {
  const [number = '', oneText = '', otherText = '', ...rest] = fieldsOf(line.text);
  if (!/^\d{1,9}$/.test(number) || rest.some((field) => field !== '')) {
    const message = `${quoted(line.text)} is neither a corner (number,longitude,latitude) nor the end of an area (*,elevation,elevation,name,sign).`;
    report('UNREADABLE', message, place);
    return null;
  }
  const [one, other] = [angleOf(oneText, number, place, report), angleOf(otherText, number, place, report)];
  const base = { number, xText: oneText, yText: otherText, line: line.number };
  if (!one || !other) return { ...base, x: Number.NaN, y: Number.NaN };
  const axis = one.axis ?? (other.axis && opposite(other.axis)) ?? first;
  if (axis === other.axis) {
    report('ANGLE_INVALID', `Corner ${number} has two angles of ${axis.toLowerCase()}.`, place);
    return { ...base, x: Number.NaN, y: Number.NaN };
  }
  const [longitude, latitude] = axis === 'LONGITUDE' ? [one, other] : [other, one];
  return { ...base, x: latitude.degrees, y: longitude.degrees };
}

const opposite = (axis: Axis): Axis => (axis === 'LONGITUDE' ? 'LATITUDE' : 'LONGITUDE');

function angleOf(text: string, number: string, place: Place, report: Report): Angle | null {
  const angle = readAngle(text);
  if (angle && !('fault' in angle)) return angle;
  const what = angle
    ? `${angle.fault}`
    : 'degrees, minutes and seconds look like 122°41′04.848″ or 1224104.848';
  report('ANGLE_INVALID', `${quoted(text)} of corner ${number} is no angle: ${what}.`, place);
  return null;
}

function datumSrid({ stated, areas }: Listing, sent: number | null, report: Report): number | null {
  const srid = stated === 'CONTRADICTED' ? stated : sridGiven(stated, sent, report);
  if (stated === 'CONTRADICTED' || srid === 'CONTRADICTED') return null;
  const given = srid === null ? null : sourceCrs(srid);
  if (srid !== null && given?.kind !== 'GEOGRAPHIC') {
    report('CRS_UNKNOWN', `EPSG:${srid} is not geographic; degrees, minutes and seconds are.`, {});
    return null;
  }
  const datum = stated?.datum ?? null;
  if (given && datum !== null && given.datum !== datum) {
    report('CRS_CONFLICT', `The file names another datum than EPSG:${srid} has (${given.name}).`, {});
    return null;
  }
  if (given) return given.srid;
  if (datum !== null) return geographicSrid(datum);
  if (areas.length === 0) return null;
  const what = stated
    ? `坐标系 ${quoted(stated.words)} ${stated.unclear}`
    : 'The file does not say the datum of its degrees';
  report('CRS_AMBIGUOUS', `${what}. ${CANDIDATES}`, {
    line: stated?.line ?? areas[0]?.corners[0]?.line ?? null,
  });
  return null;
}

const CANDIDATES = `Give srid: ${DATUM_ORDER.map(
  (datum) => `${geographicSrid(datum)} (${sourceCrs(geographicSrid(datum))?.name})`,
).join(', ')}; or write a line 坐标系=….`;
