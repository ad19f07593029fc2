import { type Datum, datumsNamed, sourceCrs } from '../../../spatial/crs.js';
import { FileFault } from './issue-list.js';

/** Names of columns of coordinates, without what stands in brackets and without the name of a datum. */
const NAMES = {
  wkt: ['wkt', 'geom', 'geometry', 'thegeom', 'wktgeom', '几何', '坐标串'],
  northing: ['x', 'x坐标', '纵坐标', '北坐标', 'northing', 'north'],
  easting: ['y', 'y坐标', '横坐标', '东坐标', 'easting', 'east'],
  latitude: ['latitude', 'lat', '纬度', '北纬'],
  longitude: ['longitude', 'lon', 'lng', 'long', '经度', '东经'],
} as const;

type Coordinate = keyof typeof NAMES;

/** A column of coordinates, and what its name says of their datum. */
export interface CoordinateColumn extends NamedDatum {
  readonly at: number;
  readonly name: string;
}

export type CoordinateColumns = Readonly<Record<Coordinate, readonly CoordinateColumn[]>>;

/** What words say of a datum: which one, or (`unclear`) several or one that is not known. */
export interface NamedDatum {
  readonly datum: Datum | null;
  readonly unclear: boolean;
}

/** The number of a meridian or zone is no year of a datum: 中央经线84°. */
const ZONE_WORDS = /(中央(经线|子午线)|带号|第)\D{0,3}\d+/g;

export function datumIn(words: string): NamedDatum {
  const plain = words.replace(ZONE_WORDS, '');
  const [datum = null, second] = datumsNamed(plain);
  if (second !== undefined) return { datum: null, unclear: true };
  return { datum, unclear: datum === null && /坐标系|独立|地方|local/i.test(plain) };
}

const IN_BRACKETS = /[(（[【][^)）\]】]*[)）\]】]?/g;
const DATUM =
  /(cgcs|国家|西安|北京|xi'?an|beijing|wgs)?(19)?(2000|80|54|84)年?(西安|北京|国家大地)?(坐标系)?/g;

function coordinateName(name: string): string {
  const plain = name
    .replace(IN_BRACKETS, '')
    .toLowerCase()
    .replace(/[\s_\-\uFFFD]+/g, '');
  return plain.replace(DATUM, '');
}

/** Every column of the header that may hold coordinates. */
export function coordinateColumns(header: readonly string[]): CoordinateColumns {
  const found: Record<Coordinate, CoordinateColumn[]> = {
    wkt: [],
    northing: [],
    easting: [],
    latitude: [],
    longitude: [],
  };
  header.forEach((name, at) => {
    const plain = coordinateName(name);
    for (const [meaning, names] of Object.entries(NAMES) as [Coordinate, readonly string[]][]) {
      if (names.includes(plain)) found[meaning].push({ at, name: name.trim(), ...datumIn(name) });
    }
  });
  return found;
}

/** The two columns that hold the corners. */
export interface CornerColumns {
  /** Northing or latitude. */
  readonly first: CoordinateColumn;
  /** Easting or longitude. */
  readonly second: CoordinateColumn;
  readonly isGeographic: boolean;
}

interface Candidates extends Pick<CornerColumns, 'isGeographic'> {
  readonly first: readonly CoordinateColumn[];
  readonly second: readonly CoordinateColumn[];
}

function candidatesOf({ northing, easting, latitude, longitude }: CoordinateColumns): Candidates[] {
  const all = [
    { isGeographic: false, first: northing, second: easting },
    { isGeographic: true, first: latitude, second: longitude },
  ];
  return all.filter(({ first, second }) => first.length > 0 && second.length > 0);
}

/** Whether corners have a place: northing and easting, or latitude and longitude. */
export const hasCorners = (columns: CoordinateColumns): boolean => candidatesOf(columns).length > 0;

/**
 * The columns of the corners: the only ones, or those that alone can be in `srid`. Null where there are none.
 * Errors: `FileFault` COLUMNS_AMBIGUOUS that names the candidates.
 */
export function cornerColumns(
  columns: CoordinateColumns,
  srid: number | null,
  line: number,
): CornerColumns | null {
  const given = srid === null ? null : sourceCrs(srid);
  const all = candidatesOf(columns);
  const ofKind = all.filter(({ isGeographic }) => isGeographic === (given?.kind === 'GEOGRAPHIC'));
  const left = (given && ofKind.length > 0 ? ofKind : all).map(({ isGeographic, first, second }) => ({
    isGeographic,
    first: inDatum(first, given?.datum ?? null),
    second: inDatum(second, given?.datum ?? null),
  }));
  const [only, other] = left;
  if (!only) return null;
  const [first, moreFirst] = only.first;
  const [second, moreSecond] = only.second;
  if (!other && !moreFirst && !moreSecond && first && second) {
    return { first, second, isGeographic: only.isGeographic };
  }
  const names = left.flatMap((one) => [...one.first, ...one.second]).sort((a, b) => a.at - b.at);
  throw severalColumns(names, line);
}

/** Of several columns those whose name says `datum`, else those that say nothing of it. */
function inDatum(columns: readonly CoordinateColumn[], datum: Datum | null): readonly CoordinateColumn[] {
  if (columns.length < 2 || datum === null) return columns;
  const named = columns.filter((column) => column.datum === datum);
  const unnamed = columns.filter((column) => column.datum === null && !column.unclear);
  return [named, unnamed, columns].find(({ length }) => length > 0) ?? columns;
}

/** That more columns than one may hold the coordinates, and what to do. */
export function severalColumns(columns: readonly CoordinateColumn[], line: number): FileFault {
  const names = columns.map(({ name }) => `"${name.slice(0, 40)}"`).join(', ');
  const message = `More columns than one may hold the coordinates: ${names}. Leave those of one system in the file, or give its srid where the header tells them apart by datum or as degrees and metres.`;
  return new FileFault('COLUMNS_AMBIGUOUS', message, { line });
}
