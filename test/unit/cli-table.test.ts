import { expect, test } from 'vitest';
import { counted, table } from '../../src/cli/table.js';

test('columns line up, a Chinese character taking two places', () => {
  expect(
    table([
      ['露天煤矿', 1],
      ['pit', 22],
    ]),
  ).toBe('露天煤矿  1\npit       22');
});

test('things are counted as people do', () => {
  expect([counted(1, 'mine'), counted(0, 'mine'), counted(1234, 'mine')]).toEqual([
    '1 mine',
    '0 mines',
    '1,234 mines',
  ]);
});
