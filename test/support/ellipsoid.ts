/**
 * Areas on the ellipsoid of what is drawn in a transverse Mercator plane, without any projection: the plane is
 * conformal, so that a piece of ground has the plane's area divided by the square of its scale there. The scale of the
 * projection has a short series in the distance from the central meridian (e.g. Snyder, Map Projections, USGS 1395,
 * equation 8-16 with the radius of the footpoint latitude), good to 1e-9 within 90 km.
 */
const A = 6_378_137;
const F = 1 / 298.257222101;
const E2 = F * (2 - F);

export interface TransverseMercator {
  readonly falseEasting: number;
  readonly scale: number;
}

export const planeOf = (srid: number): TransverseMercator =>
  srid > 32600 && srid <= 32760
    ? { falseEasting: 500_000, scale: 0.9996 }
    : { falseEasting: 500_000, scale: 1 };

/** Square of the mean radius of curvature at the latitude whose meridian arc is `northing`. */
function radiusSquared(northing: number): number {
  const e1 = (1 - Math.sqrt(1 - E2)) / (1 + Math.sqrt(1 - E2));
  const mu = northing / (A * (1 - E2 / 4 - (3 * E2 ** 2) / 64 - (5 * E2 ** 3) / 256));
  const latitude =
    mu +
    ((3 * e1) / 2 - (27 * e1 ** 3) / 32) * Math.sin(2 * mu) +
    ((21 * e1 ** 2) / 16 - (55 * e1 ** 4) / 32) * Math.sin(4 * mu) +
    ((151 * e1 ** 3) / 96) * Math.sin(6 * mu);
  const w = 1 - E2 * Math.sin(latitude) ** 2;
  return (A ** 2 * (1 - E2)) / w ** 2;
}

const GAUSS = [
  [0.5 - Math.sqrt(0.15), 5 / 18],
  [0.5, 8 / 18],
  [0.5 + Math.sqrt(0.15), 5 / 18],
] as const;

/** m² on the ellipsoid within a closed ring of plane coordinates (easting, northing), always positive. */
export function ellipsoidalRingArea(
  ring: readonly (readonly number[])[],
  { falseEasting, scale }: TransverseMercator,
): number {
  // Green: the area is the integral along the ring of the antiderivative in x of 1/scale².
  const antiderivative = (x: number, y: number): number => {
    const r2 = scale ** 2 * radiusSquared(y / scale);
    return (x - x ** 3 / (3 * r2) + (2 * x ** 5) / (15 * r2 ** 2)) / scale ** 2;
  };
  const [x0 = 0, y0 = 0] = ring[0] ?? [];
  const constant = antiderivative(x0 - falseEasting, y0);
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[i + 1] ?? [];
    for (const [t, weight] of GAUSS) {
      const x = ax + t * (bx - ax) - falseEasting;
      sum += weight * (by - ay) * (antiderivative(x, ay + t * (by - ay)) - constant);
    }
  }
  return Math.abs(sum);
}
