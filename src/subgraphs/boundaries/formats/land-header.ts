import {
  type Datum,
  datumNamed,
  gaussKruegerSrid,
  noSuchZone,
  sourceCrs,
  zoneDegrees,
} from '../../../spatial/crs.js';
import { quoted, type Report } from './corner-area.js';
import type { TextLine } from './text.js';

/** What the block `[属性描述]` says of the coordinates: each with the line it stands on. */
export interface LandHeader {
  readonly entries: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
}

export function readHeader(lines: readonly TextLine[]): LandHeader {
  const entries = new Map<string, { value: string; line: number }>();
  for (const { text, number } of lines) {
    const [, key = '', value = ''] = /^([^=＝]*)[=＝](.*)$/.exec(text) ?? [];
    if (key.trim() !== '') entries.set(key.trim(), { value: value.trim(), line: number });
  }
  return { entries };
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
  const { entries } = header;
  for (const [key, pattern, why] of EXPECTED) {
    const entry = entries.get(key);
    if (!entry || !isGiven(entry.value) || pattern.test(entry.value)) continue;
    report('CRS_UNKNOWN', `${key} is ${quoted(entry.value)}: ${why}.`, { line: entry.line });
    return null;
  }
  const zone = zoneOf(header, prefix, report);
  if (zone === null) return null;
  const stated = entries.get('坐标系');
  const datum = stated && isGiven(stated.value) ? datumNamed(stated.value) : null;
  if (srid !== null) return agreed(srid, datum, stated?.line ?? null, report);
  if (datum === 'WGS_84') {
    report('CRS_UNKNOWN', NO_PLANE, { line: stated?.line ?? null });
    return null;
  }
  if (datum === null) {
    report('CRS_AMBIGUOUS', ambiguous(stated?.value ?? '', zone, prefix !== null), {
      line: stated?.line ?? null,
    });
    return null;
  }
  if (zone.number === null) {
    const message = 'Neither the eastings nor 带号 say the zone. Give srid.';
    report('CRS_MISSING', message, { line: entries.get('带号')?.line ?? null });
    return null;
  }
  return gaussKruegerSrid({ datum, degrees: zone.degrees, zone: zone.number, prefixed: prefix !== null });
}

function agreed(srid: number, datum: Datum | null, line: number | null, report: Report): number | null {
  const crs = sourceCrs(srid);
  if (crs?.kind !== 'PROJECTED') {
    report('CRS_UNKNOWN', `EPSG:${srid} is no Gauss-Krüger zone; a land-parcel file is in one.`, {});
    return null;
  }
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
  const [digits] = /\d+/.exec(value ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
}

function ambiguous(words: string, { degrees, number }: Zone, prefixed: boolean): string {
  const what =
    words === '' ? '坐标系 says nothing' : `坐标系 ${quoted(words)} names no datum that is known, or several`;
  const candidates = (['CGCS2000', 'XIAN_1980', 'BEIJING_1954'] as const).flatMap((datum) => {
    const srid = number === null ? null : gaussKruegerSrid({ datum, degrees, zone: number, prefixed });
    const name = srid === null ? null : sourceCrs(srid)?.name;
    return name ? [`EPSG:${srid} (${name})`] : [];
  });
  const which = candidates.length > 0 ? candidates.join(', ') : "CGCS2000, Xi'an 1980, Beijing 1954";
  return `${what}. Give srid: ${which}.`;
}
