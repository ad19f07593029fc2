import type { MultiPolygon } from 'geojson';
import type { Corner } from '../areas/permitted-area.js';
import type { IntakeRing } from '../formats/intake-file.js';

/**
 * The corners of an area by polygon and ring. Corners are stored ring after ring; which ring is whose hole the geometry
 * that was derived from them tells, ring for ring in the same order.
 */
export function cornerPolygons(
  corners: readonly Corner[],
  { coordinates }: MultiPolygon,
): readonly (readonly IntakeRing[])[] {
  const rings = new Map<number, IntakeRing[number][]>();
  for (const { number, x, y, ring } of corners) {
    const corner = { number, x, y, line: null };
    const known = rings.get(ring);
    if (known) known.push(corner);
    else rings.set(ring, [corner]);
  }
  let next = 1;
  return coordinates.map((polygon) => polygon.map(() => rings.get(next++) ?? []));
}
