import type { Extent } from '../config.js';
import type { SourceCrs } from './crs.js';
import { type GeometryFault, type PolygonRings, type Ring, ringFaults } from './rings.js';

/**
 * How large a geometry may be. Long edges are densified before they leave their plane, so that a few corners can come to
 * hundreds of thousands: `longEdgeMetres` bounds what edges of more than `LONG_EDGE_METRES` come to together.
 */
interface LargestGeometry {
  readonly squareMetres: number;
  readonly longEdgeMetres: number;
}

/** Somewhat more than the largest province: a prohibited zone may be a province. */
export const LARGEST_AREA: LargestGeometry = { squareMetres: 2e12, longEdgeMetres: 2e7 };
/** Many times the largest mining district on Earth. */
export const LARGEST_FOOTPRINT: LargestGeometry = { squareMetres: 1e10, longEdgeMetres: 2e6 };
/** Of all areas of a file. */
const MOST_LONG_EDGE_METRES = 2e8;

const LONG_EDGE_METRES = 100;

/** Of latitude, on a sphere. */
export const METRES_PER_DEGREE = 111_195;

/** Everything that can be said against a geometry without a database: its rings, and where these are sound its size. */
export function geometryFaults(
  polygons: readonly PolygonRings[],
  crs: SourceCrs,
  extent: Extent,
  largest: LargestGeometry,
): GeometryFault[] {
  const faults = ringFaults(polygons, crs, extent);
  return faults.length > 0 ? faults : sizeFaults(polygons, crs, largest);
}

/** What is wrong with the size of a geometry of finite numbers, measured in the plane: nearly is enough. */
function sizeFaults(
  polygons: readonly PolygonRings[],
  crs: SourceCrs,
  largest: LargestGeometry,
): GeometryFault[] {
  const fault = (message: string): GeometryFault[] => [
    { code: 'AREA_TOO_LARGE', message, ring: null, vertex: null },
  ];
  const square = polygons.reduce((sum, [shell]) => sum + (shell ? enclosed(shell, crs) : 0), 0);
  if (square > largest.squareMetres) {
    return fault(
      `It encloses some ${km(square / 1e6)} km²; at most ${km(largest.squareMetres / 1e6)} km² are taken. Look for a wrong coordinate.`,
    );
  }
  const edges = longEdges(polygons, crs);
  if (edges <= largest.longEdgeMetres) return [];
  return fault(
    `Its edges of more than ${LONG_EDGE_METRES} m come to ${km(edges / 1000)} km together; at most ${km(largest.longEdgeMetres / 1000)} km are taken. Look for wrong coordinates, or part it.`,
  );
}

/** What the edges of more than 100 m come to together. */
export function longEdges(polygons: readonly PolygonRings[], crs: SourceCrs): number {
  let total = 0;
  for (const ring of polygons.flat()) {
    const [east, north] = metresPerUnit(ring, crs);
    let before = ring.at(-1);
    for (const corner of ring) {
      if (!before) break;
      const metres = Math.hypot((corner[0] - before[0]) * east, (corner[1] - before[1]) * north);
      if (metres > LONG_EDGE_METRES) total += metres;
      before = corner;
    }
  }
  return total;
}

/** What is wrong with a document whose areas' long edges come to so much together; null: nothing. */
export const longEdgesFault = (metres: number): string | null =>
  metres <= MOST_LONG_EDGE_METRES
    ? null
    : `The edges of the areas that are longer than ${LONG_EDGE_METRES} m come to ${km(metres / 1000)} km together; at most ${km(MOST_LONG_EDGE_METRES / 1000)} km are taken. Part the file by area.`;

function enclosed(ring: Ring, crs: SourceCrs): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  let twice = 0;
  let [px, py] = ring.at(-1) ?? [0, 0];
  for (const [x, y] of ring) {
    twice += (px - x0) * (y - y0) - (x - x0) * (py - y0);
    [px, py] = [x, y];
  }
  const [east, north] = metresPerUnit(ring, crs);
  return (Math.abs(twice) / 2) * east * north;
}

/** Metres that a unit of either axis is in the middle of a ring. */
function metresPerUnit(ring: Ring, crs: SourceCrs): readonly [east: number, north: number] {
  if (crs.kind !== 'GEOGRAPHIC') return [1, 1];
  let [south, north] = [90, -90];
  for (const [, latitude] of ring) {
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  const middle = ((south + north) / 2) * (Math.PI / 180);
  return [METRES_PER_DEGREE * Math.cos(middle), METRES_PER_DEGREE];
}

const km = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
