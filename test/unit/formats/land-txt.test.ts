import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list.js';
import type { IntakeFile } from '../../../src/subgraphs/boundaries/formats/intake-file.js';
import { readLandTxt } from '../../../src/subgraphs/boundaries/formats/land-txt.js';
import { decodeText } from '../../../src/subgraphs/boundaries/formats/text.js';

const fixture = (path: string): string =>
  decodeText(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
const land = fixture('formats/land-txt/liaoning-2025-54-gbk.txt');
const withHole = fixture('formats/land-txt/xian-1980-with-hole.txt');
const told = (file: IntakeFile) =>
  file.issues.map(({ code, line, ring, vertex }) => [code, line, ring, vertex]);
const changed = (from: string | RegExp, to: string): IntakeFile => readLandTxt(land.replace(from, to), null);

test('a file in GBK and one in UTF-8 hold the corners of the notice', () => {
  const file = readLandTxt(land, null);
  expect(file).toMatchObject({ issues: [], remarks: [], features: { length: 2 } });
  expect(readLandTxt(fixture('formats/land-txt/liaoning-2025-54-utf8.txt'), null)).toEqual(file);
  const notice = readCornerList(fixture('notices/liaoning-2025-54.txt'), null);
  const corners = (one: IntakeFile, number = (text: string) => text) =>
    one.features.map(({ name, srid, polygons }) => [
      name,
      srid,
      polygons.flat(2).map((corner) => [number(corner.number), corner.x, corner.y]),
    ]);
  expect(corners(file)).toEqual(corners(notice, (text) => `J${text}`));
});

test('ring 2 is a hole; datum and zone are the header’s where the eastings carry no zone', () => {
  const file = readLandTxt(withHole, null);
  expect(file.issues).toEqual([]);
  expect(file.features).toMatchObject([{ name: '排土场', srid: 2386 }]);
  expect(file.features[0]?.polygons[0]?.map((ring) => ring.map(({ number }) => number).join(' '))).toEqual([
    'J1 J2 J3 J4',
    'J5 J6 J7 J8',
  ]);
});

test('a file whose X and Y are exchanged is refused for exactly that', () => {
  const file = readLandTxt(fixture('formats/land-txt/xy-exchanged-gbk.txt'), null);
  expect(told(file)).toEqual([['AXES_SWAPPED', 14, 1, 1]]);
  expect(file.issues[0]?.message).toContain('X and Y are swapped at all corners');
  const bare = withHole.replace(/^(J\d+,\d),([\d.]+),([\d.]+)/gm, '$1,$3,$2');
  expect(told(readLandTxt(bare, null))).toEqual([['AXES_SWAPPED', 11, 1, 1]]);
});

describe('the CRS', () => {
  test.each([
    ['Beijing 54', '坐标系=2000国家大地坐标系', '坐标系=1954北京坐标系', 2417],
    ['Xi’an 80', '坐标系=2000国家大地坐标系', '坐标系=80国家大地坐标系', 2365],
    ['a zone that only the eastings tell', '带号=41', '带号=', 4529],
    ['a width that only the zone tells', '几度分带=3', '几度分带=', 4529],
    ['a width in words', '几度分带=3', '几度分带=3度带', 4529],
    ['an EPSG code', '坐标系=2000国家大地坐标系', '坐标系=EPSG:2365', 2365],
    ['the name of a zone', '坐标系=2000国家大地坐标系', '坐标系=CGCS2000_3_Degree_GK_Zone_41', 4529],
    [
      'the same in other words',
      '坐标系=2000国家大地坐标系',
      '坐标系=2000国家大地坐标系\n坐标系=CGCS2000',
      4529,
    ],
  ])('is told by %s', (_name, from, to, srid) => {
    expect(changed(from, to)).toMatchObject({ issues: [], features: [{ srid }, { srid }] });
  });

  test('is one of 6° where the header and the eastings say so', () => {
    const text = land
      .replace('几度分带=3', '几度分带=6')
      .replace('带号=41', '带号=21')
      .replace(/,41(\d{6}\.)/g, ',21$1');
    expect(readLandTxt(text, null).features[0]?.srid).toBe(4499);
  });

  test.each([
    ['no datum', '坐标系=2000国家大地坐标系', '坐标系=', 'CRS_AMBIGUOUS', 5],
    ['a datum that nobody knows', '坐标系=2000国家大地坐标系', '坐标系=独立坐标系', 'CRS_AMBIGUOUS', 5],
    ['a local system', '坐标系=2000国家大地坐标系', '坐标系=北京城市独立坐标系', 'CRS_AMBIGUOUS', 5],
    ['the code of another zone', '坐标系=2000国家大地坐标系', '坐标系=EPSG:4528', 'CRS_CONFLICT', 5],
    [
      'two datums',
      '坐标系=2000国家大地坐标系',
      '坐标系=2000国家大地坐标系\n坐标系=1980西安坐标系',
      'CRS_CONFLICT',
      6,
    ],
    ['two zones', '带号=41', '带号=41\n带号=40', 'CRS_CONFLICT', 10],
    ['a zone that contradicts the eastings', '带号=41', '带号=40', 'MIXED_ZONE', 9],
    ['a width that contradicts the zone', '几度分带=3', '几度分带=6', 'MIXED_ZONE', 6],
    ['a width that is none', '几度分带=3', '几度分带=1.5', 'ZONE_UNKNOWN', 6],
    ['another projection', '投影类型=高斯克吕格', '投影类型=兰伯特', 'CRS_UNKNOWN', 7],
    ['another unit', '计量单位=米', '计量单位=度', 'CRS_UNKNOWN', 8],
  ])('is refused with %s', (_name, from, to, code, line) => {
    expect(told(changed(from, to))).toEqual([[code, line, null, null]]);
  });

  test('lists the candidates where it could be several', () => {
    expect(changed('坐标系=2000国家大地坐标系', '坐标系=').issues[0]?.message).toContain('EPSG:4529');
    expect(changed('坐标系=2000国家大地坐标系', '坐标系=').issues[0]?.message).toContain('EPSG:2417');
    const noZone = withHole.replace('带号=41', '带号=');
    expect(told(readLandTxt(noZone, null))).toEqual([['CRS_MISSING', 6, null, null]]);
    expect(readLandTxt(noZone, 2386).features[0]?.srid).toBe(2386);
    expect(readLandTxt(withHole.replace('带号=41', '带号=４１'), null).features[0]?.srid).toBe(2386);
    expect(told(readLandTxt(withHole, 2385))).toEqual([['CRS_CONFLICT', 2, null, null]]);
  });

  test('is not guessed where the header says WGS 84, which no zone has', () => {
    const file = changed('坐标系=2000国家大地坐标系', '坐标系=WGS84');
    expect(told(file)).toEqual([['CRS_UNKNOWN', 5, null, null]]);
    expect(file.issues[0]?.message).toContain('WGS 84');
    expect(file.issues[0]?.message).not.toContain('EPSG:2365');
  });

  test('may be given, but not against the header', () => {
    expect(readLandTxt(land, 4529).features[0]?.srid).toBe(4529);
    expect(told(readLandTxt(land, 2365))).toEqual([['CRS_CONFLICT', 5, null, null]]);
    expect(told(readLandTxt(land, 4490))).toEqual([['CRS_UNKNOWN', null, null, null]]);
  });
});

test('transformation parameters are told of, as they are not applied', () => {
  const file = changed('转换参数=,,,,,,', '转换参数=12.5,-3,0,0,0,0,0');
  expect(file).toMatchObject({ issues: [], features: { length: 2 } });
  expect(file.remarks).toMatchObject([{ code: 'TRANSFORMATION_NOT_APPLIED', line: 11 }]);
});

test.each([
  [
    'a ring that does not end where it began',
    /^J1,1,4507088.*\r\n(?=11|12,)/m,
    '',
    [
      ['COUNT_DIFFERS', 13, null, null],
      ['UNCLOSED', 21, 1, 8],
    ],
  ],
  ['a point that is missing', /^J3,1,4507217.*\r\n/m, '', [['COUNT_DIFFERS', 13, null, null]]],
  ['a plot that is a line', '金藏采区,面', '金藏采区,线', [['GEOMETRY_TYPE', 13, null, null]]],
  [
    'a ring number left out',
    /^J4,1,/m,
    'J4,3,',
    [
      ['CORNER_OUT_OF_ORDER', 17, 2, null],
      ['CORNER_OUT_OF_ORDER', 18, 3, null],
    ],
  ],
  ['letters for digits', '4507128.219', '45O7128.219', [['NOT_A_NUMBER', 15, 1, 2]]],
  ['a point before the first plot', /^9,20.*\r\n/m, '', [['UNREADABLE', 13, null, null]]],
  ['no plots at all', /\[地块坐标\][\s\S]*/, '[地块坐标]', [['EMPTY', null, null, null]]],
  ['no section of plots', /\[地块坐标\][\s\S]*/, '', [['UNREADABLE', null, null, null]]],
  ['a digit missing', '41473413.9217', '4147341.9217', [['WRONG_DIGIT_COUNT', 15, 1, 2]]],
  ['a corner in another zone', '41473413.9217', '40473413.9217', [['MIXED_ZONE', 15, 1, 2]]],
])('%s is refused', (_name, from, to, expected) => {
  const issues = told(changed(from, to));
  for (const one of expected) expect(issues).toContainEqual(one);
});
