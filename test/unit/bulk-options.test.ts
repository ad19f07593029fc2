import { expect, test } from 'vitest';
import { defaultFacts, optionsOf } from '../../src/subgraphs/boundaries/intake/bulk-options.js';
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
  expect(optionsOf({ ...facts, validFrom }, options)).toBe(
    `validFrom is "${validFrom}": give a day like 2025-12-01.`,
  );
});

test('a row says how exact its heights are, and what its document states; without, the options do', () => {
  const stated = { ...options, sigmaZMetres: 3, statedAreaSquareMetres: null };
  expect(optionsOf({ ...facts, sigmaZ: '25', statedArea: '900000' }, stated)).toMatchObject({
    sigmaZMetres: 25,
    statedAreaSquareMetres: 900_000,
  });
  expect(optionsOf(defaultFacts(stated, null), stated)).toMatchObject({
    sigmaZMetres: 3,
    statedAreaSquareMetres: null,
  });
});

test.each([
  [{ sigma: '-1' }, 'sigma is "-1": give 0 or more metres.'],
  [{ sigmaZ: 'fine' }, 'sigmaZ is "fine": give a number of metres.'],
  [{ statedArea: 'large' }, 'statedArea is "large": give a number of square metres.'],
  [{ validFrom: '2026/01/01' }, 'validFrom is "2026/01/01": give a day like 2025-12-01.'],
])('a row that says %o is told what to give', (said, message) => {
  expect(optionsOf({ ...facts, ...said }, options)).toBe(message);
});
