import { sourceCrs } from '../../../spatial/crs.js';
import { DATUM_WORDS } from './datum-words.js';
import type { IntakeFeature } from './intake-file.js';
import { listedAreas } from './listed-areas.js';

/**
 * The boundary part of a submission text: what `readSubmissionText` reads back as the same. Takes single polygons in
 * one projected CRS with zone prefix, names without commas.
 */
export function printSubmissionText(features: readonly IntakeFeature[]): string {
  const rows = listedAreas(features).flatMap(({ corners, elevations, name, sign }) => [
    ...corners.map(({ number, x, y }) => [number, x, y].join(',')),
    ['标高', ...elevations, name, sign].join(','),
  ]);
  const datum = sourceCrs(features[0]?.srid ?? 0)?.datum ?? 'CGCS2000';
  const lines = [
    `坐标系统=${DATUM_WORDS[datum]}`,
    `矿区范围拐点坐标与标高的总行数=${rows.length}`,
    ...rows.map((row, i) => `XY${String(i + 1).padStart(3, '0')}=${row}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
