import { expect, test } from 'vitest';
import { readCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list.js';
import type { IntakeFormat } from '../../../src/vocabulary/intake.js';
import { faults, readBytes } from '../../support/format-fixtures.js';

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

test.each([
  ['GEOJSON', { ceilingMetres: 300 }],
  ['GEOJSON', { floorMetres: 0, ceilingMetres: null }],
])('half a band is refused in %s as in a listing', async (format, properties) => {
  const ring = [
    [120, 43],
    [120.01, 43],
    [120.01, 43.01],
    [120, 43],
  ];
  const geometry = { type: 'Polygon', coordinates: [ring] };
  const text = JSON.stringify({ type: 'Feature', properties, geometry });
  const { issues } = await readBytes(format as IntakeFormat, Buffer.from(text));
  expect(issues.map(({ code }) => code)).toEqual(['ELEVATION_INVALID']);
  expect(told('300', '').issues.map(({ code }) => code)).toEqual(['ELEVATION_INVALID']);
});

test('half a band is refused in columns as well', async () => {
  const table = (band: string) =>
    Buffer.from(
      `X,Y,标高上限,标高下限\n4500000,41500000,${band}\n4501000,41500000,${band}\n4501000,41501000,${band}`,
    );
  expect((await readBytes('CSV', table('300,100'))).features).toMatchObject([
    { ceilingMetres: 300, floorMetres: 100 },
  ]);
  expect(faults(await readBytes('CSV', table('300,')))).toEqual([
    { code: 'ELEVATION_INVALID', index: 0, line: 2 },
  ]);
});
