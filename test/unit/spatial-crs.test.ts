import { expect, test } from 'vitest';
import {
  gaussKruegerSrid,
  gaussKruegerZone,
  judgingSrid,
  plausibility,
  type SourceCrs,
  sourceCrs,
  sridOfZonePrefix,
} from '../../src/spatial/crs.js';
import { compareStatedArea } from '../../src/subgraphs/boundaries/intake/stated-area.js';

const crs = (srid: number): SourceCrs => {
  const known = sourceCrs(srid);
  if (!known) throw new Error(`EPSG:${srid} is unknown`);
  return known;
};

test('the zone prefix of an easting names its EPSG code: of 3° from 25 to 45, of 6° from 13 to 23', () => {
  const codes = (prefixes: number[], ...datum: ('XIAN_1980' | 'BEIJING_1954')[]) =>
    prefixes.map((prefix) => sridOfZonePrefix(prefix, ...datum));
  expect(codes([25, 38, 41, 45, 13, 21, 23])).toEqual([4513, 4526, 4529, 4533, 4491, 4499, 4501]);
  expect(codes([25, 45, 13, 23], 'XIAN_1980')).toEqual([2349, 2369, 2327, 2337]);
  expect(codes([25, 45, 13, 23], 'BEIJING_1954')).toEqual([2401, 2421, 21413, 21423]);
  expect(codes([24, 46, 12, 0, -1, 41.5, Number.NaN])).toEqual(Array(7).fill(null));
});

test('a zone is found by its code and its code by the zone', () => {
  for (let srid = 2000; srid < 25_000; srid += 1) {
    const zone = gaussKruegerZone(srid);
    if (zone && gaussKruegerSrid(zone) !== srid) expect.fail(`EPSG:${srid} is ${JSON.stringify(zone)}`);
  }
  expect(gaussKruegerZone(2348)).toEqual({ datum: 'XIAN_1980', degrees: 6, zone: 23, prefixed: false });
  expect(gaussKruegerZone(21463)).toEqual({ datum: 'BEIJING_1954', degrees: 6, zone: 23, prefixed: false });
  expect(gaussKruegerZone(21424)).toBeNull();
});

test('transforms of Xi’an 1980 and Beijing 1954 are ballpark, the others exact', () => {
  const classes = [
    4490, 4326, 4491, 4502, 4529, 4550, 32650, 2365, 2386, 2417, 2438, 4610, 4214, 2327, 2348, 21413, 21463,
  ].map((srid) => [srid, sourceCrs(srid)?.crsClass]);
  expect(classes.filter(([, crsClass]) => crsClass === 'BALLPARK').map(([srid]) => srid)).toEqual([
    2365, 2386, 2417, 2438, 4610, 4214, 2327, 2348, 21413, 21463,
  ]);
  expect(classes.every(([, crsClass]) => crsClass !== undefined)).toBe(true);
  expect([3857, 4555, 2443, 32661, 0, -1, 4529.5, 21464].map(sourceCrs)).toEqual(Array(8).fill(null));
});

test('activity is judged in the 3° zone of its longitude, elsewhere in the UTM zone', () => {
  expect([73.5, 74.9, 76.4, 76.6, 123, 136.5].map((longitude) => judgingSrid(longitude, 40))).toEqual([
    4534, 4534, 4534, 4535, 4550, 4554,
  ]);
  expect(judgingSrid(-128.9, 60.5)).toBe(32609);
  expect(judgingSrid(18, -33)).toBe(32734);
  expect(judgingSrid(180, 1)).toBe(32660);
});

test('coordinates that a CRS cannot have are told from those that are only exchanged', () => {
  expect(plausibility(crs(4529), 41_473_349, 4_507_088)).toBe('PLAUSIBLE');
  expect(plausibility(crs(4529), 4_507_088, 41_473_349)).toBe('SWAPPED');
  expect(plausibility(crs(4529), 40_473_349, 4_507_088)).toBe('OUT_OF_RANGE');
  expect(plausibility(crs(4550), 473_349, 4_507_088)).toBe('PLAUSIBLE');
  expect(plausibility(crs(4550), 4_507_088, 473_349)).toBe('SWAPPED');
  expect(plausibility(crs(4490), 40, 122)).toBe('SWAPPED');
  expect(plausibility(crs(4490), 200, 40)).toBe('OUT_OF_RANGE');
});

test('a stated area is the ellipsoidal one, the plane one, or neither, by the rounding of four decimals of km²', () => {
  const ground = { areaSquareMetres: 100_000_000, planeAreaSquareMetres: 100_020_000 };
  const convention = (stated: number) => compareStatedArea(stated, ground).convention;
  expect(convention(100_000_049)).toBe('ELLIPSOIDAL');
  expect(convention(100_020_040)).toBe('PLANE');
  expect(convention(100_010_000)).toBe('NEITHER');
  expect(convention(60_000_000)).toBe('NEITHER');
  // The two differ by less than the rounding: the area of record is the answer, and the doubt is told.
  const small = { areaSquareMetres: 1_068_480, planeAreaSquareMetres: 1_068_484.4 };
  expect(compareStatedArea(1_068_500, small)).toMatchObject({
    convention: 'ELLIPSOIDAL',
    planeAgrees: true,
  });
});
