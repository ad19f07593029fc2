import {
  centralMeridian,
  gaussKruegerSrid,
  gaussKruegerZone,
  noSuchZone,
  sourceCrs,
  zoneDegrees,
} from '../../../spatial/crs.js';
import { quoted, type Report } from './corner-area.js';
import { type CrsStatement, type StatedCrs, sridGiven, statedCrs } from './named-crs.js';
import type { TextLine } from './text.js';

interface Entry {
  readonly value: string;
  readonly line: number;
}

/** What the block `[属性描述]` says of the coordinates. */
export interface LandHeader {
  /** The first line of each key. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** All lines that name the CRS. */
  readonly crs: readonly CrsStatement[];
  /** A line that says otherwise than the first of its key. */
  readonly contradiction: (Entry & { readonly key: string }) | null;
}

const CRS_KEY = '坐标系';
/** Keys by which coordinates are read, each of which may stand again with the same value. */
const READ_KEYS: readonly string[] = ['投影类型', '计量单位', '几度分带', '带号', '转换参数'];

export function readHeader(lines: readonly TextLine[]): LandHeader {
  const entries = new Map<string, Entry>();
  const crs: CrsStatement[] = [];
  let contradiction: LandHeader['contradiction'] = null;
  for (const { text, number: line } of lines) {
    const [, rawKey = '', rawValue = ''] = /^([^=＝]*)[=＝](.*)$/.exec(text) ?? [];
    const [key, value] = [rawKey.trim(), rawValue.trim()];
    if (key === CRS_KEY && value !== '') crs.push({ words: value, line });
    const first = entries.get(key);
    if (!first || first.value === '') entries.set(key, { value, line });
    else if (READ_KEYS.includes(key) && value !== '' && value !== first.value)
      contradiction ??= { key, value, line };
  }
  return { entries, crs, contradiction };
}

const NO_PLANE =
  '坐标系 says WGS 84, which has no Gauss-Krüger zones, so that nothing tells the plane of these coordinates. Ask who issued the file for its coordinates in CGCS2000; give srid only if they are in a UTM zone of WGS 84 (EPSG:32601 to 32660).';

const isGiven = (value: string | undefined): value is string => value !== undefined && value !== '';

/** What the header must say, if it says anything. */
const EXPECTED: readonly (readonly [key: string, RegExp, why: string])[] = [
  ['投影类型', /高斯|gauss/i, 'land parcels are taken in Gauss-Krüger zones'],
  ['计量单位', /^米$|^m(et(er|re)s?)?$/i, 'coordinates are taken in metres (米)'],
];

/** Transformation parameters other than zero: the coordinates may not be what the header says until they are applied. */
export function transformation({ entries }: LandHeader): { value: string; line: number } | null {
  const entry = entries.get('转换参数');
  return entry && /[1-9]/.test(entry.value) ? entry : null;
}

/**
 * The SRID of a land-parcel file: that of its datum, zone width and zone number, or `srid`, which may not contradict
 * them. `prefix` is the number that leads the eastings, null where none does. Null when it cannot be told; told why.
 */
export function landSrid(
  header: LandHeader,
  prefix: number | null,
  srid: number | null,
  report: Report,
): number | null {
  const { entries, contradiction } = header;
  if (contradiction) {
    const { key, value, line } = contradiction;
    const first = entries.get(key);
    const message = `${key} is ${quoted(first?.value ?? '')} in line ${first?.line} and ${quoted(value)} in line ${line}: leave the one that is right.`;
    report('CRS_CONFLICT', message, { line });
    return null;
  }
  for (const [key, pattern, why] of EXPECTED) {
    const entry = entries.get(key);
    if (!entry || !isGiven(entry.value) || pattern.test(entry.value)) continue;
    report('CRS_UNKNOWN', `${key} is ${quoted(entry.value)}: ${why}.`, { line: entry.line });
    return null;
  }
  const zone = zoneOf(header, prefix, report);
  const stated = statedCrs(header.crs, report);
  if (zone === null || stated === 'CONTRADICTED') return null;
  const given = sridGiven(stated, srid, report);
  if (given === 'CONTRADICTED') return null;
  if (given !== null) return agreed(given, stated, zone, report);
  const line = stated?.line ?? entries.get(CRS_KEY)?.line ?? null;
  const datum = stated?.datum ?? null;
  if (datum === 'WGS_84') {
    report('CRS_UNKNOWN', NO_PLANE, { line });
    return null;
  }
  if (datum === null) {
    report('CRS_AMBIGUOUS', ambiguous(stated, zone, prefix !== null), { line });
    return null;
  }
  if (zone.number === null) {
    const message = 'Neither the eastings nor 带号 say the zone. Give srid.';
    report('CRS_MISSING', message, { line: entries.get('带号')?.line ?? null });
    return null;
  }
  return gaussKruegerSrid({ datum, degrees: zone.degrees, zone: zone.number, prefixed: prefix !== null });
}

/** `srid`, if datum and zone that the file says are its own. */
function agreed(srid: number, stated: StatedCrs | null, zone: Zone, report: Report): number | null {
  const crs = sourceCrs(srid);
  if (crs?.kind !== 'PROJECTED') {
    report('CRS_UNKNOWN', `EPSG:${srid} is no Gauss-Krüger zone; a land-parcel file is in one.`, {});
    return null;
  }
  const line = stated?.line ?? null;
  const own = gaussKruegerZone(srid);
  const said = zone.number === null ? null : { degrees: zone.degrees, zone: zone.number };
  if (own && said && centralMeridian(own) !== centralMeridian(said)) {
    const message = `The file says zone ${said.zone}, while EPSG:${srid} is zone ${own.zone}.`;
    report('CRS_CONFLICT', message, { line });
    return null;
  }
  const datum = stated?.datum ?? null;
  if (datum === null || crs.datum === datum) return srid;
  report('CRS_CONFLICT', `The file names another datum than EPSG:${srid} has (${crs.name}).`, { line });
  return null;
}

interface Zone {
  readonly degrees: 3 | 6;
  readonly number: number | null;
}

/** Zone and width, by the header and by the eastings' prefix, which must agree. Null: told why. */
function zoneOf({ entries }: LandHeader, prefix: number | null, report: Report): Zone | null {
  const [width, stated] = [entries.get('几度分带'), entries.get('带号')];
  const degrees = numberIn(width?.value);
  const zone = numberIn(stated?.value);
  if (degrees !== null && degrees !== 3 && degrees !== 6) {
    report('ZONE_UNKNOWN', `几度分带 is ${quoted(width?.value ?? '')}: zones have 3 or 6 degrees.`, {
      line: width?.line ?? null,
    });
    return null;
  }
  if (zone !== null && prefix !== null && zone !== prefix) {
    const message = `带号 is ${zone}, while the eastings begin with ${prefix}.`;
    report('MIXED_ZONE', message, { line: stated?.line ?? null });
    return null;
  }
  const number = prefix ?? zone;
  const told = number === null ? null : zoneDegrees(number);
  if (number !== null && told === null) {
    report('ZONE_UNKNOWN', `${noSuchZone(number)}.`, { line: stated?.line ?? null });
    return null;
  }
  if (degrees !== null && told !== null && degrees !== told) {
    const message = `Zone ${number} is one of ${told}°, while 几度分带 is ${degrees}.`;
    report('MIXED_ZONE', message, { line: width?.line ?? null });
    return null;
  }
  return { degrees: degrees ?? told ?? 3, number };
}

function numberIn(value: string | undefined): number | null {
  const [digits] = /\d+/.exec(value?.normalize('NFKC') ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
}

function ambiguous(stated: StatedCrs | null, { degrees, number }: Zone, prefixed: boolean): string {
  const what = stated ? `坐标系 ${quoted(stated.words)} ${stated.unclear}` : '坐标系 says nothing';
  const candidates = (['CGCS2000', 'XIAN_1980', 'BEIJING_1954'] as const).flatMap((datum) => {
    const srid = number === null ? null : gaussKruegerSrid({ datum, degrees, zone: number, prefixed });
    const name = srid === null ? null : sourceCrs(srid)?.name;
    return name ? [`EPSG:${srid} (${name})`] : [];
  });
  const which = candidates.length > 0 ? candidates.join(', ') : "CGCS2000, Xi'an 1980, Beijing 1954";
  return `${what}. Give srid: ${which}.`;
}
