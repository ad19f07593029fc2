import { difference, featureCollection, intersect, polygon, union } from '@turf/turf';
import type { Feature, MultiPolygon, Polygon, Position } from 'geojson';
import { distanceToSegment, type Segment, segmentsOf } from './greatest-distance.js';
import type { Shape } from './situation.js';

/** A part of the plane: null is nothing. turf's overlays (polyclip, not GEOS) on plane coordinates. */
export type Region = Feature<Polygon | MultiPolygon> | null;

const close = (ring: readonly (readonly [number, number])[]): Position[] =>
  [...ring, ring[0] ?? [0, 0]].map(([x, y]) => [x, y]);

const region = (shape: Shape): Region => polygon(shape.map(close));

export function unite(shapes: readonly Shape[]): Region {
  const [first, ...rest] = shapes.map(region);
  return rest.reduce<Region>(
    (sum, next) => (sum && next ? union(featureCollection([sum, next])) : next),
    first ?? null,
  );
}

export const minus = (a: Region, b: Region): Region => (a && b ? difference(featureCollection([a, b])) : a);

export const both = (a: Region, b: Region): Region => (a && b ? intersect(featureCollection([a, b])) : null);

export function polygonsOf(a: Region): Position[][][] {
  if (!a) return [];
  return a.geometry.type === 'Polygon' ? [a.geometry.coordinates] : a.geometry.coordinates;
}

export const components = (a: Region): Feature<Polygon>[] => polygonsOf(a).map((rings) => polygon(rings));

export const edgesOf = (a: Region): Segment[] => polygonsOf(a).flatMap((rings) => rings.flatMap(segmentsOf));

/** Sum over the rings of a measure, holes counted as less. */
export const measure = (a: Region, ofRing: (ring: readonly Position[]) => number): number =>
  polygonsOf(a).reduce(
    (total, [outer, ...holes]) =>
      total + ofRing(outer ?? []) - holes.reduce((sum, hole) => sum + ofRing(hole), 0),
    0,
  );

export const perimeter = (a: Region): number =>
  edgesOf(a).reduce((sum, [ax, ay, bx, by]) => sum + Math.hypot(bx - ax, by - ay), 0);

const MILLIMETRE = 1e-3;

/**
 * Whether corners of the parts come within a millimetre of an edge that is not theirs: whether that is one part or two,
 * rounding decides, or how thick it is between them.
 */
export function meetInAPoint(parts: readonly Feature<Polygon>[]): boolean {
  const rings = parts.flatMap((part) => part.geometry.coordinates);
  const edges = rings.flatMap((ring, r) =>
    segmentsOf(ring).map((edge, i) => ({ edge, r, i, count: ring.length - 1 })),
  );
  return edges.some(({ edge: [x, y], r, i, count }) =>
    edges.some(
      (other) =>
        !(other.r === r && (other.i === i || (other.i + 1) % count === i)) &&
        distanceToSegment(x, y, other.edge) < MILLIMETRE,
    ),
  );
}
