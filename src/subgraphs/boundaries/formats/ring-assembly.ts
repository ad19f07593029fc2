import type { Position, Ring } from '../../../spatial/rings.js';
import { FileFault } from './issue-list.js';

/** Rings of one area; a licence has a handful. */
const MOST_RINGS = 1000;
/** Comparisons of a vertex and an edge that one area is worth. */
const MOST_COMPARISONS = 50_000_000;

interface Measured {
  readonly ring: Ring;
  /** Its position among the area's rings, from 1. */
  readonly number: number;
  /** Positive where it runs counterclockwise. */
  readonly signedArea: number;
  readonly box: readonly [west: number, south: number, east: number, north: number];
}

/**
 * Polygons of rings without nesting, as a shapefile has them: clockwise rings are shells, the others holes of the
 * smallest shell around them (ESRI Shapefile Technical Description, 1998). A single ring is a shell however it runs.
 * Errors: `FileFault` for a hole without shell and for more rings than an area has.
 */
export function assemblePolygons(rings: readonly Ring[], index: number): Ring[][] {
  if (rings.length > MOST_RINGS) {
    const message = `The area has ${rings.length} rings; at most ${MOST_RINGS} are taken.`;
    throw new FileFault('TOO_MANY_VERTICES', message, { index });
  }
  const [only] = rings;
  if (only && rings.length === 1) return [[only]];
  const measured = rings.map(measure);
  const shells = measured
    .filter(({ signedArea }) => signedArea < 0)
    .map((shell) => ({ shell, rings: [shell.ring] }));
  const budget = { left: MOST_COMPARISONS };
  for (const hole of measured.filter(({ signedArea }) => signedArea >= 0)) {
    const [nearest] = shells
      .filter(({ shell }) => holds(shell, hole, budget))
      .sort((a, b) => Math.abs(a.shell.signedArea) - Math.abs(b.shell.signedArea));
    if (!nearest) {
      const message = `Ring ${hole.number} runs counterclockwise, as a hole does, and lies in no shell. Shells run clockwise.`;
      throw new FileFault('HOLE_WITHOUT_SHELL', message, { index, ring: hole.number });
    }
    nearest.rings.push(hole.ring);
  }
  return shells.map((polygon) => polygon.rings);
}

function measure(ring: Ring, i: number): Measured {
  let [west, south, east, north, twice] = [Infinity, Infinity, -Infinity, -Infinity, 0];
  const [[x0, y0] = [0, 0]] = ring;
  ring.forEach(([x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length] ?? [x, y];
    twice += (x - x0) * (nextY - y0) - (nextX - x0) * (y - y0);
    west = Math.min(west, x);
    south = Math.min(south, y);
    east = Math.max(east, x);
    north = Math.max(north, y);
  });
  return { ring, number: i + 1, signedArea: twice / 2, box: [west, south, east, north] };
}

/** Whether a hole lies in a shell, told by its first vertex that is not on the shell's boundary. */
function holds(shell: Measured, hole: Measured, budget: { left: number }): boolean {
  if (hole.box[0] < shell.box[0] || hole.box[1] < shell.box[1]) return false;
  if (hole.box[2] > shell.box[2] || hole.box[3] > shell.box[3]) return false;
  for (const vertex of hole.ring) {
    // Beyond the budget boxes decide, and PostGIS after that.
    if (budget.left <= 0) return true;
    budget.left -= shell.ring.length;
    const side = sideOf(shell.ring, vertex);
    if (side !== 0) return side > 0;
  }
  return true;
}

/** 1 inside, -1 outside, 0 on the boundary. */
function sideOf(ring: Ring, [x, y]: Position): 1 | 0 | -1 {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i] ?? [0, 0];
    const [bx, by] = ring[j] ?? [0, 0];
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const within =
      x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
    if (cross === 0 && within) return 0;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside ? 1 : -1;
}
