import { expect, test } from 'vitest';
import { type SourceCrs, sourceCrs } from '../../src/spatial/crs.js';
import { geometryFaults, LARGEST_AREA, LARGEST_FOOTPRINT } from '../../src/spatial/ring-size.js';
import type { Position } from '../../src/spatial/rings.js';
import { checkedFile } from '../../src/subgraphs/boundaries/formats/formats.js';
import { readGeoJson } from '../../src/subgraphs/boundaries/formats/geojson.js';

const box = (west: number, south: number, east: number, north: number): Position[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];

const told = (ring: readonly Position[], srid: number, largest = LARGEST_AREA): string[] =>
  geometryFaults([[ring]], sourceCrs(srid) as SourceCrs, null, largest).map(
    ({ code, message }) => `${code} ${message}`,
  );

test('an area may be as large as a province; one that spans the country is refused, in degrees and in metres', () => {
  expect(told(box(80, 36, 94, 47), 4490)).toEqual([]);
  expect(told(box(73.5, 3.5, 135.5, 53.5), 4490)).toEqual([
    expect.stringMatching(/^AREA_TOO_LARGE It encloses some 33 .* km²; at most 2 000 000 km² are taken/),
  ]);
  expect(told(box(41_300_000, 3_000_000, 41_700_000, 5_000_000), 4529)).toEqual([]);
  expect(told(box(41_300_000, 1_000_000, 41_700_000, 6_100_000), 4529)).toEqual([
    expect.stringMatching(/^AREA_TOO_LARGE/),
  ]);
});

test('an area of next to nothing may not run to and fro over the country', () => {
  const zigzag = Array.from({ length: 500 }, (_, i): Position => [i % 2 ? 75 : 76, 36 + i / 1e6]);
  expect(told(zigzag, 4490)).toEqual([
    expect.stringMatching(/^AREA_TOO_LARGE Its edges .* 20 000 km are taken/),
  ]);
});

test('a footprint may be larger than any mine, and no larger', () => {
  expect(told(box(122, 40, 122.9, 40.9), 4490, LARGEST_FOOTPRINT)).toEqual([]);
  expect(told(box(122, 40, 124, 42), 4490, LARGEST_FOOTPRINT)).toEqual([
    expect.stringMatching(/^AREA_TOO_LARGE .*10 000 km²/),
  ]);
});

test('the long edges of all areas of a file are bounded together', () => {
  const file = (areas: number) => {
    const ring = box(110, 30, 120, 38).map((corner) => [...corner]);
    const coordinates = [[...ring, ring[0]]];
    const feature = { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates } };
    const text = JSON.stringify({ type: 'FeatureCollection', features: Array(areas).fill(feature) });
    return checkedFile(readGeoJson(text, 4490), null);
  };
  expect(file(50)).toMatchObject({ features: { length: 50 }, issues: [] });
  expect(file(60)).toMatchObject({
    features: [],
    issues: [{ code: 'FILE_TOO_LARGE', message: expect.stringContaining('at most 200 000 km') }],
  });
});
