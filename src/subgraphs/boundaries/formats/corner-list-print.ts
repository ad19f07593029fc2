import type { IntakeFeature } from './intake-file.js';
import { listedAreas } from './listed-areas.js';

/**
 * A corner list of `features`: what `readCornerList` reads back as the same. Takes single polygons in a projected CRS
 * with zone prefix, names without commas.
 */
export const printCornerList = (features: readonly IntakeFeature[]): string =>
  listedAreas(features)
    .flatMap(({ corners, elevations, name, sign }) => [
      ...corners.map(({ number, x, y }) => `${number},${x},${y}, , ,`),
      ['*', ...elevations, name, sign, ''].join(','),
    ])
    .map((line) => `${line}\n`)
    .join('');
