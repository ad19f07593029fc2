import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list.js';
import type { IntakeFile } from '../../../src/subgraphs/boundaries/formats/intake-file.js';

const notice = readFileSync(new URL('../../fixtures/notices/liaoning-2025-54.txt', import.meta.url), 'utf8');

/** A square of 100 m whose corners are counted from 1, as lines without the closing one. */
const square = (x = 4507000, y = 41473000, side = 100): string[] => [
  `1,${x}.5,${y}.5, , ,`,
  `2,${x + side}.5,${y}.5, , ,`,
  `3,${x + side}.5,${y + side}.5, , ,`,
  `4,${x}.5,${y + side}.5, , ,`,
];
const area = (lines: string[], closing = '*,200,100,东区,1,'): string => [...lines, closing].join('\n');
const told = (file: IntakeFile) => file.issues.map(({ code, line, vertex }) => [code, line, vertex]);
const read = (text: string, srid: number | null = null) => readCornerList(text, srid);

test('the published notice is two areas in zone 41 with their bands, whichever way round these stand', () => {
  const file = read(notice);
  expect(file.issues).toEqual([]);
  expect(
    file.features.map(({ name, srid, ceilingMetres, floorMetres, polygons }) => ({
      name,
      srid,
      ceilingMetres,
      floorMetres,
      corners: polygons.map((rings) => rings.map((ring) => ring.length)),
    })),
  ).toEqual([
    { name: '金藏采区', srid: 4529, ceilingMetres: 229.5, floorMetres: 70, corners: [[8]] },
    { name: '远东采区', srid: 4529, ceilingMetres: 363, floorMetres: 10, corners: [[11]] },
  ]);
  expect(file.features[1]?.polygons[0]?.[0]?.[5]).toEqual({
    number: '6',
    x: 4513235.2995,
    y: 41489277.026,
    line: 15,
  });
  const turned = read(notice.replace('*,363,10,', '*,10,363,'));
  expect(turned.features[1]).toEqual(file.features[1]);
});

test('line ends, byte order mark, full-width commas and blank lines change nothing', () => {
  const plain = read(notice).features;
  const withoutLines = (file: IntakeFile) => JSON.stringify(file.features).replace(/"line":\d+/g, '');
  expect(read(`\uFEFF${notice.replaceAll('\n', '\r\n')}`).features).toEqual(plain);
  expect(read(notice.replaceAll(',', '，')).features).toEqual(plain);
  expect(withoutLines(read(notice.replaceAll('\n', '\n\n')))).toBe(withoutLines(read(notice)));
  expect(read(notice.replaceAll(', , ,', '')).features).toEqual(plain);
});

test('a name may hold a comma of either width', () => {
  expect(read(area(square(), '*,200,100,东区，一采,1,')).features[0]?.name).toBe('东区，一采');
  expect(read(area(square(), '*,200,100,East, upper,1,')).features[0]?.name).toBe('East,upper');
});

describe('a sign of -1', () => {
  const inner = square(4507020, 41473020, 20);

  test('cuts a hole into the area that holds it', () => {
    const file = read(`${area(square())}\n${area(inner, '*,200,100,,-1,')}`);
    expect(file.issues).toEqual([]);
    expect(file.remarks).toEqual([]);
    expect(file.features).toHaveLength(1);
    expect(file.features[0]?.polygons).toMatchObject([[{ length: 4 }, { length: 4 }]]);
  });

  test('cuts the area of its own elevation band where two are stacked', () => {
    const stacked = `${area(square(), '*,200,100,upper,1,')}\n${area(square(), '*,100,0,lower,1,')}`;
    const file = read(`${stacked}\n${area(inner, '*,100,0,,-1,')}`);
    expect(file.features.map(({ name, polygons }) => [name, polygons[0]?.length])).toEqual([
      ['upper', 1],
      ['lower', 2],
    ]);
  });

  test('through part of the height is taken with a remark', () => {
    const file = read(`${area(square())}\n${area(inner, '*,150,100,,-1,')}`);
    expect(file.issues).toEqual([]);
    expect(file.remarks).toMatchObject([{ code: 'HOLE_BAND_DIFFERS', index: 0, line: 10 }]);
  });

  test('at other heights than the area that holds it cuts nothing, with a remark', () => {
    const above = read(`${area(square())}\n${area(inner, '*,300,200,,-1,')}`);
    expect(above.issues).toEqual([]);
    expect(above.features[0]?.polygons).toMatchObject([[{ length: 4 }]]);
    expect(above.remarks).toMatchObject([{ code: 'HOLE_CUTS_NOTHING', index: 0, line: 10 }]);
    expect(above.remarks[0]?.message).toContain('300 to 200 m');
  });

  test('whose band is listed with its bottom first is told of, with the area that holds it', () => {
    const file = read(`${area(square())}\n${area(inner, '*,100,200,,-1,')}`);
    expect(file.remarks).toMatchObject([{ code: 'ELEVATION_BAND_UPSIDE_DOWN', index: 0, line: 10 }]);
  });

  test('cuts an area without height whose elevation it has', () => {
    const flat = read(`${area(square(), '*,100,100,,1,')}\n${area(inner, '*,100,100,,-1,')}`);
    expect(flat.features[0]?.polygons).toMatchObject([[{ length: 4 }, { length: 4 }]]);
    expect(flat.remarks).toEqual([]);
  });

  test('needs an area to cut, and must lie inside it', () => {
    expect(told(read(area(inner, '*,200,100,,-1,')))).toEqual([['HOLE_WITHOUT_SHELL', 5, null]]);
    const beside = area(square(4507090, 41473020, 20), '*,200,100,,-1,');
    expect(told(read(`${area(square())}\n${beside}`))).toEqual([['HOLE_OUTSIDE_SHELL', 7, 2]]);
  });
});

describe('a listing is refused with code, line and vertex', () => {
  const replaced = (line: number, text: string): string[] => square().with(line - 1, text);

  test.each([
    ['not closed', square().join('\n'), [['UNCLOSED', 4, 4]]],
    [
      'not closed before the next area',
      `${square().join('\n')}\n${area(square(4508000))}`,
      [['UNCLOSED', 4, 4]],
    ],
    ['a corner repeated', area([...square(), '5,4507100.5,41473100.5']), [['DUPLICATE_CORNER', 5, 5]]],
    [
      'the first corner repeated at the end',
      area([...square(), '5,4507000.5,41473000.5']),
      [['DUPLICATE_CORNER', 5, 5]],
    ],
    [
      'corners out of order',
      area([0, 2, 1, 3].map((i) => square()[i] ?? '')),
      [
        ['CORNER_OUT_OF_ORDER', 2, 2],
        ['CORNER_OUT_OF_ORDER', 3, 3],
        ['CORNER_OUT_OF_ORDER', 4, 4],
      ],
    ],
    ['a list that begins at 2', area(square().slice(1)), [['CORNER_OUT_OF_ORDER', 1, 1]]],
    ['a corner in another zone', area(replaced(3, '3,4507100.5,40473100.5')), [['MIXED_ZONE', 3, 3]]],
    ['a zone that China lacks', area(square(4507000, 61473000)), [['ZONE_UNKNOWN', 1, 1]]],
    ['a prefix between the 6° and the 3° zones', area(square(4507000, 24473000)), [['ZONE_UNKNOWN', 1, 1]]],
    ['a digit missing in Y', area(replaced(2, '2,4507100.5,4147300.5')), [['WRONG_DIGIT_COUNT', 2, 2]]],
    ['a digit too many in X', area(replaced(2, '2,45071000.5,41473000.5')), [['WRONG_DIGIT_COUNT', 2, 2]]],
    ['a sign before X', area(replaced(2, '2,-4507100.5,41473000.5')), [['WRONG_DIGIT_COUNT', 2, 2]]],
    ['NaN', area(replaced(2, '2,NaN,41473000.5')), [['NOT_A_NUMBER', 2, 2]]],
    ['Infinity', area(replaced(2, '2,4507100.5,Infinity')), [['NOT_A_NUMBER', 2, 2]]],
    ['letters for digits', area(replaced(2, '2,45O7100.5,41473000.5')), [['NOT_A_NUMBER', 2, 2]]],
    ['an exponent', area(replaced(2, '2,4.5071005e6,41473000.5')), [['NOT_A_NUMBER', 2, 2]]],
    ['a coordinate missing', area(replaced(2, '2,4507100.5')), [['NOT_A_NUMBER', 2, 2]]],
    ['two corners', area(square().slice(0, 2)), [['TOO_FEW_CORNERS', 3, null]]],
    ['an area without corners', area([]), [['TOO_FEW_CORNERS', 1, null]]],
    ['no sign', area(square(), '*,200,100,东区, ,'), [['SIGN_UNKNOWN', 5, null]]],
    ['an unknown sign', area(square(), '*,200,100,东区,2,'), [['SIGN_UNKNOWN', 5, null]]],
    ['half an elevation band', area(square(), '*,200,,东区,1,'), [['ELEVATION_INVALID', 5, null]]],
    ['a value after the coordinates', area(replaced(2, '2,4507100.5,41473000.5,x')), [['UNREADABLE', 2, 2]]],
    ['a heading', `序号,X,Y\n${area(square())}`, [['UNREADABLE', 1, null]]],
    ['nothing', ' \n', [['EMPTY', null, null]]],
  ])('%s', (_name, text, expected) => {
    expect(told(read(text))).toEqual(expected);
    expect(read(text).features).toHaveLength(text.includes('4508000') ? 1 : 0);
  });

  test('X and Y exchanged is told as exactly that', () => {
    const exchanged = notice.replace(/^(\d+),([\d.]+),([\d.]+)/gm, '$1,$3,$2');
    const file = read(exchanged);
    expect(told(file)).toEqual([['AXES_SWAPPED', 1, 1]]);
    expect(file.issues[0]?.message).toContain('all corners');
    expect(file.features).toEqual([]);
    const one = area(square().with(2, '3,41473100.5,4507100.5'));
    expect(told(read(one))).toEqual([['AXES_SWAPPED', 3, 3]]);
  });

  test('everything wrong is told at once', () => {
    const text = `${area(square().with(1, '2,NaN,41473000.5'))}\n${area(square(4508000).slice(0, 2), '*,1,2,,7,')}\n${square(4509000).join('\n')}`;
    expect(told(read(text))).toEqual([
      ['NOT_A_NUMBER', 2, 2],
      ['SIGN_UNKNOWN', 8, null],
      ['UNCLOSED', 12, 4],
      ['TOO_FEW_CORNERS', 8, null],
    ]);
  });
});

test('a given SRID names the datum, but may not contradict the zone prefix', () => {
  expect(read(notice, 2365).features[0]?.srid).toBe(2365);
  expect(told(read(area(square()), 4528))).toEqual([1, 2, 3, 4].map((n) => ['MIXED_ZONE', n, n]));
  expect(read(area(square(4507000, 473000)), 4550).features[0]?.srid).toBe(4550);
  expect(read(area(square(4507000, 21473000))).features[0]?.srid).toBe(4499);
  expect(read(area(square(4507000, 21473000)), 2335).features[0]?.srid).toBe(2335);
  expect(read(area(square(4507000, 21473000)), 4499).features[0]?.srid).toBe(4499);
  expect(told(read(notice, 4490))).toEqual([['CRS_UNKNOWN', null, null]]);
});

test('corner numbers may run on through the areas', () => {
  const next = square(4508000).map((line, i) => line.replace(/^\d+/, String(i + 5)));
  expect(read(`${area(square())}\n${area(next)}`)).toMatchObject({ issues: [], features: { length: 2 } });
});
