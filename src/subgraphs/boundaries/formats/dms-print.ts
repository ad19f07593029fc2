import { sourceCrs } from '../../../spatial/crs.js';
import { DATUM_WORDS } from './datum-words.js';
import { printAngle } from './dms-angle.js';
import type { IntakeFeature } from './intake-file.js';
import { listedAreas } from './listed-areas.js';

/**
 * A listing of `features` in degrees, minutes and seconds: what `readDms` reads back as the same, to 30 nm where the
 * corners did not come in seconds. Takes single polygons in one geographic CRS, names without commas.
 */
export function printDms(features: readonly IntakeFeature[]): string {
  const datum = sourceCrs(features[0]?.srid ?? 0)?.datum ?? 'CGCS2000';
  const lines = listedAreas(features).flatMap(({ corners, elevations, name, sign }) => [
    ...corners.map(
      ({ number, x, y }) =>
        `${number},${printAngle(y)}${y < 0 ? 'W' : 'E'},${printAngle(x)}${x < 0 ? 'S' : 'N'}`,
    ),
    ['*', ...elevations, name, sign, ''].join(','),
  ]);
  return [`坐标系=${DATUM_WORDS[datum]}`, ...lines].map((line) => `${line}\n`).join('');
}
