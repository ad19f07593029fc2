import type { IntakeFeature } from './intake-file.js';
import { listedAreas } from './listed-areas.js';

/**
 * The stored string of `features`: what `readStoredString` reads back as the same. Takes single polygons in a
 * projected CRS with zone prefix, names without commas.
 */
export function printStoredString(features: readonly IntakeFeature[]): string {
  const areas = listedAreas(features);
  const fields = areas.flatMap(({ corners, elevations, name, sign }) => [
    corners.length,
    ...corners.flatMap(({ number, x, y }) => [number, x, y]),
    ...elevations,
    name,
    sign,
  ]);
  return `${[areas.length, ...fields].join(',')},\n`;
}
