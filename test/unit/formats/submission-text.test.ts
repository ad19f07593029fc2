import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list.js';
import type { IntakeFile } from '../../../src/subgraphs/boundaries/formats/intake-file.js';
import { readSubmissionText } from '../../../src/subgraphs/boundaries/formats/submission-text.js';
import { decodeText } from '../../../src/subgraphs/boundaries/formats/text.js';

const fixture = (path: string): string =>
  decodeText(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
const application = fixture('formats/submission-text/application-gbk.txt');
const told = (file: IntakeFile) => file.issues.map(({ code, line, vertex }) => [code, line, vertex]);
const withoutLines = (file: IntakeFile) => JSON.stringify(file.features).replace(/"line":\d+/g, '');
const changed = (from: string | RegExp, to: string): string => application.replace(from, to);

test('the application in GBK holds the same areas as the notice', () => {
  const file = readSubmissionText(application, null);
  expect(file.issues).toEqual([]);
  expect(withoutLines(file)).toBe(
    withoutLines(readCornerList(fixture('notices/liaoning-2025-54.txt'), null)),
  );
  expect(file.features[0]?.polygons[0]?.[0]?.[1]?.line).toBe(10);
});

test('the datum is the one named before the corners', () => {
  const srid = (stated: string, given: number | null = null) =>
    readSubmissionText(changed('坐标系统=2000国家大地坐标系', stated), given);
  expect(srid('坐标系统=1980西安坐标系').features[0]?.srid).toBe(2365);
  expect(srid('坐标系统=2').features[0]?.srid).toBe(2365);
  expect(srid('坐标系=北京54').features[0]?.srid).toBe(2417);
  expect(srid('坐标系统=').features[0]?.srid).toBe(4529);
  expect(told(srid('坐标系统=3'))).toEqual([['CRS_AMBIGUOUS', 6, null]]);
  expect(srid('坐标系统=3', 4529).features[0]?.srid).toBe(4529);
  expect(told(srid('坐标系统=1980西安坐标系', 4529))).toEqual([['CRS_CONFLICT', null, null]]);
});

test('a datum that two lines name differently, or that is no datum, is not guessed', () => {
  const read = (stated: string, given: number | null = null) =>
    readSubmissionText(changed('坐标系统=2000国家大地坐标系', stated), given);
  const file = read('坐标系统=2000国家大地坐标系\r\n坐标系=1980西安坐标系');
  expect(told(file)).toEqual([['CRS_CONFLICT', 7, null]]);
  expect(file.issues[0]?.message).toMatch(/2000国家.*1980西安/);
  expect(read('坐标系统=2000国家大地坐标系\r\n坐标系=CGCS2000').features[0]?.srid).toBe(4529);
  for (const word of ['constructor', 'toString', '__proto__', '北京地方坐标系']) {
    expect(told(read(`坐标系统=${word}`))).toEqual([['CRS_AMBIGUOUS', 6, null]]);
    const bare = application.replace(/,41(\d{6}\.)/g, ',$1').replace('2000国家大地坐标系', word);
    expect(told(readSubmissionText(bare, null))[0]).toEqual(['CRS_AMBIGUOUS', 6, null]);
  }
  expect(read('坐标系统=EPSG:2365').features[0]?.srid).toBe(2365);
  expect(told(read('坐标系统=EPSG:2365', 4529))).toEqual([['CRS_CONFLICT', 6, null]]);
});

test('a total may stand again with the same number', () => {
  const again = changed('总行数=21', '总行数=21\r\n矿区范围拐点坐标与标高的总行数=21');
  expect(told(readSubmissionText(again, null))).toEqual([]);
});

test.each([
  ['a total that counts other lines', changed('总行数=21', '总行数=20'), [['COUNT_DIFFERS', 8, null]]],
  [
    'two totals that differ, whichever is right',
    changed('总行数=21', '总行数=21\r\n矿区范围拐点坐标与标高的总行数=20'),
    [['COUNT_DIFFERS', 9, null]],
  ],
  ['no total', changed(/矿区范围拐点坐标与标高的总行数=21/, ''), [['UNREADABLE', null, null]]],
  [
    'a line that is missing',
    changed(/XY005=.*\r\n/, ''),
    [
      ['CORNER_OUT_OF_ORDER', 13, null],
      ['COUNT_DIFFERS', 8, null],
      ['CORNER_OUT_OF_ORDER', 13, 5],
    ],
  ],
  [
    'no line of elevations at the end',
    changed(/总行数=21/, '总行数=20').replace(/XY021=.*\r\n/, ''),
    [['UNCLOSED', 28, 11]],
  ],
  [
    'a corner without Y',
    changed('XY003=3,4507217.2292,41473517.9202', 'XY003=3,4507217.2292'),
    [['NOT_A_NUMBER', 11, 3]],
  ],
  [
    'something after Y',
    changed('41473517.9202', '41473517.9202,7'),
    [
      ['UNREADABLE', 11, 3],
      ['CORNER_OUT_OF_ORDER', 12, 3],
    ],
  ],
  ['X and Y exchanged', changed(/(XY\d+=\d+),([\d.]+),([\d.]+)/g, '$1,$3,$2'), [['AXES_SWAPPED', 9, 1]]],
  ['half a band', changed('标高,229.5,70', '标高,229.5,'), [['ELEVATION_INVALID', 17, null]]],
  ['no boundary', '矿山名称=某矿', [['UNREADABLE', null, null]]],
])('%s is refused', (_name, text, expected) => {
  expect(told(readSubmissionText(text, null))).toEqual(expected);
});
