import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** Licences that ask for no more than a notice, by SPDX expression. */
const FREE = [
  '(MIT AND BSD-3-Clause)',
  '(MIT OR CC0-1.0)',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
];

/** What is used all the same: docs/adr/0002 says of each what its licence asks, and what it would take to do without. */
const CONSIDERED: Readonly<Record<string, string>> = { '@apollo/federation-internals': 'Elastic-2.0' };

test('what a running hub is made of is under licences that agencies can take over, or that were considered', async () => {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const others = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { license = 'none stated' }]) => [
      path.slice(path.lastIndexOf('node_modules/') + 13),
      license,
    ])
    .filter(([, license = '']) => !FREE.includes(license));
  expect(Object.fromEntries(others)).toEqual(CONSIDERED);
});
