import type { Position } from 'geojson';
import type { Range } from './oracle-situation.js';

export type Segment = readonly [ax: number, ay: number, bx: number, by: number];

export const segmentsOf = (ring: readonly Position[]): Segment[] =>
  ring.slice(1).map(([bx = 0, by = 0], i) => {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    return [ax, ay, bx, by] as const;
  });

export function distanceToSegment(x: number, y: number, [ax, ay, bx, by]: Segment): number {
  const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2;
  const t =
    lengthSquared === 0
      ? 0
      : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSquared));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
}

const nearest = (x: number, y: number, edges: readonly Segment[]): number => {
  let least = Number.POSITIVE_INFINITY;
  for (const edge of edges) least = Math.min(least, distanceToSegment(x, y, edge));
  return least;
};

function isInside(x: number, y: number, edges: readonly Segment[]): boolean {
  let odd = false;
  for (const [ax, ay, bx, by] of edges) {
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly half: number;
  /** No point of the cell is farther than this. */
  readonly reach: number;
}

const FINE = 1.004;
/** Where a limit lies between the bounds they are drawn closer, but not for ever. */
const MOST_CELLS = 60_000;

/**
 * Bounds of the greatest distance from a point of a polygon to `edges`, none of which lies inside it. The polygon's
 * square is cut into ever smaller cells, the most promising first, until the bounds are 0.4 % apart and none of
 * `limits` lies between them.
 */
export function greatestDistance(
  rings: readonly Position[][],
  edges: readonly Segment[],
  limits: readonly number[],
): Range {
  const own = rings.flatMap(segmentsOf);
  const cells = new Heap();
  let low = Math.max(...own.map(([ax, ay]) => nearest(ax, ay, edges)));
  const consider = (x: number, y: number, half: number): void => {
    const radius = half * Math.SQRT2;
    const metres = nearest(x, y, edges);
    if (metres + radius <= low) return;
    if (isInside(x, y, own)) low = Math.max(low, metres);
    else if (nearest(x, y, own) > radius) return;
    cells.push({ x, y, half, reach: metres + radius });
  };
  const [west, east, south, north] = extentOf(own);
  const half = Math.max(east - west, north - south) / 2;
  consider((west + east) / 2, (south + north) / 2, half);
  for (let count = 0; count < MOST_CELLS; count++) {
    const high = Math.max(low, cells.top()?.reach ?? 0);
    if (high <= low * FINE + 1e-6 && !limits.some((limit) => limit > low * (1 - 2e-4) && limit < high)) break;
    const cell = cells.pop();
    if (!cell) break;
    const quarter = cell.half / 2;
    for (const [dx, dy] of [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ] as const) {
      consider(cell.x + dx * quarter, cell.y + dy * quarter, quarter);
    }
  }
  return { low, high: Math.max(low, cells.top()?.reach ?? 0) };
}

function extentOf(edges: readonly Segment[]): [west: number, east: number, south: number, north: number] {
  const [xs, ys] = [edges.map(([x]) => x), edges.map(([, y]) => y)];
  return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
}

/** Cells, the one that reaches farthest on top. */
class Heap {
  private readonly cells: Cell[] = [];

  top(): Cell | undefined {
    return this.cells[0];
  }

  push(cell: Cell): void {
    let at = this.cells.length;
    for (let above = (at - 1) >> 1; at > 0 && this.reach(above) < cell.reach; above = (at - 1) >> 1) {
      this.cells[at] = this.cells[above] as Cell;
      at = above;
    }
    this.cells[at] = cell;
  }

  pop(): Cell | undefined {
    const [top] = this.cells;
    const last = this.cells.pop();
    if (!last || this.cells.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (this.reach(below + 1) > this.reach(below)) below += 1;
      if (below >= this.cells.length || this.reach(below) <= last.reach) break;
      this.cells[at] = this.cells[below] as Cell;
      at = below;
    }
    this.cells[at] = last;
    return top;
  }

  private reach(at: number): number {
    return this.cells[at]?.reach ?? Number.NEGATIVE_INFINITY;
  }
}
