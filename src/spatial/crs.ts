import type { CrsClass } from '../vocabulary/boundaries.js';

/**
 * Coordinate reference systems by arithmetic on the EPSG code, as the EPSG registry numbers them.
 * Source: EPSG dataset; CGCS2000 3° zones with prefix 4513–4533 (zones 25–45), without 4534–4554.
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

/** A coordinate reference system that permitted areas may be issued in. */
export interface SourceCrs {
  readonly srid: number;
  readonly name: string;
  readonly kind: 'GEOGRAPHIC' | 'PROJECTED';
  /** Whether its transform to CGCS2000 is known, or only to tens of metres. */
  readonly crsClass: CrsClass;
  /** Zone number that leads the eastings, or null where they carry none. */
  readonly zonePrefix: number | null;
}

interface Series {
  readonly first: number;
  readonly last: number;
  readonly name: string;
  readonly crsClass: CrsClass;
  /** Zone number of `first` where eastings are prefixed. */
  readonly firstZone?: number;
}

/** Gauss-Krüger and UTM zones, which EPSG numbers consecutively from west to east. */
const SERIES: readonly Series[] = [
  { first: 4491, last: 4501, name: 'CGCS2000 6° zone', crsClass: 'EXACT', firstZone: 13 },
  { first: 4502, last: 4512, name: 'CGCS2000 6° zone without prefix', crsClass: 'EXACT' },
  { first: 4513, last: 4533, name: 'CGCS2000 3° zone', crsClass: 'EXACT', firstZone: 25 },
  { first: 4534, last: 4554, name: 'CGCS2000 3° zone without prefix', crsClass: 'EXACT' },
  { first: 2349, last: 2369, name: "Xi'an 1980 3° zone", crsClass: 'BALLPARK', firstZone: 25 },
  { first: 2370, last: 2390, name: "Xi'an 1980 3° zone without prefix", crsClass: 'BALLPARK' },
  { first: 2401, last: 2421, name: 'Beijing 1954 3° zone', crsClass: 'BALLPARK', firstZone: 25 },
  { first: 2422, last: 2442, name: 'Beijing 1954 3° zone without prefix', crsClass: 'BALLPARK' },
  { first: 32601, last: 32660, name: 'WGS 84 UTM north', crsClass: 'EXACT' },
  { first: 32701, last: 32760, name: 'WGS 84 UTM south', crsClass: 'EXACT' },
];

const GEOGRAPHIC: readonly Omit<SourceCrs, 'kind' | 'zonePrefix'>[] = [
  { srid: 4490, name: 'CGCS2000', crsClass: 'EXACT' },
  { srid: 4326, name: 'WGS 84', crsClass: 'EXACT' },
  { srid: 4610, name: "Xi'an 1980", crsClass: 'BALLPARK' },
  { srid: 4214, name: 'Beijing 1954', crsClass: 'BALLPARK' },
];

/** What is known of `srid`; null when the hub does not take areas in it. */
export function sourceCrs(srid: number): SourceCrs | null {
  const geographic = GEOGRAPHIC.find((crs) => crs.srid === srid);
  if (geographic) return { ...geographic, kind: 'GEOGRAPHIC', zonePrefix: null };
  const series = SERIES.find(({ first, last }) => Number.isInteger(srid) && srid >= first && srid <= last);
  if (!series) return null;
  return {
    srid,
    name: series.name,
    kind: 'PROJECTED',
    crsClass: series.crsClass,
    zonePrefix: series.firstZone === undefined ? null : series.firstZone + srid - series.first,
  };
}

/** SRID of the CGCS2000 3° zone that leads the eastings as `prefix` (25–45); null for any other prefix. */
export const sridOfZonePrefix = (prefix: number): number | null =>
  Number.isInteger(prefix) && prefix >= 25 && prefix <= 45 ? 4488 + prefix : null;

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
  if (srid >= 4513 && srid <= 4533) return srid + 21;
  const isJudgingZone =
    (srid >= 4534 && srid <= 4554) || (srid > 32600 && srid <= 32660) || (srid > 32700 && srid <= 32760);
  return isJudgingZone ? srid : null;
}
