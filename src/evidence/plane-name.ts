import { sourceCrs } from '../spatial/crs.js';
import { filled, type Language, labelOf, PLANE_LABELS, WORDS } from './labels.js';

/** Longitude of the central meridian of EPSG:4534, and the step from zone to zone. */
const FIRST_MERIDIAN = 75;
const FIRST_ZONE = 4534;
const LAST_ZONE = 4554;

/** A plane of judging by its name: its series, central meridian and EPSG code. */
export function planeName(srid: number, language: Language): string {
  const series = labelOf(PLANE_LABELS, sourceCrs(srid)?.name ?? '', language);
  const inZones = srid >= FIRST_ZONE && srid <= LAST_ZONE;
  const meridian = filled(WORDS.meridian[language], FIRST_MERIDIAN + 3 * (srid - FIRST_ZONE));
  return [series, ...(inZones ? [meridian] : []), `EPSG:${srid}`].join(', ');
}
