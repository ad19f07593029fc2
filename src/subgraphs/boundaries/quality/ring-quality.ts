/** A corner in metres of some plane, and where it stands. */
interface Placed {
  readonly east: number;
  readonly north: number;
  readonly ring: number;
  /** Place in its ring, from 1, as issued. */
  readonly vertex: number;
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

const METRES_PER_DEGREE = 111_195;

function ringsOf(corners: readonly IssuedCorner[], isGeographic: boolean): Placed[][] {
  const [first] = corners;
  const shrink = Math.cos(((first?.x ?? 0) * Math.PI) / 180);
  const rings: Placed[][] = [];
  for (const { x, y, ring } of corners) {
    rings[ring - 1] ??= [];
    const of = rings[ring - 1] as Placed[];
    // From the first corner, so that differences of centimetres keep their digits.
    const [north, east] = [x - (first?.x ?? 0), y - (first?.y ?? 0)];
    of.push({
      north: isGeographic ? north * METRES_PER_DEGREE : north,
      east: isGeographic ? east * METRES_PER_DEGREE * shrink : east,
      ring,
      vertex: of.length + 1,
    });
  }
  // A corner that stands twice in a row has its own finding where a format lets it through.
  return rings
    .map((ring) => ring.filter((corner, i) => between(corner, before(ring, i)) > 0))
    .filter((ring) => ring.length > 2);
}

const between = (a: Placed, b: Placed): number =>
  Math.sqrt((a.east - b.east) ** 2 + (a.north - b.north) ** 2);

const after = (ring: readonly Placed[], i: number): Placed => ring[(i + 1) % ring.length] as Placed;
const before = (ring: readonly Placed[], i: number): Placed =>
  ring[(i + ring.length - 1) % ring.length] as Placed;

function shortEdges(ring: readonly Placed[]): RingDoubt[] {
  return ring.flatMap((corner, i) => {
    const metres = between(corner, after(ring, i));
    if (metres >= SHORT_METRES) return [];
    const message = `The edge after corner ${corner.vertex} is only ${metres.toFixed(3)} m long.`;
    return [{ code: 'SHORT_EDGE', message, ring: corner.ring, vertex: corner.vertex }];
  });
}

function spikes(ring: readonly Placed[]): RingDoubt[] {
  return ring.flatMap((corner, i) => {
    const [a, b] = [before(ring, i), after(ring, i)];
    if (between(a, corner) < SPIKE_METRES || between(corner, b) < SPIKE_METRES) return [];
    const [ae, an, be, bn] = [
      a.east - corner.east,
      a.north - corner.north,
      b.east - corner.east,
      b.north - corner.north,
    ];
    const degrees = (Math.abs(Math.atan2(ae * bn - an * be, ae * be + an * bn)) * 180) / Math.PI;
    if (degrees >= SPIKE_DEGREES) return [];
    const message = `At corner ${corner.vertex} the boundary turns back on itself, with ${degrees.toFixed(2)}° between its edges.`;
    return [{ code: 'SPIKE', message, ring: corner.ring, vertex: corner.vertex }];
  });
}

interface InRing {
  readonly ring: readonly Placed[];
  readonly i: number;
}

/** The edge after corner `i`, and how far it reaches. */
interface Edge extends InRing {
  readonly a: Placed;
  readonly b: Placed;
  readonly west: number;
  readonly east: number;
}

function edgeAfter(ring: readonly Placed[], a: Placed, i: number): Edge {
  const b = after(ring, i);
  return { ring, i, a, b, west: Math.min(a.east, b.east), east: Math.max(a.east, b.east) };
}

/** Each corner against the edges of others that lie as far east, from west to east: seldom more than a few at once. */
function touches(rings: readonly (readonly Placed[])[]): RingDoubt[] {
  const edges = rings.flatMap((ring) => ring.map((a, i) => edgeAfter(ring, a, i)));
  edges.sort((one, other) => one.west - other.west);
  const corners = rings.flatMap((ring) => ring.map((at, i) => ({ ring, i, at })));
  corners.sort((one, other) => one.at.east - other.at.east);
  const found: RingDoubt[] = [];
  const open: Edge[] = [];
  let next = 0;
  for (const corner of corners) {
    for (let edge = edges[next]; edge && edge.west <= corner.at.east + TOUCH_METRES; edge = edges[++next])
      open.push(edge);
    const touched = firstTouched(corner, open);
    if (touched) {
      const { ring, vertex } = corner.at;
      const message = `Corner ${vertex} of ring ${ring} touches the edge after corner ${touched.a.vertex} of ring ${touched.a.ring}.`;
      found.push({ code: 'RING_TOUCHES', message, ring, vertex });
    }
  }
  return found.sort((a, b) => a.ring - b.ring || a.vertex - b.vertex);
}

/** Of the open edges that reach as far as the corner, the first that it touches; the others are closed. */
function firstTouched(corner: InRing & { readonly at: Placed }, open: Edge[]): Edge | null {
  let touched: Edge | null = null;
  let kept = 0;
  for (const edge of open) {
    if (edge.east < corner.at.east - TOUCH_METRES) continue;
    open[kept++] = edge;
    if (touched === null && isElsewhere(corner, edge) && isNear(corner.at, edge)) touched = edge;
  }
  open.length = kept;
  return touched;
}

/** Not an edge of the corner, nor the next one where a short edge lies between. */
function isElsewhere(corner: InRing, edge: InRing): boolean {
  if (corner.ring !== edge.ring) return true;
  const steps = (corner.i - edge.i + edge.ring.length) % edge.ring.length;
  return steps > 2 && steps < edge.ring.length - 1;
}

function isNear({ east, north }: Placed, { a, b }: Edge): boolean {
  if (north < Math.min(a.north, b.north) - TOUCH_METRES || north > Math.max(a.north, b.north) + TOUCH_METRES)
    return false;
  const [de, dn] = [b.east - a.east, b.north - a.north];
  const length = de * de + dn * dn;
  const t =
    length === 0 ? 0 : Math.max(0, Math.min(1, ((east - a.east) * de + (north - a.north) * dn) / length));
  return (east - a.east - t * de) ** 2 + (north - a.north - t * dn) ** 2 < TOUCH_METRES ** 2;
}
