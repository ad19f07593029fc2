import type { Geometry } from 'geojson';
import { type Box, boxesTouch } from '../boxes.js';
import { badInput } from '../errors.js';

/** A GeoJSON geometry as somebody gave it. */
export interface GeoJsonShape {
  readonly type: string;
  readonly coordinates: unknown;
}

type Point = readonly [x: number, y: number];

/** A point, a line, or a ring; rings of one geometry enclose by the even-odd rule. */
interface Path {
  readonly points: readonly Point[];
  readonly ring: boolean;
}

const MOST_VERTICES = 5_000;

/** A geometry to look in, prepared for many boxes. */
export class AskedGeometry {
  /** As GeoJSON, with closed rings and without heights. */
  readonly geometry: Geometry;
  private readonly paths: Path[] = [];
  private readonly bounds: Box;

  /** Errors: `BAD_USER_INPUT` for what is no geometry, or one of too many vertices. */
  constructor({ type, coordinates }: GeoJsonShape) {
    const depth = Object.hasOwn(DEPTHS, type) ? DEPTHS[type] : undefined;
    if (depth === undefined) throw badFilter(`A geometry of type ${type} cannot be looked in.`);
    this.geometry = { type, coordinates: this.take(type, coordinates, depth) } as Geometry;
    const points = this.paths.flatMap((path) => path.points);
    if (points.length === 0 || points.length > MOST_VERTICES) {
      throw badFilter(`A geometry to look in has 1 to ${MOST_VERTICES} vertices, not ${points.length}.`);
    }
    this.bounds = boundsOf(points);
  }

  /** Whether some of it lies in the box, or the box in it. */
  touches(box: Box): boolean {
    return boxesTouch(this.bounds, box) && pathsTouch(this.paths, box);
  }

  /** Notes the paths at the bottom of nested coordinates, and returns these as they have to be. */
  private take(type: string, value: unknown, level: number): unknown {
    if (!Array.isArray(value)) throw notCoordinates();
    if (level > 1) return value.map((part) => this.take(type, part, level - 1));
    const points = (type === 'Point' ? [value] : value).map(pointOf);
    if (type.endsWith('Polygon')) return this.takeRing(points);
    if (type.endsWith('Point')) for (const point of points) this.paths.push({ points: [point], ring: false });
    else if (points.length > 0) this.paths.push({ points, ring: false });
    return type === 'Point' ? points[0] : points;
  }

  private takeRing(points: readonly Point[]): readonly Point[] {
    const [first] = points;
    if (first === undefined || points.length < 3) throw badFilter('A ring has at least three corners.');
    this.paths.push({ points, ring: true });
    const last = points.at(-1) ?? first;
    return first[0] === last[0] && first[1] === last[1] ? points : [...points, first];
  }
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

const badFilter = (message: string) => badInput(message, { field: 'filter' });

const notCoordinates = () =>
  badFilter('The coordinates of a geometry are nested lists of [longitude, latitude].');

function boundsOf(points: readonly Point[]): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

/** Some part runs through the box, or the box lies inside the rings. */
function pathsTouch(paths: readonly Path[], box: Box): boolean {
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
function crossesBox([x0, y0]: Point, [x1, y1]: Point, [west, south, east, north]: Box): boolean {
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
