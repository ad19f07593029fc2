import { expect, test } from 'vitest';
import {
  changeOf,
  combineDifferences,
  type ViolationDifference,
} from '../../src/judgement/violation-difference.js';

const extent = (areaSquareMetres: number, verdict: 'PROBABLE' | 'CONFIRMED' = 'CONFIRMED') => ({
  areaSquareMetres,
  verdict,
});
const difference = (
  violationId: string,
  before: ViolationDifference['before'],
  after: ViolationDifference['after'],
  more: Partial<ViolationDifference> = {},
): ViolationDifference => ({
  violationId,
  formerId: null,
  mineId: null,
  kind: 'MINING_OUT_OF_BOUNDS',
  wasClosed: false,
  before,
  after,
  reason: null,
  ...more,
});

test('a difference is named after what it did to the violation', () => {
  const name = (...parts: Parameters<typeof difference>) => changeOf(difference(...parts));
  expect(name('v', null, extent(1))).toBe('APPEARED');
  expect(name('v', null, extent(1), { wasClosed: true })).toBe('REOPENED');
  expect(name('v', extent(1), null)).toBe('AUTO_CLOSED');
  expect(name('v', extent(1), extent(2))).toBe('GREW');
  expect(name('v', extent(2), extent(1))).toBe('SHRANK');
  expect(name('v', extent(2), extent(2, 'PROBABLE'))).toBe('VERDICT_CHANGED');
  expect(name('v', extent(2), extent(2 + 1e-5))).toBeNull();
});

test('what several parts did to one violation is told as one difference, also when it was renamed in between', () => {
  const first = [
    difference('a', extent(10), extent(6)),
    difference('b', extent(5), null, { reason: 'gone' }),
  ];
  const second = [
    difference('c', extent(6), extent(4), { formerId: 'a' }),
    difference('b', null, extent(5), { wasClosed: true }),
  ];
  expect(combineDifferences(first, second)).toEqual([
    difference('c', extent(10), extent(4), { formerId: 'a' }),
  ]);
});

test('whether a violation had stood before is what the first part found', () => {
  const name = (...parts: readonly (readonly ViolationDifference[])[]) =>
    combineDifferences(...parts).map(changeOf);
  const [appeared, closed] = [difference('v', null, extent(5)), difference('v', extent(5), null)];
  const back = difference('v', null, extent(5), { wasClosed: true });
  expect(name([appeared], [closed], [back])).toEqual(['APPEARED']);
  expect(name([back], [closed], [back])).toEqual(['REOPENED']);
  expect(name([back], [difference('v', extent(5), extent(6))])).toEqual(['REOPENED']);
  expect(name([closed], [back])).toEqual([]);
});
