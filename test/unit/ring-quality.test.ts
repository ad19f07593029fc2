import { expect, test } from 'vitest';
import { type IssuedCorner, ringDoubts } from '../../src/subgraphs/boundaries/quality/ring-quality.js';

/** Corners as issued: northing x, easting y. */
const ring = (...corners: readonly (readonly [x: number, y: number])[]): IssuedCorner[] =>
  corners.map(([x, y]) => ({ x: 4_500_000 + x, y: 500_000 + y, ring: 1 }));

const hole = (corners: readonly IssuedCorner[]): IssuedCorner[] =>
  corners.map((corner) => ({ ...corner, ring: 2 }));

const told = (corners: readonly IssuedCorner[], isGeographic = false) =>
  ringDoubts(corners, isGeographic).map(({ code, ring: inRing, vertex }) => [code, inRing, vertex]);

const SQUARE = [
  [0, 0],
  [0, 300],
  [300, 300],
  [300, 0],
] as const;

test('nothing is said of an ordinary boundary, in metres or in degrees', () => {
  expect(told(ring(...SQUARE))).toEqual([]);
  expect(told([...ring(...SQUARE), ...hole(ring([100, 100], [100, 200], [200, 200]))])).toEqual([]);
  const degrees = [
    [43, 120],
    [43, 120.01],
    [43.01, 120.01],
  ] as const;
  expect(
    told(
      degrees.map(([x, y]) => ({ x, y, ring: 1 })),
      true,
    ),
  ).toEqual([]);
});

test('an edge of less than half a metre is told at its first corner; one of half a metre is not', () => {
  expect(told(ring([0, 0], [0, 300], [0.3, 300.2], [300, 300], [300, 0]))).toEqual([['SHORT_EDGE', 1, 2]]);
  expect(told(ring([0, 0], [0, 300], [0.5, 300], [300, 300], [300, 0]))).toEqual([]);
  // The edge that closes the ring counts.
  expect(told(ring(...SQUARE, [0.2, 0.1]))).toEqual([['SHORT_EDGE', 1, 5]]);
});

test('a short edge is measured on the ground where corners come in degrees', () => {
  // 4e-6 degrees are 0.44 m of latitude; of longitude at 60°N 0.22 m, so that 8e-6 are below half a metre too.
  const at = (x: number, y: number): IssuedCorner => ({ x, y, ring: 1 });
  expect(told([at(60, 120), at(60, 120.01), at(60, 120.010008), at(60.01, 120.01)], true)).toEqual([
    ['SHORT_EDGE', 1, 2],
  ]);
  expect(told([at(60, 120), at(60, 120.01), at(60, 120.01001), at(60.01, 120.01)], true)).toEqual([]);
});

test('a corner at which the boundary turns back on itself is a spike; a sharp corner is not', () => {
  expect(told(ring([0, 0], [0, 300], [150, 301], [151, 900], [152, 301], [300, 300], [300, 0]))).toEqual([
    ['SPIKE', 1, 4],
  ]);
  expect(told(ring([0, 0], [0, 300], [150, 301], [165, 600], [180, 301], [300, 300], [300, 0]))).toEqual([]);
});

test('a hole that touches the shell, and a neck of centimetres, are told; a neck of a metre is not', () => {
  expect(told([...ring(...SQUARE), ...hole(ring([100, 0.01], [100, 100], [200, 100]))])).toEqual([
    ['RING_TOUCHES', 2, 1],
  ]);
  const neck = (width: number) =>
    ring(
      [0, 0],
      [0, 100],
      [150 - width / 2, 100],
      [150 - width / 2, 101],
      [0, 200],
      [300, 200],
      [150 + width / 2, 101],
      [150 + width / 2, 100],
      [300, 100],
      [300, 0],
    );
  expect(told(neck(0.04)).map(([code]) => code)).toContain('RING_TOUCHES');
  expect(told(neck(1))).toEqual([]);
});

test('an edge that turns back along the one before is told, however short; once where it is a spike', () => {
  expect(told(ring([0, 0], [0, 300], [0.03, 296], [300, 150]))).toEqual([['RING_TOUCHES', 1, 3]]);
  expect(told(ring([300, 150], [0.03, 296], [0, 300], [0, 0]))).toEqual([['RING_TOUCHES', 1, 2]]);
  expect(told(ring([0, 0], [0, 300], [0.03, 290], [300, 150]))).toEqual([['SPIKE', 1, 2]]);
  expect(told(ring([0, 0], [0, 300], [0.03, 299.7], [300, 150]))).toEqual([['SHORT_EDGE', 1, 2]]);
});

test('a corner that stands twice in a row is no touching ring', () => {
  expect(told(ring([0, 0], [0, 0], [0, 0], [0, 300], [300, 300], [300, 0]))).toEqual([]);
});

test('what touches is told alike of few corners and of many', () => {
  const shell = (corners: number): IssuedCorner[] =>
    Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * i) / corners;
      return { x: 4_500_000 + 1000 * Math.sin(angle), y: 500_000 + 1000 * Math.cos(angle), ring: 1 };
    });
  const inside = hole(ring([0, 100], [100, 100], [0, 999.97]));
  for (const corners of [4, 40, 400]) {
    expect(told([...shell(corners), ...inside])).toEqual([
      ['RING_TOUCHES', 1, 1],
      ['RING_TOUCHES', 2, 3],
    ]);
    expect(told([...shell(corners), ...inside.slice(0, 2), { x: 4_500_000, y: 500_999, ring: 2 }])).toEqual(
      [],
    );
  }
});

test('an edge that folds back on the one before it is told by its length: short, touching or a spike', () => {
  const folded = (back: number) =>
    ring([0, 0], [0, 300], [0.03, 300 - back], [150, 350], [300, 300], [300, 0]);
  expect(told(folded(0.4))).toEqual([['SHORT_EDGE', 1, 2]]);
  for (const back of [0.6, 4]) {
    expect(told(folded(back))).toEqual([['RING_TOUCHES', 1, 3]]);
    // The other way round, the corner comes before the edge that it lies on.
    expect(told(folded(back).reverse())).toEqual([['RING_TOUCHES', 1, 4]]);
  }
  expect(told(folded(100))).toEqual([['SPIKE', 1, 2]]);
});

test('long stretches side by side, whichever way they run, are looked through in no time', () => {
  const comb = (metresApart: number, degrees: number): IssuedCorner[] => {
    const teeth = 12_000;
    const corners = Array.from({ length: teeth }, (_, i) => [
      [2 * i * metresApart, 0],
      [2 * i * metresApart, 900],
      [(2 * i + 1) * metresApart, 900],
      [(2 * i + 1) * metresApart, 0],
    ]).flat();
    corners.push([2 * teeth * metresApart, -10], [0, -10]);
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    return ring(...corners.map(([x = 0, y = 0]) => [x * cos - y * sin, x * sin + y * cos] as const));
  };
  for (const degrees of [0, 45, 90]) {
    for (const metresApart of [1, 0.1, 0.001]) {
      const found = told(comb(metresApart, degrees)).filter(([code]) => code === 'RING_TOUCHES');
      expect(found.length > 0).toBe(metresApart < 0.05);
    }
  }
});
