import type { Random } from '../../seeds/random.js';
import { box, type Ring, type Shape } from './situation.js';

/** Where things lie before anybody works there: what the mine has, and what lies edge to edge with it. */
export interface Footing {
  readonly own: readonly Shape[];
  /** Of another mine, sharing an edge with the own right. */
  readonly adjoining: readonly Shape[];
}

/** Overruns in metres at which the class changes. */
export interface Limits {
  readonly probable: number;
  readonly confirmed: number;
}

/** Coordinates have two decimals, as those of licences do. */
const centimetres = (metres: number): number => Math.round(metres * 100) / 100;

const metres = (random: Random, from: number, to: number): number => centimetres(random.between(from, to));

const outer = (shape: Shape): Ring => shape[0] ?? [];

/** A ring that winds once around (x, y): simple by construction. */
function star(random: Random, x: number, y: number, size: number, corners: number): Ring {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    const radius = size * random.between(0.4, 1);
    return [centimetres(x + radius * Math.cos(angle)), centimetres(y + radius * Math.sin(angle))] as const;
  });
}

export function randomLayout(random: Random): Footing {
  const kind = random.pick(['star', 'star', 'box', 'adjacent', 'adjacent', 'several']);
  if (kind === 'star')
    return { own: [withHole(random, star(random, 0, 0, random.between(250, 450), 10))], adjoining: [] };
  if (kind === 'box') return { own: [withHole(random, outer(box(-300, -250, 600, 500)))], adjoining: [] };
  if (kind === 'adjacent') return adjacent(random);
  return {
    own: [
      [star(random, 0, 0, 350, 9)],
      [star(random, random.between(-300, 300), 350, 300, 7)],
      ...(random.next() < 0.4 ? [[star(random, 650, random.between(-300, 300), 120, 6)] as const] : []),
    ],
    adjoining: [],
  };
}

function withHole(random: Random, ring: Ring): Shape {
  if (random.next() < 0.6) return [ring];
  const size = random.between(8, 90);
  return [ring, [...(random.next() < 0.5 ? star(random, 0, 0, size, 6) : regular(random, size))].reverse()];
}

/** A square or a hexagon, turned by any angle: where all its sides are as far from the middle. */
function regular(random: Random, size: number): Ring {
  const corners = random.pick([4, 6]);
  const turn = random.between(0, Math.PI);
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [centimetres(size * Math.cos(angle)), centimetres(size * Math.sin(angle))] as const;
  });
}

/** A tract parted by a line that both sides have corner for corner, or one side with a corner more on a straight stretch. */
function adjacent(random: Random): Footing {
  const x = metres(random, -100, 100);
  const line: Ring = [
    [x, -300],
    [centimetres(x + random.between(-60, 60)), -60],
    [x, 80],
    [x, 300],
  ];
  const west: Shape = [[[-400, -300], ...line, [-400, 300]]];
  const extra: Ring = random.next() < 0.5 ? [[x, 190]] : [];
  const east: Shape = [[[420, 300], [x, 300], ...extra, ...line.slice(0, 3).reverse(), [420, -300]]];
  return random.next() < 0.6 ? { own: [west, east], adjoining: [] } : { own: [west], adjoining: [east] };
}

/** What is seen: across edges, inside, as the right itself, over a hole, at a distance, beyond by a designed measure. */
export function randomShapes(random: Random, footing: Footing, limits: Limits): readonly Shape[] {
  const [right = box(0, 0, 100, 100)] = footing.own;
  switch (
    random.pick([
      'across',
      'across',
      'across',
      'inside',
      'same',
      'teeth',
      'hole',
      'filled',
      'measured',
      'bumps',
      'beside',
      'far',
      'two',
    ])
  ) {
    case 'across':
      return [[across(random)]];
    case 'inside':
      return [[star(random, metres(random, -90, 90), metres(random, -90, 90), metres(random, 3, 70), 7)]];
    case 'same':
      return [[outer(random.next() < 0.7 ? right : (footing.adjoining[0] ?? footing.own[1] ?? right))]];
    case 'teeth':
      return [[teeth(random, outer(right))]];
    case 'hole':
      return [[star(random, 0, 0, metres(random, 20, 160), 8)]];
    case 'filled':
      return [[regular(random, metres(random, 110, 150))]];
    case 'measured':
      return [measured(random, limits)];
    case 'bumps':
      return [bumps(random, outer(right), limits)];
    case 'beside':
      return [beside(random, outer(right))];
    case 'far':
      return [[star(random, metres(random, 300, 2800), metres(random, -1200, 1200), 80, 6)]];
    default:
      return [[across(random)], [star(random, metres(random, -200, 200), 950, 90, 6)]];
  }
}

const across = (random: Random): Ring =>
  star(random, random.between(-280, 280), random.between(-280, 280), random.between(40, 350), 8);

/** The ring with some corners moved outward by centimetres or metres: slivers and narrow wedges. */
const teeth = (random: Random, ring: Ring): Ring =>
  ring.map(([x, y]) => {
    const by =
      random.next() < 0.4 ? 1 + random.pick([0.00002, 0.0002, 0.002, 0.02]) * random.between(0.5, 1.5) : 1;
    return [centimetres(x * by), centimetres(y * by)] as const;
  });

/** Along the northern edge of the box and of the parted tract, and beyond it at two places, by little and by more. */
function bumps(random: Random, right: Ring, { probable, confirmed }: Limits): Shape {
  const north = Math.max(...right.map(([, y]) => y));
  const low = centimetres(north + probable * random.between(0.3, 1.2));
  const high = centimetres(north + confirmed * random.between(0.8, 2));
  const x = metres(random, -290, -260);
  return [
    [
      [x, 120],
      [x + 150, 120],
      [x + 150, high],
      [x + 100, high],
      [x + 100, north],
      [x + 60, north],
      [x + 60, low],
      [x, low],
    ],
  ];
}

/** Inside the western half of the parted tract, and over the line by no more than centimetres. */
function beside(random: Random, right: Ring): Shape {
  const [x = 0] = right[3] ?? [];
  return box(x - 100, 100, centimetres(100 + random.pick([0.02, 0.05, 0.2])), 150);
}

/** Beyond the northern or eastern edge of the box and of the parted tract by a measure near a limit. */
function measured(random: Random, { probable, confirmed }: Limits): Shape {
  const limit = random.pick([probable, confirmed]);
  const by = limit * random.pick([0.5, 0.9, 0.98, 1.02, 1.1, 1.5]);
  return box(metres(random, -250, 0), 0, metres(random, 5, 120), centimetres(random.pick([250, 300]) + by));
}
