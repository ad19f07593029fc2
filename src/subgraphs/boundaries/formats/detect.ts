import { AppError } from '../../../platform/errors.js';
import { sourceCrs } from '../../../spatial/crs.js';
import type { IntakeFormat } from '../../../vocabulary/intake.js';
import { isCsvHeader } from './csv-columns.js';
import { isHeading as isDmsHeading } from './dms.js';
import { isSqlite } from './geopackage-pages.js';
import type { IntakeInput } from './intake-file.js';
import { namesInZip } from './zip-directory.js';
import { isZip } from './zip-magic.js';

/** Text that is enough to know a format by. */
const BEGINNING = 20_000;

/** How each format of text begins. More than one may look alike: degrees packed into digits are one. */
const LOOKS: readonly (readonly [IntakeFormat, (text: string, lines: readonly string[]) => boolean])[] = [
  ['GEOJSON', (text) => text.startsWith('{')],
  ['WKT', (text) => /^(SRID\s*=\s*\d+\s*;\s*)?(MULTI)?POLYGON/i.test(text)],
  ['KML', (text) => text.startsWith('<') && /<([\w.-]+:)?kml[\s>]/i.test(text)],
  ['LAND_TXT', (text) => /^\s*[[【]\s*(属性描述|地块坐标)\s*[\]】]/m.test(text)],
  ['SUBMISSION_TEXT', (text) => /^\s*(矿区范围拐点坐标与标高的总行数|XY0*1)\s*[=＝]/im.test(text)],
  ['STORED_STRING', (_text, [line = '']) => isStoredString(line)],
  ['CORNER_LIST', (_text, lines) => isCornerList(lines)],
  ['DMS', (_text, lines) => isDms(lines)],
];

/** What stands where a number belongs, be it one that is taken or not: the reader says what is wrong with it. */
const NUMERIC = '[-+＋－]?[\\d.０-９．]+(?:[eE][-+]?\\d+)?';
/** Number, X and Y. */
const CORNER = new RegExp(`^[\\d０-９]{1,9}\\s*[,，]\\s*${NUMERIC}\\s*[,，]\\s*[-+＋－]?[\\d.０-９．]`);
const COORDINATE = `(?=[^,，]{5})${NUMERIC}`;
/** Areas, corners, and then the first corner's number, X and Y. */
const STORED = new RegExp(
  `^\\d{1,6}\\s*[,，]\\s*\\d{1,6}\\s*[,，]\\s*\\d{1,9}\\s*[,，]\\s*${COORDINATE}\\s*[,，]\\s*${COORDINATE}`,
);
const CLOSING = /^[*＊]\s*[,，]/;

const isStoredString = (line: string): boolean => STORED.test(line);

/** Whether the first line is a corner, or numbered like one before a line that is. */
function isCornerList([line = '', ...others]: readonly string[]): boolean {
  if (CLOSING.test(line)) return true;
  if (isStoredString(line)) return false;
  if (CORNER.test(line)) return true;
  const next = others.find((other) => !CLOSING.test(other)) ?? '';
  return CORNER_NUMBER.test(line) && !SEPARATED_CORNER.test(line) && CORNER.test(next);
}

const SEPARATED_CORNER =
  /^\d{1,9}\s*[,，\t]\s*([EWNS]|东经|西经|北纬|南纬)?\s*\d{1,3}\s*([°º˚度]|[-:]|\s)\s*\d{1,2}\s*([′'’‘分]|[-:]|\s)\s*\d/i;
const PACKED_ANGLE = '(\\d{2,3})[0-5]\\d[0-5]\\d(?:\\.\\d*)?';
const PACKED_CORNER = new RegExp(
  `^\\d{1,9}\\s*[,，]\\s*${PACKED_ANGLE}\\s*[,，]\\s*${PACKED_ANGLE}\\s*[,，\\s]*$`,
);
const CORNER_NUMBER = /^\d{1,9}\s*[,，\t]/;

/** Whether the first corner that has the form of one is in degrees, or all that are there could be. */
function isDms(lines: readonly string[]): boolean {
  const corners = lines.filter((line) => CORNER_NUMBER.test(line));
  const first = corners.find((line) => SEPARATED_CORNER.test(line) || CORNER.test(line)) ?? '';
  if (SEPARATED_CORNER.test(first)) return true;
  const before = lines.slice(
    0,
    lines.findIndex((line) => CORNER_NUMBER.test(line)),
  );
  return before.every(isDmsPreamble) && corners.length > 0 && corners.every(isPackedCorner);
}

const isDmsPreamble = (line: string): boolean => /[=＝]|^[*＊]/.test(line) || isDmsHeading(line);

/** One angle is a longitude and the other a latitude: `4210000` has the digits of an angle, but 421° is none. */
function isPackedCorner(line: string): boolean {
  const [, one, other] = PACKED_CORNER.exec(line) ?? [];
  if (one === undefined || other === undefined) return false;
  const [latitude, longitude] = [Number(one), Number(other)].sort((a, b) => a - b);
  return (latitude ?? 0) <= 90 && (longitude ?? 0) <= 180;
}

/** Formats whose corners lie in a plane. */
const PLANE: readonly IntakeFormat[] = ['CORNER_LIST', 'STORED_STRING', 'SUBMISSION_TEXT', 'LAND_TXT'];

/** Of several formats those that can be in the CRS that the sender says, if there are any. */
function inCrs(formats: readonly IntakeFormat[], srid: number | null): readonly IntakeFormat[] {
  const kind = srid === null ? undefined : sourceCrs(srid)?.kind;
  if (formats.length < 2 || kind === undefined) return formats;
  const left = formats.filter((format) =>
    kind === 'PROJECTED' ? format !== 'DMS' : !PLANE.includes(format),
  );
  return left.length > 0 ? left : formats;
}

/**
 * The formats that a file may be in, by how it begins: magic numbers of binary ones, the first lines of text. A reading
 * that cannot succeed, be it for the `srid` that the sender says, is none where another can.
 */
export function detectFormats(
  { bytes, text }: IntakeInput,
  srid: number | null = null,
): readonly IntakeFormat[] {
  if (isZip(bytes)) return zipFormats(bytes);
  if (isSqlite(bytes)) return ['GEOPACKAGE'];
  // Text has no NUL. What other binary formats have before their first is like no text; a text may have some behind it.
  const start = text().slice(0, BEGINNING).split('\0', 1).join('').trimStart();
  const lines = start.split(/\r\n|\n|\r/).flatMap((line) => (/^[,，\s]*$/.test(line) ? [] : [line.trim()]));
  // The last line may be cut.
  const whole = start.length < BEGINNING || lines.length === 1 ? lines : lines.slice(0, -1);
  const alike = LOOKS.filter(([, looks]) => looks(start, whole)).map(([format]) => format);
  // A heading over angles, with their signs or packed into digits, is no table of numbers.
  const isAngles = alike.includes('DMS') || whole.some((line) => SEPARATED_CORNER.test(line));
  return inCrs(isCsvHeader(whole[0] ?? '') && !isAngles ? [...alike, 'CSV'] : alike, srid);
}

function zipFormats(bytes: Uint8Array): IntakeFormat[] {
  const names = namesInZip(bytes);
  const holds: readonly (readonly [IntakeFormat, RegExp])[] = [
    ['SHAPEFILE', /\.shp$/i],
    ['KML', /\.kml$/i],
  ];
  return holds.filter(([, ending]) => names.some((name) => ending.test(name))).map(([format]) => format);
}

/**
 * The format of a file nobody named it for. Errors: `FORMAT_UNKNOWN` for a file that begins like none,
 * `FORMAT_AMBIGUOUS` with the candidates for one that could be in several.
 */
export function detectFormat(
  input: IntakeInput,
  formats: readonly IntakeFormat[],
  srid: number | null,
): IntakeFormat {
  const candidates = detectFormats(input, srid);
  const [only] = candidates;
  if (only && candidates.length === 1) return only;
  if (only) {
    throw new AppError(
      'FORMAT_AMBIGUOUS',
      `The file can be read as ${candidates.join(' or ')}. Say which: format.`,
      { field: 'format', candidates },
    );
  }
  throw new AppError(
    'FORMAT_UNKNOWN',
    `The file begins like none of the formats ${formats.join(', ')}.${adviceFor(input.bytes)} Say which it is: format.`,
    { field: 'format' },
  );
}

/** What some binary files are, and what to send instead. */
function adviceFor(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if (a === 0 && b === 0 && c === 0x27 && d === 0x0a) {
    return ' It is the .shp of a shapefile alone: send .shp, .dbf and .prj in one zip.';
  }
  if (bytes.every((byte) => byte === 0)) return ' It holds nothing but zero bytes: copy it again.';
  if (isZip(bytes)) return ' It is a zip without a .shp or .kml.';
  return '';
}
