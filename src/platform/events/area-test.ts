import { badInput } from '../errors.js';
import type { Extent } from './event-log.js';

/** Where to look: a box, a GeoJSON geometry, or a disc; in degrees, longitude before latitude. */
export type Area = { readonly bbox: Extent } | { readonly geometry: GeoJsonShape } | { readonly near: Disc };

export interface Disc {
  readonly longitude: number;
  readonly latitude: number;
  readonly radiusMetres: number;
}

export interface GeoJsonShape {
  readonly type: string;
  readonly coordinates: unknown;
}

/** Whether a subject's box touches the area. */
export type AreaTest = (extent: Extent) => boolean;

type Point = readonly [x: number, y: number];

const MOST_VERTICES = 5_000;

/** Prepared for many boxes. Errors: `BAD_USER_INPUT` for what is no geometry, or one of too many vertices. */
export function areaTest(area: Area): AreaTest {
  if ('bbox' in area) {
    const box = checkBox(area.bbox);
    return (extent) => boxesTouch(box, extent);
  }
  if ('near' in area) return discTest(area.near);
  const paths = pathsOf(area.geometry);
  const bounds = boundsOf(paths.flatMap(({ points }) => points));
  return (extent) => boxesTouch(bounds, extent) && pathsTouch(paths, extent);
}

function checkBox(box: Extent): Extent {
  const [west, south, east, north] = box;
  if (box.length === 4 && box.every(Number.isFinite) && west <= east && south <= north) return box;
  throw badInput('bbox is west, south, east, north in degrees.', { field: 'filter' });
}

/** By the nearest point of the box, on a sphere: a quarter of a percent is nothing for who wants to hear of it. */
function discTest({ longitude, latitude, radiusMetres }: Disc): AreaTest {
  if (!(radiusMetres > 0) || Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
    throw badInput('near is a longitude and a latitude in degrees, and a radius above 0.', {
      field: 'filter',
    });
  }
  return ([west, south, east, north]) => {
    const x = Math.min(Math.max(longitude, west), east);
    const y = Math.min(Math.max(latitude, south), north);
    return sphericalMetres(longitude, latitude, x, y) <= radiusMetres;
  };
}

const EARTH_RADIUS_METRES = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Haversine formula. */
function sphericalMetres(x0: number, y0: number, x1: number, y1: number): number {
  const a =
    Math.sin(radians(y1 - y0) / 2) ** 2 +
    Math.cos(radians(y0)) * Math.cos(radians(y1)) * Math.sin(radians(x1 - x0) / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** A point, a line, or a ring; rings of one area enclose by the even-odd rule. */
interface Path {
  readonly points: readonly Point[];
  readonly ring: boolean;
}

function pathsOf({ type, coordinates }: GeoJsonShape): readonly Path[] {
  const depth = DEPTHS[type];
  if (depth === undefined)
    throw badInput(`A geometry of type ${type} cannot be looked in.`, { field: 'filter' });
  const paths: Path[] = [];
  let vertices = 0;
  const collect = (value: unknown, level: number): void => {
    if (!Array.isArray(value)) throw notCoordinates();
    if (level > 1) {
      for (const part of value) collect(part, level - 1);
      return;
    }
    const points = (type === 'Point' ? [value] : value).map(pointOf);
    vertices += points.length;
    if (type.endsWith('Point')) for (const point of points) paths.push({ points: [point], ring: false });
    else if (points.length > 0) paths.push({ points, ring: type.endsWith('Polygon') });
  };
  collect(coordinates, depth);
  if (vertices === 0 || vertices > MOST_VERTICES) {
    throw badInput(`A geometry to look in has 1 to ${MOST_VERTICES} vertices, not ${vertices}.`, {
      field: 'filter',
    });
  }
  return paths;
}

/** How many arrays lie around the lists of positions. */
const DEPTHS: Readonly<Record<string, number>> = {
  Point: 1,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

function pointOf(value: unknown): Point {
  const [x, y] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y)) {
    throw notCoordinates();
  }
  return [x, y];
}

const notCoordinates = () =>
  badInput('The coordinates of a geometry are nested lists of [longitude, latitude].', { field: 'filter' });

function boundsOf(points: readonly Point[]): Extent {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

const boxesTouch = (a: Extent, b: Extent): boolean =>
  a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

/** Some part runs through the box, or the box lies inside the rings. */
function pathsTouch(paths: readonly Path[], box: Extent): boolean {
  let inside = false;
  for (const { points, ring } of paths) {
    const last = points.length - 1;
    for (let i = 0; i <= last; i++) {
      const a = points[i] as Point;
      const b = points[i === last ? (ring ? 0 : i) : i + 1] as Point;
      if (crossesBox(a, b, box)) return true;
      // A ray eastwards from a corner of the box.
      if (ring && a[1] > box[1] !== b[1] > box[1]) {
        const x = a[0] + ((box[1] - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
        if (x > box[0]) inside = !inside;
      }
    }
  }
  return inside;
}

/** Liang and Barsky: whether anything of the segment is left after it was cut at the four sides. */
function crossesBox([x0, y0]: Point, [x1, y1]: Point, [west, south, east, north]: Extent): boolean {
  const dx = x1 - x0;
  const dy = y1 - y0;
  let from = 0;
  let to = 1;
  for (const [direction, room] of [
    [-dx, x0 - west],
    [dx, east - x0],
    [-dy, y0 - south],
    [dy, north - y0],
  ] as const) {
    if (direction === 0) {
      if (room < 0) return false;
    } else if (direction < 0) from = Math.max(from, room / direction);
    else to = Math.min(to, room / direction);
    if (from > to) return false;
  }
  return true;
}
