import {
  crossings,
  edgeThrough,
  type GeometryFault,
  type GeometryFaultCode,
  type PolygonRings,
  type Position,
} from './rings.js';

/** What PostGIS (GEOS) calls a fault, and what the hub calls it. */
const REASONS: readonly (readonly [reason: string, code: GeometryFaultCode, message: string])[] = [
  ['Self-intersection', 'SELF_INTERSECTION', 'The boundary crosses itself'],
  ['Ring Self-intersection', 'SELF_INTERSECTION', 'The ring touches or crosses itself'],
  ['Hole lies outside shell', 'HOLE_OUTSIDE_SHELL', 'A hole lies outside its shell'],
  ['Holes are nested', 'HOLES_NESTED', 'A hole lies inside another hole'],
  ['Nested shells', 'SHELLS_NESTED', 'A polygon lies inside another polygon of the same geometry'],
  ['Nested holes', 'HOLES_NESTED', 'A hole lies inside another hole'],
  ['Duplicate Rings', 'DUPLICATE_RING', 'Two rings are the same'],
  ['Interior is disconnected', 'INTERIOR_DISCONNECTED', 'Holes cut the area in two'],
  ['Too few points in geometry component', 'TOO_FEW_CORNERS', 'A ring has too few distinct corners'],
];

/** turf holds each edge of a ring against each other: where there are more, the place that PostGIS names has to do. */
const LARGEST_SEARCHED = 500;
/** Crossings that are looked up. Where there are more, the ring is not mended one by one. */
const MOST_CROSSINGS = 100;

/**
 * A verdict of ST_IsValidDetail as faults with ring and vertex. PostGIS names one place; where a boundary crosses
 * itself, turf names the others of a ring that is not too large, so that a sender can mend them at once.
 */
export function validityFaults(
  polygons: readonly PolygonRings[],
  reason: string,
  location: Position | null,
): GeometryFault[] {
  const [, code, text] = REASONS.find(([known]) => reason.startsWith(known)) ?? [
    reason,
    'GEOMETRY_INVALID' as const,
    `PostGIS says: ${reason}`,
  ];
  const fault = (point: Position | null): GeometryFault => ({
    code,
    message: point ? `${text} at ${point[0]}, ${point[1]}.` : `${text}.`,
    ...(point ? edgeThrough(polygons, point) : { ring: null, vertex: null }),
  });
  const found = [fault(location)];
  if (code !== 'SELF_INTERSECTION') return found;
  const seen = new Set(found.map(({ ring, vertex }) => `${ring}/${vertex}`));
  const points = polygons.flat().flatMap((ring) => (ring.length > LARGEST_SEARCHED ? [] : crossings(ring)));
  for (const point of points.slice(0, MOST_CROSSINGS)) {
    const further = fault(point);
    const place = `${further.ring}/${further.vertex}`;
    if (!seen.has(place)) found.push(further);
    seen.add(place);
  }
  return found;
}
