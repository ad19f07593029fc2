import type { CrsClass } from '../vocabulary/boundaries.js';

/**
 * Coordinate reference systems by arithmetic on the EPSG code, as the EPSG registry numbers them.
 * Source: EPSG dataset, where each series of Gauss-Krüger zones is numbered from west to east without a gap.
 */

/** Longitudes for which a 3° Gauss-Krüger zone without prefix exists. */
const GAUSS_KRUEGER_WEST = 73.5;
const GAUSS_KRUEGER_EAST = 136.5;

/**
 * SRID of the plane in which activity at `longitude`, `latitude` is judged: the CGCS2000 3° Gauss-Krüger zone
 * without prefix (4534 + round((λ−75)/3)); outside 73.5°–136.5°E the WGS 84 UTM zone.
 */
export function judgingSrid(longitude: number, latitude: number): number {
  if (longitude >= GAUSS_KRUEGER_WEST && longitude <= GAUSS_KRUEGER_EAST) {
    return Math.min(4554, 4534 + Math.round((longitude - 75) / 3));
  }
  const zone = Math.min(60, Math.floor((longitude + 180) / 6) + 1);
  return (latitude >= 0 ? 32600 : 32700) + zone;
}

export type Datum = 'CGCS2000' | 'XIAN_1980' | 'BEIJING_1954' | 'WGS_84';

/** A coordinate reference system that permitted areas may be issued in. */
export interface SourceCrs {
  readonly srid: number;
  readonly name: string;
  readonly datum: Datum;
  readonly kind: 'GEOGRAPHIC' | 'PROJECTED';
  /** Whether its transform to CGCS2000 is known, or only to tens of metres. */
  readonly crsClass: CrsClass;
  /** Zone number that leads the eastings, or null where they carry none. */
  readonly zonePrefix: number | null;
}

/** A Gauss-Krüger zone: 13–23 of 6°, 25–45 of 3°. */
export interface GaussKruegerZone {
  readonly datum: Exclude<Datum, 'WGS_84'>;
  readonly degrees: 3 | 6;
  readonly zone: number;
  /** Whether eastings begin with the zone's number. */
  readonly prefixed: boolean;
}

/** An ellipsoid of revolution. */
export interface Ellipsoid {
  readonly axisMetres: number;
  readonly inverseFlattening: number;
}

interface DatumFacts {
  readonly name: string;
  readonly geographic: number;
  readonly crsClass: CrsClass;
  readonly ellipsoid: Ellipsoid;
}

const ellipsoid = (axisMetres: number, inverseFlattening: number): Ellipsoid => ({
  axisMetres,
  inverseFlattening,
});

/** Transforms of the old datums to CGCS2000 are known to PROJ only without their parameters, to tens of metres. */
const DATUMS: Readonly<Record<Datum, DatumFacts>> = {
  CGCS2000: {
    name: 'CGCS2000',
    geographic: 4490,
    crsClass: 'EXACT',
    ellipsoid: ellipsoid(6378137, 298.257222101),
  },
  XIAN_1980: {
    name: "Xi'an 1980",
    geographic: 4610,
    crsClass: 'BALLPARK',
    ellipsoid: ellipsoid(6378140, 298.257),
  },
  BEIJING_1954: {
    name: 'Beijing 1954',
    geographic: 4214,
    crsClass: 'BALLPARK',
    ellipsoid: ellipsoid(6378245, 298.3),
  },
  WGS_84: {
    name: 'WGS 84',
    geographic: 4326,
    crsClass: 'EXACT',
    ellipsoid: ellipsoid(6378137, 298.257223563),
  },
};
const DATUM_NAMES = Object.keys(DATUMS) as readonly Datum[];

interface ZoneSeries extends Omit<GaussKruegerZone, 'zone'> {
  /** EPSG code of the westernmost zone; the others follow it eastwards. */
  readonly first: number;
}

const GAUSS_KRUEGER: readonly ZoneSeries[] = [
  { datum: 'CGCS2000', degrees: 6, prefixed: true, first: 4491 },
  { datum: 'CGCS2000', degrees: 6, prefixed: false, first: 4502 },
  { datum: 'CGCS2000', degrees: 3, prefixed: true, first: 4513 },
  { datum: 'CGCS2000', degrees: 3, prefixed: false, first: 4534 },
  { datum: 'XIAN_1980', degrees: 6, prefixed: true, first: 2327 },
  { datum: 'XIAN_1980', degrees: 6, prefixed: false, first: 2338 },
  { datum: 'XIAN_1980', degrees: 3, prefixed: true, first: 2349 },
  { datum: 'XIAN_1980', degrees: 3, prefixed: false, first: 2370 },
  { datum: 'BEIJING_1954', degrees: 6, prefixed: true, first: 21413 },
  { datum: 'BEIJING_1954', degrees: 6, prefixed: false, first: 21453 },
  { datum: 'BEIJING_1954', degrees: 3, prefixed: true, first: 2401 },
  { datum: 'BEIJING_1954', degrees: 3, prefixed: false, first: 2422 },
];

/** Numbers of the zones of China, by their width. */
const ZONES: Readonly<Record<3 | 6, readonly [first: number, last: number]>> = {
  3: [25, 45],
  6: [13, 23],
};

/** The width of the zone of that number, as the two widths have none in common; null where China has no such zone. */
export const zoneDegrees = (zone: number): GaussKruegerZone['degrees'] | null =>
  ([3, 6] as const).find((degrees) => zone >= ZONES[degrees][0] && zone <= ZONES[degrees][1]) ?? null;

/** What is wrong with a number that no zone has. */
export const noSuchZone = (zone: number): string =>
  `${zone} is no zone of China (3°: ${ZONES[3].join('–')}, 6°: ${ZONES[6].join('–')})`;

/** Longitude of a zone's central meridian. */
export const centralMeridian = ({ degrees, zone }: Pick<GaussKruegerZone, 'degrees' | 'zone'>): number =>
  degrees === 3 ? 3 * zone : 6 * zone - 3;

/** Looked up for every area: the few hundred there are, once they were asked for. */
const ASKED = new Map<number, SourceCrs>();

/** What is known of `srid`; null when the hub does not take areas in it. */
export function sourceCrs(srid: number): SourceCrs | null {
  const asked = ASKED.get(srid);
  if (asked) return asked;
  const crs = lookUp(srid);
  if (crs) ASKED.set(srid, crs);
  return crs;
}

function lookUp(srid: number): SourceCrs | null {
  const datum = DATUM_NAMES.find((name) => DATUMS[name].geographic === srid);
  if (datum) return { ...known(srid, datum), kind: 'GEOGRAPHIC', zonePrefix: null };
  const zone = gaussKruegerZone(srid);
  if (zone) {
    const without = zone.prefixed ? '' : ' without prefix';
    const { name, ...crs } = known(srid, zone.datum);
    const zonePrefix = zone.prefixed ? zone.zone : null;
    return { ...crs, name: `${name} ${zone.degrees}° zone${without}`, kind: 'PROJECTED', zonePrefix };
  }
  const hemisphere = isUtm(srid) ? (srid < 32700 ? 'north' : 'south') : null;
  if (hemisphere === null) return null;
  return { ...known(srid, 'WGS_84'), name: `WGS 84 UTM ${hemisphere}`, kind: 'PROJECTED', zonePrefix: null };
}

const known = (srid: number, datum: Datum) => ({
  srid,
  datum,
  name: DATUMS[datum].name,
  crsClass: DATUMS[datum].crsClass,
});

const isUtm = (srid: number): boolean =>
  Number.isInteger(srid) && ((srid > 32600 && srid <= 32660) || (srid > 32700 && srid <= 32760));

/** The Gauss-Krüger zone that `srid` is; null for any other CRS. */
export function gaussKruegerZone(srid: number): GaussKruegerZone | null {
  if (!Number.isInteger(srid)) return null;
  for (const { first, ...series } of GAUSS_KRUEGER) {
    const [west, east] = ZONES[series.degrees];
    if (srid >= first && srid <= first + east - west) return { ...series, zone: west + srid - first };
  }
  return null;
}

/** The SRID of a Gauss-Krüger zone; null where China has no such zone. */
export function gaussKruegerSrid({ datum, degrees, zone, prefixed }: GaussKruegerZone): number | null {
  if (!Number.isInteger(zone) || zoneDegrees(zone) !== degrees) return null;
  const series = GAUSS_KRUEGER.find(
    (one) => one.datum === datum && one.degrees === degrees && one.prefixed === prefixed,
  );
  return series ? series.first + zone - ZONES[degrees][0] : null;
}

/** SRID of the zone that leads its eastings as `prefix`: of 3° for 25–45, of 6° for 13–23; null for any other prefix. */
export function sridOfZonePrefix(
  prefix: number,
  datum: GaussKruegerZone['datum'] = 'CGCS2000',
): number | null {
  const degrees = zoneDegrees(prefix);
  return degrees && gaussKruegerSrid({ datum, degrees, zone: prefix, prefixed: true });
}

export const geographicSrid = (datum: Datum): number => DATUMS[datum].geographic;

export const ellipsoidOf = (datum: Datum): Ellipsoid => DATUMS[datum].ellipsoid;

/** Metres: what an easting may lie from its zone's 500 000 and how far from the equator a northing may be. */
const ZONE_WIDTH = 1_000_000;
const POLE = 10_002_000;

/**
 * Whether an easting and northing (longitude and latitude) can be coordinates of `crs` at all; `SWAPPED` when
 * only their exchange can. It keeps from PROJ what PROJ would fail on.
 */
export function plausibility(
  crs: SourceCrs,
  easting: number,
  northing: number,
): 'PLAUSIBLE' | 'SWAPPED' | 'OUT_OF_RANGE' {
  if (isPlausible(crs, easting, northing)) return 'PLAUSIBLE';
  return isPlausible(crs, northing, easting) ? 'SWAPPED' : 'OUT_OF_RANGE';
}

function isPlausible(crs: SourceCrs, easting: number, northing: number): boolean {
  if (crs.kind === 'GEOGRAPHIC') return Math.abs(easting) <= 180 && Math.abs(northing) <= 90;
  const west = (crs.zonePrefix ?? 0) * ZONE_WIDTH;
  return easting > west && easting < west + ZONE_WIDTH && northing >= 0 && northing <= POLE;
}

/**
 * The SRID by which the judging zones know the plane of `srid`, up to a shift (the zone prefix of the easting), so that
 * straight edges stay straight; null for every other plane and for degrees.
 */
export function samePlaneSrid(srid: number): number | null {
  const zone = gaussKruegerZone(srid);
  if (zone?.datum === 'CGCS2000' && zone.degrees === 3) return gaussKruegerSrid({ ...zone, prefixed: false });
  return isUtm(srid) ? srid : null;
}
