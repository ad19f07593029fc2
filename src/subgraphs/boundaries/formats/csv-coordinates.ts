import { type Datum, sourceCrs } from '../../../spatial/crs.js';
import { FileFault } from './issue-list.js';
import { type NamedCrs, namedBeside } from './named-crs.js';

/** Names of columns of coordinates, without what stands in brackets and without the name of a datum. */
const NAMES = {
  wkt: ['wkt', 'geom', 'geometry', 'thegeom', 'wktgeom', '几何', '坐标串'],
  northing: ['x', 'x坐标', '纵坐标', '北坐标', 'northing', 'north'],
  easting: ['y', 'y坐标', '横坐标', '东坐标', 'easting', 'east'],
  latitude: ['latitude', 'lat', '纬度', '北纬'],
  longitude: ['longitude', 'lon', 'lng', 'long', '经度', '东经'],
} as const;

type Coordinate = keyof typeof NAMES;

/** A column of coordinates. */
export interface CoordinateColumn {
  readonly at: number;
  readonly name: string;
  /** What its name says of their CRS; null: nothing. */
  readonly crs: NamedCrs | null;
}

export type CoordinateColumns = Readonly<Record<Coordinate, readonly CoordinateColumn[]>>;

const IN_BRACKETS = /[(（[【][^)）\]】]*[)）\]】]?/g;
const DATUM =
  /(cgcs|国家|西安|北京|xi'?an|beijing|wgs)?(19)?(2000|80|54|84)年?(西安|北京|国家大地)?(坐标系)?/g;

const UNITS = /^(单位[:：]?)?(m|米|度|°|dd|dms|x|y)$/i;

/** The name of a column without that of a datum, and the words that may be one. */
function partedName(name: string): { readonly coordinate: string; readonly words: string } {
  const outside = name
    .replace(IN_BRACKETS, '')
    .toLowerCase()
    .replace(/[\s_\-\uFFFD]+/g, '');
  const coordinate = outside.replace(DATUM, '');
  const inside = name.match(IN_BRACKETS)?.flatMap((part) => part.slice(1).split(/[,，;；、)）\]】]/)) ?? [];
  const words = [outside.replace(coordinate, ''), ...inside.filter((part) => !UNITS.test(part.trim()))];
  return { coordinate, words: words.join(' ').trim() };
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
    const { coordinate, words } = partedName(name);
    const crs = namedBeside(words);
    for (const [meaning, names] of Object.entries(NAMES) as [Coordinate, readonly string[]][]) {
      if (names.includes(coordinate)) found[meaning].push({ at, name: name.trim(), crs });
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
  const named = columns.filter(({ crs }) => crs?.datum === datum);
  const unnamed = columns.filter(({ crs }) => crs === null);
  return [named, unnamed, columns].find(({ length }) => length > 0) ?? columns;
}

/** That more columns than one may hold the coordinates, and what to do. */
export function severalColumns(columns: readonly CoordinateColumn[], line: number): FileFault {
  const names = columns.map(({ name }) => `"${name.slice(0, 40)}"`).join(', ');
  const message = `More columns than one may hold the coordinates: ${names}. Leave those of one system in the file, or give its srid where the header tells them apart by datum or as degrees and metres.`;
  return new FileFault('COLUMNS_AMBIGUOUS', message, { line });
}
