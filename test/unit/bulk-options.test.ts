import { expect, test } from 'vitest';
import { optionsOf } from '../../src/subgraphs/boundaries/intake/bulk-options.js';
import type { IntakeOptions } from '../../src/subgraphs/boundaries/intake/intake.js';

const options: IntakeOptions = {
  kind: 'MINING_RIGHT',
  authority: '自然资源局',
  validFrom: '2026-01-01',
  sigmaMetres: 0.1,
};
const facts = { kind: 'MINING_RIGHT', authority: '自然资源局', validFrom: '2026-01-01', sigma: '0.1' };

test.each([
  ['dump site', 'DUMP_SITE'],
  ['DUMP_SITE', 'DUMP_SITE'],
  ['排土场', 'DUMP_SITE'],
  [' 禁采区 ', 'PROHIBITED_ZONE'],
])('a row of many mines says its kind in the words that any import understands: %s', (words, kind) => {
  expect(optionsOf({ ...facts, kind: words }, options)).toMatchObject({ kind });
});

test('a row whose kind is none of the hub is rejected, with what it says', () => {
  expect(optionsOf({ ...facts, kind: '办公楼' }, options)).toContain('"办公楼"');
});

test.each(['0000-01-01', '2026-02-30'])('a row valid from %s is rejected, as no such day is', (validFrom) => {
  expect(optionsOf({ ...facts, validFrom }, options)).toBe(`validFrom is "${validFrom}": Invalid ISO date.`);
});
