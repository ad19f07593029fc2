import type { ExportedArea } from './area-writer.js';
import type { IntakeFeature, IntakeRing } from './intake-file.js';

/** An area as a reader would give it, so that printers and readers speak of the same thing. */
export const exportedFeature = (area: ExportedArea, index: number): IntakeFeature => ({
  index,
  name: area.name,
  srid: area.srid,
  ceilingMetres: area.ceilingMetres,
  floorMetres: area.floorMetres,
  polygons: area.polygons,
});

/** Each polygon by itself, its rings numbered as listings number them: from 1, each ring in order. */
export const listedFeatures = (areas: readonly ExportedArea[]): IntakeFeature[] =>
  areas
    .flatMap((area) => area.polygons.map((rings) => ({ ...area, polygons: [rings.map(numbered)] })))
    .map(exportedFeature);

/** Corner numbers that count on are kept; others, as land-parcel files have them, give way to 1, 2, 3 …. */
function numbered(ring: IntakeRing): IntakeRing {
  const counts = ring.every(({ number }, i) => number === String(i + 1));
  return counts ? ring : ring.map((corner, i) => ({ ...corner, number: String(i + 1) }));
}
