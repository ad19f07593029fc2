import Flatbush from 'flatbush';
import { METRES_PER_DEGREE } from '../../../spatial/ring-size.js';

/** A corner in metres of some plane, and where it stands. */
interface Placed {
  readonly east: number;
  readonly north: number;
  readonly ring: number;
  /** Place in its ring, from 1, as issued. */
  readonly vertex: number;
  /** Place among the distinct corners of its ring, from 0. */
  i: number;
}

/** Something doubtful about the corners of a valid area. */
export interface RingDoubt {
  readonly code: 'SHORT_EDGE' | 'SPIKE' | 'RING_TOUCHES';
  readonly message: string;
  readonly ring: number;
  readonly vertex: number;
}

/** As issued: `x` northing or latitude, `y` easting or longitude; `ring` from 1, through all polygons of the area. */
export interface IssuedCorner {
  readonly x: number;
  readonly y: number;
  readonly ring: number;
}

/** Corners have centimetres: below this, two of them are one that was written twice. */
const SHORT_METRES = 0.5;
/** An edge that turns back on itself by less than this, for longer than a slip of the pen. */
const SPIKE_DEGREES = 2;
const SPIKE_METRES = 5;
/** Rings (or distant corners of one ring) nearer than this meet, for all that is known of their corners. */
const TOUCH_METRES = 0.05;

/**
 * What is doubtful about corners that make a valid area: edges of less than half a metre, spikes (both edges longer than
 * 5 m, with less than 2° between them), and places where rings, or two stretches of one ring, come within 5 cm.
 */
export function ringDoubts(corners: readonly IssuedCorner[], isGeographic: boolean): RingDoubt[] {
  const rings = ringsOf(corners, isGeographic);
  return [...rings.flatMap(shortEdges), ...rings.flatMap(spikes), ...touches(rings)];
}

function ringsOf(corners: readonly IssuedCorner[], isGeographic: boolean): Placed[][] {
  const { x: x0, y: y0 } = corners[0] ?? { x: 0, y: 0 };
  const metresNorth = isGeographic ? METRES_PER_DEGREE : 1;
  const metresEast = isGeographic ? METRES_PER_DEGREE * Math.cos((x0 * Math.PI) / 180) : 1;
  const rings: Placed[][] = [];
  for (const { x, y, ring } of corners) {
    rings[ring - 1] ??= [];
    const of = rings[ring - 1] as Placed[];
    // From the first corner, so that differences of centimetres keep their digits.
    of.push({
      north: (x - x0) * metresNorth,
      east: (y - y0) * metresEast,
      ring,
      vertex: of.length + 1,
      i: of.length,
    });
  }
  return rings.map(distinct).filter((ring) => ring.length > 2);
}

/** A corner that stands twice in a row has its own finding where a format lets it through. */
function distinct(ring: readonly Placed[]): Placed[] {
  const found = ring.filter((corner, i) => between(corner, before(ring, i)) > 0);
  found.forEach((corner, i) => {
    corner.i = i;
  });
  return found;
}

const squared = (metres: number): number => metres * metres;

const between = (a: Placed, b: Placed): number =>
  Math.sqrt(squared(a.east - b.east) + squared(a.north - b.north));

const after = (ring: readonly Placed[], i: number): Placed => ring[(i + 1) % ring.length] as Placed;
const before = (ring: readonly Placed[], i: number): Placed =>
  ring[(i + ring.length - 1) % ring.length] as Placed;

function shortEdges(ring: readonly Placed[]): RingDoubt[] {
  const found: RingDoubt[] = [];
  ring.forEach((corner, i) => {
    const metres = between(corner, after(ring, i));
    if (metres >= SHORT_METRES) return;
    const message = `The edge after corner ${corner.vertex} is only ${metres.toFixed(3)} m long.`;
    found.push({ code: 'SHORT_EDGE', message, ring: corner.ring, vertex: corner.vertex });
  });
  return found;
}

function spikes(ring: readonly Placed[]): RingDoubt[] {
  const found: RingDoubt[] = [];
  ring.forEach((corner, i) => {
    const a = before(ring, i);
    const b = after(ring, i);
    const ae = a.east - corner.east;
    const an = a.north - corner.north;
    const be = b.east - corner.east;
    const bn = b.north - corner.north;
    const ahead = ae * be + an * bn;
    // Most corners turn by less than a right angle, which says enough.
    if (ahead <= 0 || between(a, corner) < SPIKE_METRES || between(corner, b) < SPIKE_METRES) return;
    const degrees = (Math.abs(Math.atan2(ae * bn - an * be, ahead)) * 180) / Math.PI;
    if (degrees >= SPIKE_DEGREES) return;
    const message = `At corner ${corner.vertex} the boundary turns back on itself, with ${degrees.toFixed(2)}° between its edges.`;
    found.push({ code: 'SPIKE', message, ring: corner.ring, vertex: corner.vertex });
  });
  return found;
}

/** The edge from `a` to `b`, and how far it reaches. */
interface Edge {
  readonly of: readonly Placed[];
  readonly a: Placed;
  readonly b: Placed;
  readonly west: number;
  readonly east: number;
}

function edgeAfter(of: readonly Placed[], a: Placed): Edge {
  const b = after(of, a.i);
  return { of, a, b, west: Math.min(a.east, b.east), east: Math.max(a.east, b.east) };
}

/** Up to this many corners, each against each edge is less work than an index. */
const FEW_CORNERS = 60;
/** Pieces that edges are parted into for the index, for each corner: the box of a long edge may hold all corners. */
const PIECES_PER_CORNER = 8;

/** Corners that touch an edge that is not theirs, each with one such edge. */
function touches(rings: readonly (readonly Placed[])[]): RingDoubt[] {
  const corners = rings.flat();
  const edges = rings.flatMap((ring) => ring.map((corner) => edgeAfter(ring, corner)));
  if (corners.length <= FEW_CORNERS && !anyTouched(edges, corners)) return [];
  const index = new EdgeIndex(edges);
  return corners.flatMap((corner): RingDoubt[] => {
    const touched = index.touchedBy(corner);
    if (!touched) return [];
    const { ring, vertex } = corner;
    const message = `Corner ${vertex} of ring ${ring} touches the edge after corner ${touched.a.vertex} of ring ${touched.a.ring}.`;
    return [{ code: 'RING_TOUCHES', message, ring, vertex }];
  });
}

/** Edges by the boxes of their pieces. */
class EdgeIndex {
  private readonly boxes: Flatbush;
  /** The edge of each piece. */
  private readonly edgeOf: number[] = [];

  constructor(private readonly edges: readonly Edge[]) {
    const metres = edges.map(({ a, b }) => between(a, b));
    const total = metres.reduce((sum, one) => sum + one, 0);
    const piece = total / (PIECES_PER_CORNER * edges.length);
    const counts = metres.map((one) => Math.max(1, Math.ceil(one / piece)));
    this.boxes = new Flatbush(counts.reduce((sum, count) => sum + count, 0));
    for (const [i, { a, b }] of edges.entries()) this.addPieces(i, a, b, counts[i] ?? 1);
    this.boxes.finish();
  }

  private addPieces(edge: number, a: Placed, b: Placed, count: number): void {
    for (let k = 0; k < count; k++) {
      const [from, to] = [k / count, (k + 1) / count];
      const [e0, e1] = [a.east + from * (b.east - a.east), a.east + to * (b.east - a.east)];
      const [n0, n1] = [a.north + from * (b.north - a.north), a.north + to * (b.north - a.north)];
      this.boxes.add(
        Math.min(e0, e1) - TOUCH_METRES,
        Math.min(n0, n1) - TOUCH_METRES,
        Math.max(e0, e1) + TOUCH_METRES,
        Math.max(n0, n1) + TOUCH_METRES,
      );
      this.edgeOf.push(edge);
    }
  }

  touchedBy(corner: Placed): Edge | undefined {
    const edgeAt = (piece: number): Edge => this.edges[this.edgeOf[piece] ?? 0] as Edge;
    // The search ends at the first: where many stretches lie within centimetres, one says enough.
    const [piece] = this.boxes.neighbors(corner.east, corner.north, 1, 0, (one) =>
      isTouched(edgeAt(one), corner),
    );
    return piece === undefined ? undefined : edgeAt(piece);
  }
}

function anyTouched(edges: readonly Edge[], corners: readonly Placed[]): boolean {
  for (const edge of edges) {
    for (const corner of corners) if (isTouched(edge, corner)) return true;
  }
  return false;
}

const isTouched = (edge: Edge, corner: Placed): boolean => isNear(corner, edge) && isElsewhere(corner, edge);

/** Not an edge of the corner, nor the next one but where the boundary folds back on itself. */
function isElsewhere(corner: Placed, { a, b, of }: Edge): boolean {
  if (corner.ring !== a.ring) return true;
  const steps = (corner.i - a.i + of.length) % of.length;
  if (steps < 2) return false;
  if (steps === 2 && isFold(between(b, corner))) return true;
  if (steps === of.length - 1) return isFold(between(a, corner));
  return steps > 2;
}

/** Whether an edge that lies on the one before it is told by that: shorter ones are `SHORT_EDGE`, longer ones `SPIKE`. */
const isFold = (metres: number): boolean => metres >= SHORT_METRES && metres < SPIKE_METRES;

function isNear({ east, north }: Placed, edge: Edge): boolean {
  if (east < edge.west - TOUCH_METRES || east > edge.east + TOUCH_METRES) return false;
  const { a, b } = edge;
  if (north < Math.min(a.north, b.north) - TOUCH_METRES || north > Math.max(a.north, b.north) + TOUCH_METRES)
    return false;
  const de = b.east - a.east;
  const dn = b.north - a.north;
  const length = de * de + dn * dn;
  const t =
    length === 0 ? 0 : Math.max(0, Math.min(1, ((east - a.east) * de + (north - a.north) * dn) / length));
  return squared(east - a.east - t * de) + squared(north - a.north - t * dn) < squared(TOUCH_METRES);
}
