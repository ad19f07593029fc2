import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readDms } from '../../../src/subgraphs/boundaries/formats/dms.js';
import { printAngle, readAngle } from '../../../src/subgraphs/boundaries/formats/dms-angle.js';
import { checkedFile } from '../../../src/subgraphs/boundaries/formats/formats.js';
import type { IntakeFile } from '../../../src/subgraphs/boundaries/formats/intake-file.js';

const listing = readFileSync(
  new URL('../../fixtures/formats/dms/liaoning-2025-54.txt', import.meta.url),
  'utf8',
);
const told = (file: IntakeFile) => file.issues.map(({ code, line, vertex }) => [code, line, vertex]);
const changed = (from: string | RegExp, to: string): IntakeFile => readDms(listing.replace(from, to), null);

test('the listing of the notice in degrees has its areas, latitude as x', () => {
  const file = readDms(listing, null);
  expect(file.issues).toEqual([]);
  expect(file.features).toMatchObject([
    { name: '金藏采区', srid: 4490, ceilingMetres: 229.5, floorMetres: 70 },
    { name: '远东采区', srid: 4490, ceilingMetres: 363, floorMetres: 10 },
  ]);
  expect(file.features.map(({ polygons }) => polygons.flat().map((ring) => ring.length))).toEqual([
    [8],
    [11],
  ]);
  const corner = file.features[0]?.polygons[0]?.[0]?.[0];
  expect(corner?.x).toBeCloseTo(40.698041, 6);
  expect(corner?.y).toBeCloseTo(122.684682, 6);
});

test.each([
  ['packed digits', /(\d+)°(\d+)′([\d.]+)″/g, '$1$2$3'],
  ['ASCII marks', /(\d+)°(\d+)′([\d.]+)″/g, `$1°$2'$3"`],
  ['hyphens', /(\d+)°(\d+)′([\d.]+)″/g, '$1-$2-$3'],
  ['Chinese units', /(\d+)°(\d+)′([\d.]+)″/g, '$1度$2分$3秒'],
  ['letters behind', /″,(\d+.*)″/g, '″E,$1″N'],
  ['words before', /^(\d+),(.*),(.*″)/gm, '$1,东经$2,北纬$3'],
  ['letters that order the columns', /^(\d+),(.*),(.*″)/gm, '$1,$3N,$2E'],
  ['tabs', /^(\d+),(.*),(.*″)/gm, '$1\t$2\t$3'],
])('%s are the same angles', (_name, from, to) => {
  expect(changed(from, to)).toEqual(readDms(listing, null));
});

test('a heading orders the columns where no letter does', () => {
  const exchanged = listing.replace(/^(\d+),(.*),(.*″)/gm, '$1,$3,$2');
  expect(readDms(exchanged.replace('经度,纬度', '纬度,经度'), null)).toEqual(readDms(listing, null));
  const wrong = checkedFile(readDms(exchanged, null), [73, 3, 136, 54]);
  expect(wrong.issues.map(({ code }) => code)).toEqual(['AXES_SWAPPED', 'AXES_SWAPPED']);
});

test('a file without lines that end its areas is one area', () => {
  const one = listing.split('\n').slice(0, 10).join('\n');
  expect(readDms(one, null)).toMatchObject({ issues: [], features: [{ name: null, floorMetres: null }] });
  expect(told(readDms(listing.replace('*,363,10,远东采区,1,', ''), null))).toEqual([['UNCLOSED', 22, 11]]);
});

test('degrees of an unnamed datum are refused with the candidates', () => {
  const file = changed(/^坐标系.*\n/, '');
  expect(told(file)).toEqual([['CRS_AMBIGUOUS', 2, null]]);
  for (const srid of ['4490', '4610', '4214', '4326']) expect(file.issues[0]?.message).toContain(srid);
  expect(readDms(listing.replace(/^坐标系.*\n/, ''), 4610).features[0]?.srid).toBe(4610);
  expect(changed('2000国家大地坐标系', '1954北京坐标系').features[0]?.srid).toBe(4214);
  expect(changed('2000国家大地坐标系', 'EPSG:4610').features[0]?.srid).toBe(4610);
  expect(changed('2000国家大地坐标系', '北京地方坐标系').issues).toMatchObject([
    { code: 'CRS_AMBIGUOUS', line: 1, message: expect.stringContaining('local') },
  ]);
  expect(changed('2000国家大地坐标系', '2000国家大地坐标系\n坐标系=1980西安坐标系').issues).toMatchObject([
    { code: 'CRS_CONFLICT', line: 2, message: expect.stringMatching(/2000国家.*1980西安/) },
  ]);
  expect(told(readDms(listing, 4610))).toEqual([['CRS_CONFLICT', null, null]]);
  expect(told(readDms(listing, 4529))).toEqual([['CRS_UNKNOWN', null, null]]);
});

test.each([
  ['61 minutes', '122°41′07.574″', '122°61′07.574″', [['ANGLE_INVALID', 4, 2]]],
  ['60 seconds', '122°41′07.574″', '122°41′60.000″', [['ANGLE_INVALID', 4, 2]]],
  ['decimal degrees', '122°41′07.574″', '122.685437', [['ANGLE_INVALID', 4, 2]]],
  ['no angle', '122°41′07.574″', '', [['ANGLE_INVALID', 4, 2]]],
  [
    'two longitudes',
    '122°41′07.574″,40°41′54.250″',
    '122°41′07.574″E,40°41′54.250″E',
    [['ANGLE_INVALID', 4, 2]],
  ],
  ['east and west at once', '122°41′07.574″', 'E122°41′07.574″W', [['ANGLE_INVALID', 4, 2]]],
  ['a corner left out', /^3,122.*\n/m, '', Array.from([5], (line) => ['CORNER_OUT_OF_ORDER', line, 3])],
  [
    'a line of words',
    /^3,122/m,
    '第三点,122',
    [
      ['UNREADABLE', 5, 3],
      ['CORNER_OUT_OF_ORDER', 6, 3],
    ],
  ],
])('%s is refused', (_name, from, to, expected) => {
  expect(told(changed(from, to))).toEqual(expected);
});

test('an angle is the double nearest to what is written', () => {
  expect(readAngle('122°41′04.855″')).toEqual({ degrees: 122 + (41 * 60 + 4.855) / 3600, axis: null });
  expect(readAngle('W 1°30′0″')).toEqual({ degrees: -1.5, axis: 'LONGITUDE' });
  expect(readAngle('45 30 00 S')).toEqual({ degrees: -45.5, axis: 'LATITUDE' });
  expect(readAngle('1°'.repeat(40))).toBeNull();
  expect(printAngle(122.5)).toBe('122°30′00.000″');
  expect(printAngle(0.9999999999)).toBe('0°59′59.99999964″');
});
