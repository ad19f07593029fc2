import { expect, test } from 'vitest';
import { validityFaults } from '../../src/spatial/geometry-validity.js';
import type { Position } from '../../src/spatial/rings.js';

/** A circle of so many corners of which a few, here and there, have changed places. */
function crossed(corners: number, ...at: readonly number[]): Position[] {
  const ring = Array.from({ length: corners }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / corners;
    return [1000 * Math.cos(angle), 1000 * Math.sin(angle)];
  });
  for (const i of at) [ring[i], ring[i + 1]] = [ring[i + 1] as Position, ring[i] as Position];
  return ring;
}

const faults = (ring: Position[]) => validityFaults([[ring]], 'Self-intersection', ring[11] ?? null);

test('of a ring that crosses itself more than once, each place is told', () => {
  expect(faults(crossed(400, 10, 200)).length).toBeGreaterThan(1);
});

test('of a ring of tens of thousands of corners only the place that PostGIS names is told', () => {
  const star = Array.from({ length: 499 }, (_, i): Position => {
    const angle = (2 * Math.PI * i * 249) / 499;
    return [1000 * Math.cos(angle), 1000 * Math.sin(angle)];
  });
  expect(faults(crossed(49_000, 10, 20_000))).toHaveLength(1);
  expect(faults(star).length).toBeGreaterThan(1);
});
