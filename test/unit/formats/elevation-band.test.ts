import { expect, test } from 'vitest';
import { readCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list.js';

const listing = (first: string, second: string): string =>
  [
    '1,4507088.22,41473349.92, , ,',
    '2,4507128.22,41473413.92, , ,',
    '3,4507217.23,41473517.92, , ,',
    `*,${first},${second},东采区,1,`,
  ].join('\n');

const told = (first: string, second: string) => readCornerList(listing(first, second), null);

test('a band that is listed with its bottom first is taken the right way round, and told of with its line', () => {
  const { issues, features, remarks } = told('10', '363');
  expect(issues).toEqual([]);
  expect(features).toMatchObject([{ ceilingMetres: 363, floorMetres: 10 }]);
  expect(remarks).toMatchObject([{ code: 'ELEVATION_BAND_UPSIDE_DOWN', severity: 'WARNING', line: 4 }]);
});

test('a band with its top first, without height, or absent is not', () => {
  for (const [first, second] of [
    ['363', '10'],
    ['-50', '-200'],
    ['100', '100'],
    ['', ''],
  ] as const) {
    expect(told(first, second).remarks).toEqual([]);
  }
});
