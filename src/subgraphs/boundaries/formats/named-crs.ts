import { type Datum, sourceCrs } from '../../../spatial/crs.js';
import { quoted, type Report } from './corner-area.js';
import { crsName } from './crs-print.js';
import { plainName } from './crs-wkt.js';

/** What the words of a document say of a CRS. */
export interface NamedCrs {
  readonly datum: Datum | null;
  /** The EPSG code, where they give it or the name of a zone. */
  readonly srid: number | null;
  /** What is wrong with words that say neither for certain; null: nothing. */
  readonly unclear: string | null;
}

const UNKNOWN = 'names no datum that is known, or several';
const LOCAL =
  'names a local system, whose place in CGCS2000 is not known here: ask who issued the coordinates for those in CGCS2000';
const LOCAL_WORDS = /地方|独立|城市|城建|本地|当地|假定|工程坐标|local|independent/i;

/**
 * What words like 2000国家大地坐标系, 1980西安坐标系, 北京54, WGS-84 or EPSG:4529 say of a CRS. All of them must be
 * understood: 北京地方坐标系 is not Beijing 1954, and 54 in a code is no year.
 */
export function namedCrs(words: string): NamedCrs {
  const text = words.normalize('NFKC').trim();
  const [whole, digits] = EPSG.exec(text) ?? [];
  const srid = whole === undefined ? codeOrZone(text) : Number(digits);
  const rest = whole === undefined ? (srid === null ? text : '') : text.replace(whole, '');
  const { datum, isUnderstood } = datumOf(rest);
  if (srid === null) {
    return isUnderstood && datum !== null ? { datum, srid, unclear: null } : unclear(text);
  }
  const own = sourceCrs(srid)?.datum ?? null;
  return isUnderstood && (datum === null || datum === own)
    ? { datum: own, srid, unclear: null }
    : unclear(text);
}

const unclear = (words: string): NamedCrs => ({
  datum: null,
  srid: null,
  unclear: LOCAL_WORDS.test(words) ? LOCAL : UNKNOWN,
});

const EPSG = /(?:urn:ogc:def:crs:)?EPSG[:\s]{0,3}(\d{4,6})(?!\d)/i;

/** A code alone, or the name of a zone as EPSG or ESRI writes it. */
function codeOrZone(text: string): number | null {
  if (/^\d{4,6}$/.test(text) && sourceCrs(Number(text))) return Number(text);
  zones ??= zoneNames();
  return zones.get(plainName(text)) ?? null;
}

let zones: ReadonlyMap<string, number> | undefined;
/** No code of the table is greater. */
const LAST_SRID = 32_760;

function zoneNames(): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (let srid = 1; srid <= LAST_SRID; srid++) {
    if (sourceCrs(srid)?.kind !== 'PROJECTED') continue;
    for (const dialect of ['ESRI', 'OGC'] as const) names.set(plainName(crsName(srid, dialect)), srid);
  }
  return names;
}

/** The number of a meridian or zone is no year of a datum: 中央经线84°. */
const ZONE_WORDS = /(中央(经线|子午线)|带号|第)\D{0,3}\d+[°度]?(号?带)?|(\d{1,2}|[三六])[°度]?(号|分)?带/g;
const PLACES: readonly (readonly [RegExp, Datum])[] = [
  [/CGCS/gi, 'CGCS2000'],
  [/西安|XI'?AN/gi, 'XIAN_1980'],
  [/北京|BEIJING|PEKING/gi, 'BEIJING_1954'],
  [/WGS/gi, 'WGS_84'],
];
const YEARS: readonly (readonly [RegExp, Datum])[] = [
  [/(?<!\d)2000(?!\d)年?/g, 'CGCS2000'],
  [/(?<!\d)(19)?80(?!\d)年?/g, 'XIAN_1980'],
  [/(?<!\d)(19)?54(?!\d)年?/g, 'BEIJING_1954'],
  [/(?<!\d)(19)?84(?!\d)年?/g, 'WGS_84'],
];
/** What stands beside the name of a datum without changing it. */
const BESIDE =
  /坐标系统?|坐标|国家|中国|大地|平面|直角|基准|高斯-?(克吕格|克里格)?|投影|GEODETIC|COORDINATE|SYSTEM|DATUM|CHINA|GCS|[\s_\-,.;:/()[\]【】=°]/gi;

interface FoundDatum {
  readonly datum: Datum | null;
  /** Whether there is any word that datums are named by. */
  readonly isNamed: boolean;
  /** Whether no word is left that could make it another system. */
  readonly isUnderstood: boolean;
}

/** A datum is named by its year; the place that may stand with it must be its own. */
function datumOf(words: string): FoundDatum {
  let rest = words.replace(ZONE_WORDS, '');
  const take = (of: readonly (readonly [RegExp, Datum])[]): Set<Datum> => {
    const found = of.filter(([pattern]) => rest.search(pattern) >= 0);
    for (const [pattern] of found) rest = rest.replace(pattern, ' ');
    return new Set(found.map(([, datum]) => datum));
  };
  const [places, years] = [take(PLACES), take(YEARS)];
  const [datum = null, other] = years;
  const isOne = other === undefined && [...places].every((place) => place === datum);
  return {
    datum: isOne ? datum : null,
    isNamed: places.size + years.size > 0,
    isUnderstood: isOne && rest.replace(BESIDE, '') === '',
  };
}

const MAY_NAME_CRS = /坐标系|EPSG/i;

/** The same for what stands beside a name that need not say anything, as in the header of a column: null. */
export function namedBeside(words: string): NamedCrs | null {
  const named = namedCrs(words);
  const says =
    MAY_NAME_CRS.test(words) || LOCAL_WORDS.test(words) || datumOf(words.normalize('NFKC')).isNamed;
  return named.unclear === null || says ? named : null;
}

/** A line of a file that names its CRS. */
export interface CrsStatement {
  readonly words: string;
  readonly line: number;
}

export type StatedCrs = NamedCrs & CrsStatement;

/** What the lines of a file say together; null where there are none, CONTRADICTED where they differ, which is told. */
export function statedCrs(
  statements: readonly CrsStatement[],
  report: Report,
  read: (words: string) => NamedCrs = namedCrs,
): StatedCrs | null | 'CONTRADICTED' {
  const [first, ...others] = statements;
  if (!first) return null;
  const named = read(first.words);
  const other = others.find(({ words }) => words !== first.words && !isSame(named, read(words)));
  if (other) {
    const message = `Line ${first.line} says the coordinate system is ${quoted(first.words)}, line ${other.line} ${quoted(other.words)}: leave the one that is right.`;
    report('CRS_CONFLICT', message, { line: other.line });
    return 'CONTRADICTED';
  }
  return { ...named, ...first };
}

/** The SRID of a file that names it, or whose sender does; null where neither does, CONTRADICTED where they differ. */
export function sridGiven(
  stated: StatedCrs | null,
  given: number | null,
  report: Report,
): number | null | 'CONTRADICTED' {
  const own = stated?.srid ?? null;
  if (own === null || given === null || own === given) return given ?? own;
  const message = `The file says EPSG:${own}, the import EPSG:${given}; leave srid out.`;
  report('CRS_CONFLICT', message, { line: stated?.line ?? null });
  return 'CONTRADICTED';
}

const isSame = (one: NamedCrs, other: NamedCrs): boolean =>
  one.datum !== null && one.datum === other.datum && one.srid === other.srid;
