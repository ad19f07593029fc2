import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list.js';
import type { IntakeFile } from '../../../src/subgraphs/boundaries/formats/intake-file.js';
import { readStoredString } from '../../../src/subgraphs/boundaries/formats/stored-string.js';

const fixture = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
const string = fixture('formats/stored-string/liaoning-2025-54.txt');
const told = (file: IntakeFile) => file.issues.map(({ code, index, vertex }) => [code, index, vertex]);
const withoutLines = (file: IntakeFile) => JSON.stringify(file.features).replace(/"line":\d+/g, '');

const square = '1,4507000.5,41473000.5,2,4507100.5,41473000.5,3,4507100.5,41473100.5,4,4507000.5,41473100.5';
const hole = '1,4507020,41473020,2,4507040,41473020,3,4507040,41473040';

test('the stored string of the notice holds the same areas as its listing', () => {
  const file = readStoredString(string, null);
  expect(file.issues).toEqual([]);
  const notice = readCornerList(fixture('notices/liaoning-2025-54.txt'), null);
  expect(withoutLines(file)).toBe(withoutLines(notice));
  expect(withoutLines(readStoredString(`\uFEFF \r\n${string.replaceAll(',', ' ， ')}`, null))).toBe(
    withoutLines(notice),
  );
});

test('an area with the sign -1 is cut out; band and name may be blank', () => {
  const file = readStoredString(`2,4,${square},,,,1,3,${hole},,,,-1,`, null);
  expect(file).toMatchObject({ issues: [], features: [{ name: null, srid: 4529, ceilingMetres: null }] });
  expect(file.features[0]?.polygons.map((rings) => rings.map((ring) => ring.length))).toEqual([[4, 3]]);
});

test.each([
  ['a string that was cut off within a corner', string.slice(0, 210), [['COUNT_DIFFERS', 0, 8]]],
  ['a string that ends before its last area', `2,4,${square},,,东区,1,`, [['COUNT_DIFFERS', 1, null]]],
  ['more areas than it counts', `1,4,${square},,,东区,1,3,${hole},,,,1,`, [['COUNT_DIFFERS', 1, null]]],
  [
    'fewer corners than it counts',
    `1,5,${square},200,100,东区,1,`,
    [
      ['NOT_A_NUMBER', 0, 5],
      ['COUNT_DIFFERS', 0, null],
    ],
  ],
  ['more corners than it counts', `1,3,${square},200,100,东区,1,`, [['SIGN_UNKNOWN', 0, null]]],
  ['a name with a comma', `2,4,${square},,,东区,上,1,3,${hole},,,,1,`, [['SIGN_UNKNOWN', 0, null]]],
  [
    'a field that is missing',
    `1,4,${square.replace('2,4507100.5,', '4507100.5,')},,,,1,`,
    [['UNREADABLE', 0, 2]],
  ],
  ['two lines', `${string}${string}`, [['UNREADABLE', 0, null]]],
  [
    'X and Y exchanged',
    string.replace(/(\d+),(\d{7}[\d.]*),(\d{8}[\d.]*)/g, '$1,$3,$2'),
    [['AXES_SWAPPED', 0, 1]],
  ],
  ['NaN', `1,4,${square.replace('4507100.5', 'NaN')},,,,1`, [['NOT_A_NUMBER', 0, 2]]],
  ['an unknown sign', `1,4,${square},,,,2`, [['SIGN_UNKNOWN', 0, null]]],
  ['half a band', `1,4,${square},,100,,1`, [['ELEVATION_INVALID', 0, null]]],
  ['no areas', '0,', [['EMPTY', 0, null]]],
  ['nothing', ' \n', [['EMPTY', 0, null]]],
])('%s is refused', (_name, text, expected) => {
  expect(told(readStoredString(text, null))).toEqual(expected);
});
