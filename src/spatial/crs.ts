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
