import { polygon } from '@turf/helpers';
import { kinks } from '@turf/kinks';
import type { Extent } from '../config.js';
import { plausibility, type SourceCrs } from './crs.js';

/** Easting and northing, or longitude and latitude: the order of GeoJSON and PostGIS. */
export type Position = readonly [number, number];

/** The corners of a ring in order; the first is not repeated at the end. */
export type Ring = readonly Position[];

/** A shell and its holes. */
export type PolygonRings = readonly Ring[];

/** Why a geometry is refused. Each is something its sender can look up and mend. */
export type GeometryFaultCode =
  | 'EMPTY'
  | 'UNCLOSED'
  | 'TOO_FEW_CORNERS'
  | 'TOO_MANY_VERTICES'
  | 'NOT_A_NUMBER'
  | 'AXES_SWAPPED'
  | 'COORDINATE_OUT_OF_RANGE'
  | 'OUTSIDE_EXTENT'
  | 'ANTIMERIDIAN'
  | 'COLLAPSED'
  | 'AREA_TOO_LARGE'
  | 'SELF_INTERSECTION'
  | 'HOLE_OUTSIDE_SHELL'
  | 'HOLES_NESTED'
  | 'SHELLS_NESTED'
  | 'DUPLICATE_RING'
  | 'INTERIOR_DISCONNECTED'
  | 'GEOMETRY_TYPE'
  | 'GEOMETRY_INVALID';

/** A fault and its place: ring and vertex from 1, counted through all polygons of the geometry. */
export interface GeometryFault {
  readonly code: GeometryFaultCode;
  readonly message: string;
  readonly ring: number | null;
  readonly vertex: number | null;
}

export const LARGEST_RING = 50_000;

/** Width of a ring, as a share of its length, that is rounding and no width. */
const COLLAPSED_SHARE = 1e-12;

/** Everything that can be said against rings without a database: counts, numbers, axes, extent, collapse. */
export function ringFaults(
  polygons: readonly PolygonRings[],
  crs: SourceCrs,
  extent: Extent,
): GeometryFault[] {
  const rings = polygons.flat();
  if (rings.length === 0)
    return [{ code: 'EMPTY', message: 'The geometry is empty.', ring: null, vertex: null }];
  return rings.flatMap((ring, i) => faultsOfRing(ring, i + 1, crs, extent));
}

function faultsOfRing(ring: Ring, number: number, crs: SourceCrs, extent: Extent): GeometryFault[] {
  const at = (code: GeometryFaultCode, vertex: number | null, message: string): GeometryFault => ({
    code,
    message,
    ring: number,
    vertex,
  });
  if (ring.length > LARGEST_RING) {
    return [
      at(
        'TOO_MANY_VERTICES',
        LARGEST_RING + 1,
        `The ring has ${ring.length} vertices; at most ${LARGEST_RING} are taken.`,
      ),
    ];
  }
  if (ring.length < 3) {
    return [
      at(
        'TOO_FEW_CORNERS',
        ring.length || null,
        `A ring needs at least 3 corners; this one has ${ring.length}.`,
      ),
    ];
  }
  const axes = axisFaults(ring, crs, extent, at);
  if (axes.length > 0) return axes;
  if (crs.kind === 'GEOGRAPHIC') {
    const jump = ring.findIndex(([x], i) => Math.abs(x - (ring[(i + 1) % ring.length]?.[0] ?? x)) > 180);
    if (jump >= 0) {
      return [
        at(
          'ANTIMERIDIAN',
          jump + 1,
          'The edge from this vertex spans more than 180° of longitude: cut the geometry at the antimeridian.',
        ),
      ];
    }
  }
  return isCollapsed(ring)
    ? [at('COLLAPSED', 1, 'The ring encloses nothing: its corners lie on one line.')]
    : [];
}

type At = (code: GeometryFaultCode, vertex: number | null, message: string) => GeometryFault;

function axisFaults(ring: Ring, crs: SourceCrs, extent: Extent, at: At): GeometryFault[] {
  const faults: GeometryFault[] = [];
  const swapped: number[] = [];
  ring.forEach(([x, y], i) => {
    const verdict = place(x, y, crs, extent);
    if (verdict === 'AXES_SWAPPED') swapped.push(i + 1);
    else if (verdict !== null) faults.push(at(verdict, i + 1, placeMessage(verdict, x, y, crs, extent)));
  });
  const [first] = swapped;
  if (first !== undefined) {
    const which = swapped.length === ring.length ? 'all corners' : `corners ${list(swapped)}`;
    const order = crs.kind === 'GEOGRAPHIC' ? 'longitude before latitude' : 'easting before northing';
    faults.push(at('AXES_SWAPPED', first, `The axes are swapped at ${which} of the ring: write ${order}.`));
  }
  return faults;
}

type PlaceFault = 'NOT_A_NUMBER' | 'AXES_SWAPPED' | 'COORDINATE_OUT_OF_RANGE' | 'OUTSIDE_EXTENT';

function place(x: number, y: number, crs: SourceCrs, extent: Extent): PlaceFault | null {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return 'NOT_A_NUMBER';
  const verdict = plausibility(crs, x, y);
  if (verdict === 'SWAPPED') return 'AXES_SWAPPED';
  if (verdict === 'OUT_OF_RANGE') return 'COORDINATE_OUT_OF_RANGE';
  if (crs.kind !== 'GEOGRAPHIC' || isWithin(extent, x, y)) return null;
  return isWithin(extent, y, x) ? 'AXES_SWAPPED' : 'OUTSIDE_EXTENT';
}

function placeMessage(fault: PlaceFault, x: number, y: number, crs: SourceCrs, extent: Extent): string {
  if (fault === 'NOT_A_NUMBER') return `${x}, ${y} is not a pair of finite numbers.`;
  if (fault === 'OUTSIDE_EXTENT') return outsideExtent(x, y, extent);
  return `${x}, ${y} cannot be coordinates of EPSG:${crs.srid} (${crs.name}).`;
}

export const outsideExtent = (longitude: number, latitude: number, extent: Extent): string =>
  `Longitude ${longitude}, latitude ${latitude} lies outside the extent ${extent?.join(', ')} that this hub takes (MINEBOUND_EXTENT).`;

function isWithin(extent: Extent, longitude: number, latitude: number): boolean {
  if (extent === null) return true;
  const [west, south, east, north] = extent;
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}

/** A few numbers written out, many shortened. */
const list = (numbers: readonly number[]): string =>
  numbers.length > 5
    ? `${numbers.slice(0, 5).join(', ')} and ${numbers.length - 5} more`
    : numbers.join(', ');

/** Whether all corners lie on one line, or what rounding leaves of one. */
function isCollapsed(ring: Ring): boolean {
  const [x0, y0] = ring[0] ?? [0, 0];
  let farthest = { dx: 0, dy: 0, squared: 0 };
  for (const [x, y] of ring) {
    const [dx, dy] = [x - x0, y - y0];
    const squared = dx * dx + dy * dy;
    if (squared > farthest.squared) farthest = { dx, dy, squared };
  }
  const { dx, dy, squared } = farthest;
  return !ring.some(([x, y]) => Math.abs(dx * (y - y0) - dy * (x - x0)) > COLLAPSED_SHARE * squared);
}

/** Indices of corners that repeat the one before them (the first: the last). No area is lost by them. */
export function repeatedCorners(ring: Ring): number[] {
  const repeated: number[] = [];
  let before = ring.length > 1 ? ring.at(-1) : undefined;
  for (const [i, here] of ring.entries()) {
    if (before && here[0] === before[0] && here[1] === before[1]) repeated.push(i);
    before = here;
  }
  return repeated;
}

/** Where a ring crosses itself, by turf: the places a PostGIS verdict of self-intersection is told with. */
export function crossings(ring: Ring): Position[] {
  const repeated = new Set(repeatedCorners(ring));
  const distinct = ring.filter((_, i) => !repeated.has(i));
  const closed = [...distinct, ...distinct.slice(0, 1)].map(([x, y]) => [x, y]);
  return kinks(polygon([closed])).features.map(({ geometry }) => {
    const [x, y] = geometry.coordinates;
    return [x ?? 0, y ?? 0] as const;
  });
}

/** Ring and vertex (from 1) of the last edge that runs through `point`: where a drawn line went wrong. */
export function edgeThrough(
  polygons: readonly PolygonRings[],
  point: Position,
): { ring: number; vertex: number } {
  let best = { ring: 1, vertex: 1, distance: Number.POSITIVE_INFINITY };
  polygons.flat().forEach((ring, i) => {
    const slack = 1e-9 * Math.max(...ring.slice(0, 1).map(([x, y]) => Math.abs(x) + Math.abs(y)), 1);
    ring.forEach((from, j) => {
      const distance = distanceToEdge(point, from, ring[(j + 1) % ring.length] ?? from);
      if (distance <= best.distance + slack)
        best = { ring: i + 1, vertex: j + 1, distance: Math.min(distance, best.distance) };
    });
  });
  return { ring: best.ring, vertex: best.vertex };
}

function distanceToEdge([px, py]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
  return Math.hypot(px - ax - along * dx, py - ay - along * dy);
}
