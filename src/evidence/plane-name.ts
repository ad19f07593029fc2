import { sourceCrs } from '../spatial/crs.js';

/** Longitude of the central meridian of EPSG:4534, and the step from zone to zone. */
const FIRST_MERIDIAN = 75;
const FIRST_ZONE = 4534;
const LAST_ZONE = 4554;

/** A plane of judging by its name: its series, central meridian and EPSG code. */
export function planeName(srid: number): string {
  const meridian =
    srid >= FIRST_ZONE && srid <= LAST_ZONE ? `, ${FIRST_MERIDIAN + 3 * (srid - FIRST_ZONE)}°E` : '';
  return `${sourceCrs(srid)?.name ?? 'Plane'}${meridian} (EPSG:${srid})`;
}
