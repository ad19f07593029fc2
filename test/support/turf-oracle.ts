import { difference, featureCollection, intersect, polygon, union } from '@turf/turf';
import type { Feature, MultiPolygon, Polygon, Position } from 'geojson';
import type { Shape } from './situation.js';

/**
 * An independent reading of docs/judgement.md in the plane: turf's overlays (polyclip, not GEOS) on plane coordinates,
 * areas by the shoelace formula, distances by brute force over points. It shares no code with the engine.
 */

type Region = Feature<Polygon | MultiPolygon> | null;

export interface OracleCase {
  readonly footprint: Shape;
  readonly permitted: readonly Shape[];
  readonly neighbour: readonly Shape[];
  readonly lapsed: readonly Shape[];
  readonly sigma: number;
}

export interface OracleFinding {
  readonly kind: 'ENCROACHMENT' | 'EXPIRED_RIGHT' | 'MINING_OUT_OF_BOUNDS';
  readonly verdict: string;
  /** False where the overrun is so near a limit that sampling cannot tell the class. */
  readonly verdictIsSure: boolean;
  readonly area: number;
  /** Bounds of the greatest distance, metres; null where nothing was permitted. */
  readonly overrun: Range | null;
}

const MIN_AREA = 10;

export function judgeByTurf(input: OracleCase): readonly OracleFinding[] {
  const permitted = unite(input.permitted);
  const excess = minus(region(input.footprint), permitted);
  return components(excess)
    .filter((component) => areaOf(component) >= MIN_AREA)
    .flatMap((component) => nameComponent(component, permitted, input));
}

function nameComponent(component: Feature<Polygon>, permitted: Region, input: OracleCase): OracleFinding[] {
  const overrun = permitted === null ? null : farthest(component, permitted);
  const { verdict, verdictIsSure } = classOf(overrun, input.sigma);
  const neighbour = unite(input.neighbour);
  const theirs = both(component, neighbour);
  const rest = minus(component, neighbour);
  const lapsed = unite(input.lapsed);
  const pieces = [
    { kind: 'ENCROACHMENT' as const, area: areaOf(theirs) },
    { kind: 'EXPIRED_RIGHT' as const, area: areaOf(both(rest, lapsed)) },
    { kind: 'MINING_OUT_OF_BOUNDS' as const, area: areaOf(minus(rest, lapsed)) },
  ].filter((piece) => piece.area > 0);
  const largest = pieces.reduce((a, b) => (b.area > a.area ? b : a));
  const small = pieces.filter((piece) => piece !== largest && piece.area < MIN_AREA);
  largest.area += small.reduce((total, piece) => total + piece.area, 0);
  return pieces
    .filter((piece) => !small.includes(piece))
    .map((piece) => ({ ...piece, verdict, verdictIsSure, overrun }));
}

function classOf(overrun: Range | null, sigma: number): { verdict: string; verdictIsSure: boolean } {
  if (overrun === null) return { verdict: 'CONFIRMED', verdictIsSure: true };
  const verdictAt = (metres: number) =>
    metres <= sigma ? 'WITHIN_ERROR' : metres <= 2 * sigma ? 'PROBABLE' : 'CONFIRMED';
  return {
    verdict: verdictAt(overrun.low),
    verdictIsSure: verdictAt(overrun.low) === verdictAt(overrun.high),
  };
}

const close = (ring: readonly (readonly [number, number])[]): Position[] =>
  [...ring, ring[0] ?? [0, 0]].map(([x, y]) => [x, y]);

const region = (shape: Shape): Region => polygon(shape.map(close));

function unite(shapes: readonly Shape[]): Region {
  const [first, ...rest] = shapes.map((shape) => polygon(shape.map(close)));
  if (!first) return null;
  return rest.reduce<Region>((sum, next) => (sum ? union(featureCollection([sum, next])) : next), first);
}

const minus = (a: Region, b: Region): Region => (a && b ? difference(featureCollection([a, b])) : a);

const both = (a: Region, b: Region): Region => (a && b ? intersect(featureCollection([a, b])) : null);

function polygonsOf(a: Region): Position[][][] {
  if (!a) return [];
  return a.geometry.type === 'Polygon' ? [a.geometry.coordinates] : a.geometry.coordinates;
}

const components = (a: Region): Feature<Polygon>[] => polygonsOf(a).map((rings) => polygon(rings));

const areaOf = (a: Region): number =>
  polygonsOf(a).reduce(
    (total, [outer, ...holes]) =>
      total + ringArea(outer ?? []) - holes.reduce((sum, hole) => sum + ringArea(hole), 0),
    0,
  );

function ringArea(ring: readonly Position[]): number {
  let twice = 0;
  const [x0 = 0, y0 = 0] = ring[0] ?? [];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[i + 1] ?? [];
    twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
  }
  return Math.abs(twice) / 2;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

const STEPS = 50;
const CELLS = 30;

/**
 * Between which bounds the greatest distance of a point of `component` to `permitted` lies: points along its edges and
 * a grid inside it give the lower bound, and how far any point is from one of them (distances change by no more) the
 * upper one.
 */
function farthest(component: Feature<Polygon>, permitted: Region): Range {
  const edges = polygonsOf(permitted).flatMap((rings) => rings.flatMap(segments));
  const distance = (x: number, y: number) => Math.min(...edges.map((edge) => distanceToSegment(x, y, edge)));
  const rings = component.geometry.coordinates;
  const range = { low: 0, high: 0 };
  const consider = (x: number, y: number, reach: number) => {
    const metres = distance(x, y);
    range.low = Math.max(range.low, metres);
    range.high = Math.max(range.high, metres + reach);
  };
  for (const [ax, ay, bx, by] of rings.flatMap(segments)) {
    const reach = Math.hypot(bx - ax, by - ay) / STEPS / 2;
    for (let i = 0; i <= STEPS; i++)
      consider(ax + ((bx - ax) * i) / STEPS, ay + ((by - ay) * i) / STEPS, reach);
  }
  const xs = (rings[0] ?? []).map(([x = 0]) => x);
  const ys = (rings[0] ?? []).map(([, y = 0]) => y);
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [width, height] = [(east - west) / CELLS, (north - south) / CELLS];
  for (let i = 0; i < CELLS; i++) {
    for (let j = 0; j < CELLS; j++) {
      const [x, y] = [west + (i + 0.5) * width, south + (j + 0.5) * height];
      if (inside(x, y, rings)) consider(x, y, Math.hypot(width, height) / 2);
    }
  }
  return range;
}

type Segment = readonly [number, number, number, number];

const segments = (ring: readonly Position[]): Segment[] =>
  ring.slice(1).map(([bx = 0, by = 0], i) => {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    return [ax, ay, bx, by] as const;
  });

function distanceToSegment(x: number, y: number, [ax, ay, bx, by]: Segment): number {
  const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2;
  const t =
    lengthSquared === 0
      ? 0
      : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSquared));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
}

function inside(x: number, y: number, rings: readonly Position[][]): boolean {
  let odd = false;
  for (const [ax, ay, bx, by] of rings.flatMap(segments)) {
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
