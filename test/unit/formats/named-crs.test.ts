import { expect, test } from 'vitest';
import { namedCrs } from '../../../src/subgraphs/boundaries/formats/named-crs.js';

test.each([
  [
    'CGCS2000',
    [
      '2000国家大地坐标系',
      'CGCS2000',
      '国家2000',
      '国家大地2000坐标系',
      '2000中国大地坐标系',
      '２０００国家大地坐标系',
    ],
  ],
  [
    'XIAN_1980',
    ['1980西安坐标系', '1980年西安坐标系', '80国家大地坐标系', '西安80', '８０西安坐标系', 'Xian_1980'],
  ],
  ['BEIJING_1954', ['1954北京坐标系', '1954年北京坐标系', '北京54', 'Beijing 54', 'GCS_Beijing_1954']],
  ['WGS_84', ['WGS-84', 'WGS84', 'GCS_WGS_1984']],
])('%s is known by the words that documents use for it', (datum, words) => {
  for (const one of words) expect([one, namedCrs(one)]).toEqual([one, { datum, srid: null, unclear: null }]);
});

test('words beside the zone or the projection change no datum', () => {
  for (const words of [
    '2000国家大地坐标系3度带',
    'CGCS2000 高斯-克吕格投影 中央经线84°',
    '2000国家大地坐标系,带号41',
  ]) {
    expect(namedCrs(words).datum).toBe('CGCS2000');
  }
});

test('an EPSG code, or the name of a zone, is that code, whatever its digits look like', () => {
  for (const words of [
    'EPSG:4548',
    'epsg 4548',
    '4548',
    'EPSG：4548',
    'CGCS2000 (EPSG:4548)',
    'urn:ogc:def:crs:EPSG::4548',
  ]) {
    expect(namedCrs(words)).toEqual({ datum: 'CGCS2000', srid: 4548, unclear: null });
  }
  expect(namedCrs('EPSG:2354')).toEqual({ datum: 'XIAN_1980', srid: 2354, unclear: null });
  expect(namedCrs('EPSG:3857')).toEqual({ datum: null, srid: 3857, unclear: null });
  expect(namedCrs('Xian_1980_3_Degree_GK_CM_84E').srid).toBe(2373);
  expect(namedCrs('CGCS2000 / 3-degree Gauss-Kruger zone 41').srid).toBe(4529);
});

test.each([
  [
    'local systems',
    /local/,
    ['北京地方坐标系', '北京城市独立坐标系', '西安市独立坐标系', '独立坐标系2000', '独立坐标系'],
  ],
  ['several', /several/, ['北京54转西安80', '北京2000', '西安54', 'EPSG:4548 西安80', '2000 1980']],
  [
    'no datum for certain',
    /no datum/,
    ['', '北京', '西安市', '新1954北京坐标系', 'constructor', '3', 'New Beijing 54'],
  ],
])('%s are not guessed', (_what, told, words) => {
  for (const one of words) {
    expect([one, namedCrs(one)]).toEqual([
      one,
      { datum: null, srid: null, unclear: expect.stringMatching(told) },
    ]);
  }
});
