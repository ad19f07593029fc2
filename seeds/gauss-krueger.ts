/** Metres on the plane of a 3° zone: easting with the false easting of 500 km and without zone prefix. */
export interface PlanePosition {
  readonly northing: number;
  readonly easting: number;
}

interface Ellipsoid {
  readonly semiMajorAxis: number;
  readonly inverseFlattening: number;
}

/** Datums that the demo's licences were issued in. */
export const DATUMS = {
  CGCS2000: { semiMajorAxis: 6_378_137, inverseFlattening: 298.257222101 },
  XIAN_1980: { semiMajorAxis: 6_378_140, inverseFlattening: 298.257 },
} as const satisfies Record<string, Ellipsoid>;
export type Datum = keyof typeof DATUMS;

const FALSE_EASTING = 500_000;
const RADIANS = Math.PI / 180;

/** Number of the 3° zone (GB/T 17798: 25 at 75°E, 45 at 135°E) whose central meridian is nearest. */
export const zoneOf = (longitude: number): number => Math.round(longitude / 3);

/**
 * Longitude and latitude in degrees of a position on the plane. Krüger's series in the third flattening n to
 * its fourth order: below a micrometre within a zone. The generator needs it without a database; PostGIS
 * (PROJ) is the judge of it in the tests.
 */
export function toGeographic(
  { northing, easting }: PlanePosition,
  zone: number,
  datum: Datum,
): [longitude: number, latitude: number] {
  const { n, radius } = constants(datum);
  const xi = northing / radius;
  const eta = (easting - FALSE_EASTING) / radius;
  const beta = [
    n / 2 - (2 * n ** 2) / 3 + (37 * n ** 3) / 96 - n ** 4 / 360,
    n ** 2 / 48 + n ** 3 / 15 - (437 * n ** 4) / 1440,
    (17 * n ** 3) / 480 - (37 * n ** 4) / 840,
    (4397 * n ** 4) / 161280,
  ];
  const delta = [
    2 * n - (2 * n ** 2) / 3 - 2 * n ** 3 + (116 * n ** 4) / 45,
    (7 * n ** 2) / 3 - (8 * n ** 3) / 5 - (227 * n ** 4) / 45,
    (56 * n ** 3) / 15 - (136 * n ** 4) / 35,
    (4279 * n ** 4) / 630,
  ];
  const xiSphere = xi - sum(beta, (j) => Math.sin(2 * j * xi) * Math.cosh(2 * j * eta));
  const etaSphere = eta - sum(beta, (j) => Math.cos(2 * j * xi) * Math.sinh(2 * j * eta));
  const conformal = Math.asin(Math.sin(xiSphere) / Math.cosh(etaSphere));
  const latitude = conformal + sum(delta, (j) => Math.sin(2 * j * conformal));
  const longitude = Math.atan2(Math.sinh(etaSphere), Math.cos(xiSphere));
  return [zone * 3 + longitude / RADIANS, latitude / RADIANS];
}

/** The inverse of `toGeographic`, by the same series. */
export function toPlane(longitude: number, latitude: number, zone: number, datum: Datum): PlanePosition {
  const { n, radius } = constants(datum);
  const e = (2 * Math.sqrt(n)) / (1 + n);
  const sine = Math.sin(latitude * RADIANS);
  const t = Math.sinh(Math.atanh(sine) - e * Math.atanh(e * sine));
  const offset = (longitude - zone * 3) * RADIANS;
  const xi = Math.atan2(t, Math.cos(offset));
  const eta = Math.atanh(Math.sin(offset) / Math.hypot(1, t));
  const alpha = [
    n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16 + (41 * n ** 4) / 180,
    (13 * n ** 2) / 48 - (3 * n ** 3) / 5 + (557 * n ** 4) / 1440,
    (61 * n ** 3) / 240 - (103 * n ** 4) / 140,
    (49561 * n ** 4) / 161280,
  ];
  return {
    northing: radius * (xi + sum(alpha, (j) => Math.sin(2 * j * xi) * Math.cosh(2 * j * eta))),
    easting:
      FALSE_EASTING + radius * (eta + sum(alpha, (j) => Math.cos(2 * j * xi) * Math.sinh(2 * j * eta))),
  };
}

/**
 * How much larger an area near `easting` is on the plane than on the ellipsoid. Good to 1e-6 in the zone:
 * the scale of the projection is 1 + d²/2R² at d metres from the central meridian.
 */
export function areaScale(easting: number): number {
  const meanRadius = 6_371_000;
  return (1 + (easting - FALSE_EASTING) ** 2 / (2 * meanRadius ** 2)) ** 2;
}

function constants(datum: Datum): { n: number; radius: number } {
  const { semiMajorAxis, inverseFlattening } = DATUMS[datum];
  const n = 1 / (2 * inverseFlattening - 1);
  return { n, radius: (semiMajorAxis / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64) };
}

const sum = (coefficients: readonly number[], term: (j: number) => number): number =>
  coefficients.reduce((total, coefficient, i) => total + coefficient * term(i + 1), 0);
