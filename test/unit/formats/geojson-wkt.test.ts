import { describe, expect, test } from 'vitest';
import { checkedFile } from '../../../src/subgraphs/boundaries/formats/formats.js';
import { readGeoJson } from '../../../src/subgraphs/boundaries/formats/geojson.js';
import type { IntakeFile } from '../../../src/subgraphs/boundaries/formats/intake-file.js';
import { inputOfContent } from '../../../src/subgraphs/boundaries/formats/intake-input.js';
import { decodeText } from '../../../src/subgraphs/boundaries/formats/text.js';
import { readWkt } from '../../../src/subgraphs/boundaries/formats/wkt.js';

const CHINA = [73, 3, 136, 54] as const;
const ring = [
  [120, 43],
  [120.01, 43],
  [120.01, 43.01],
  [120, 43.01],
  [120, 43],
];
const polygon = (...rings: unknown[]) => ({ type: 'Polygon', coordinates: rings });
const geoJson = (value: unknown, srid: number | null = null) =>
  checkedFile(readGeoJson(JSON.stringify(value), srid), CHINA);
const wkt = (text: string, srid: number | null = 4490) => checkedFile(readWkt(text, srid), CHINA);
const told = (file: IntakeFile) => file.issues.map(({ code, ring: r, vertex }) => [code, r, vertex]);

describe('GeoJSON', () => {
  test('a crs member counts wherever it stands, and the areas of a file are in one CRS', () => {
    const crs = (code: number) => ({ crs: { type: 'name', properties: { name: `EPSG:${code}` } } });
    const feature = { type: 'Feature', properties: {}, geometry: polygon(ring) };
    const inXian = { ...feature, geometry: { ...polygon(ring), ...crs(4610) } };
    const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });
    expect(geoJson(collection(inXian, { ...feature, ...crs(4610) })).features).toMatchObject([
      { srid: 4610 },
      { srid: 4610 },
    ]);
    const codes = (file: IntakeFile) => file.issues.map(({ code, index }) => [code, index]);
    expect(codes(geoJson(collection(inXian, feature)))).toEqual([['CRS_CONFLICT', 1]]);
    expect(codes(geoJson(collection(feature, inXian)))).toEqual([['CRS_CONFLICT', 1]]);
    expect(codes(geoJson({ ...collection(inXian), ...crs(4490) }))).toEqual([['CRS_CONFLICT', 0]]);
    expect(codes(geoJson(collection(inXian), 4490))).toEqual([['CRS_CONFLICT', 0]]);
  });

  test('a geometry, a feature and a collection are taken; latitude becomes x', () => {
    const [feature] = geoJson(polygon(ring)).features;
    expect(feature).toMatchObject({ srid: 4326, name: null, polygons: [[{ length: 4 }]] });
    expect(feature?.polygons[0]?.[0]?.[1]).toEqual({ number: '2', x: 43, y: 120.01, line: null });
    const named = {
      type: 'Feature',
      properties: { name: ' East ', floorMetres: 10, ceilingMetres: 90 },
      geometry: polygon(ring),
    };
    expect(geoJson(named).features[0]).toMatchObject({ name: 'East', floorMetres: 10, ceilingMetres: 90 });
    const numbered = {
      type: 'Feature',
      id: 7,
      properties: null,
      geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
    };
    const collection = geoJson({ type: 'FeatureCollection', features: [named, numbered] });
    expect(collection.features.map(({ index, name }) => [index, name])).toEqual([
      [0, 'East'],
      [1, '7'],
    ]);
  });

  test('the CRS is the old crs member, the given one, or WGS 84', () => {
    const stated = (name: string) => ({ ...polygon(ring), crs: { type: 'name', properties: { name } } });
    expect(geoJson(polygon(ring), 4490).features[0]?.srid).toBe(4490);
    expect(geoJson(stated('urn:ogc:def:crs:EPSG::4490')).features[0]?.srid).toBe(4490);
    expect(geoJson(stated('urn:ogc:def:crs:OGC:1.3:CRS84')).features[0]?.srid).toBe(4326);
    expect(told(geoJson(stated('EPSG:4490'), 4326))).toEqual([['CRS_CONFLICT', null, null]]);
    expect(told(geoJson(stated('EPSG:27700')))).toEqual([['CRS_UNKNOWN', null, null]]);
    expect(told(geoJson(polygon(ring), 3857))).toEqual([['CRS_UNKNOWN', null, null]]);
  });

  test.each([
    ['an open ring', polygon(ring.slice(0, 4)), [['UNCLOSED', 1, 4]]],
    ['a ring of two corners', polygon([ring[0], ring[1], ring[0]]), [['TOO_FEW_CORNERS', 1, 2]]],
    ['no ring', polygon(), [['EMPTY', null, null]]],
    ['no geometry', { type: 'Feature', properties: {}, geometry: null }, [['GEOMETRY_TYPE', null, null]]],
    ['a point', { type: 'Point', coordinates: [120, 43] }, [['GEOMETRY_TYPE', null, null]]],
    ['a text for a number', polygon(ring.with(1, ['120.01', 43] as never)), [['NOT_A_NUMBER', 1, 2]]],
    [
      'corners on one line',
      polygon([
        [120, 43],
        [121, 44],
        [122, 45],
        [120, 43],
      ]),
      [['COLLAPSED', 1, 1]],
    ],
    ['latitude first', polygon(ring.map(([x = 0, y = 0]) => [y, x])), [['AXES_SWAPPED', 1, 1]]],
    ['a corner outside the extent', polygon(ring.with(2, [140, 43.01])), [['OUTSIDE_EXTENT', 1, 3]]],
    [
      'a hole outside the extent',
      polygon(ring, [
        [20, 1],
        [21, 1],
        [21, 2],
        [20, 1],
      ]),
      [
        ['OUTSIDE_EXTENT', 2, 1],
        ['OUTSIDE_EXTENT', 2, 2],
        ['OUTSIDE_EXTENT', 2, 3],
      ],
    ],
    ['an empty collection', { type: 'FeatureCollection', features: [] }, [['EMPTY', null, null]]],
    [
      'a floor above the ceiling',
      { type: 'Feature', properties: { floorMetres: 9, ceilingMetres: 1 }, geometry: polygon(ring) },
      [['ELEVATION_INVALID', null, null]],
    ],
  ])('%s is refused', (_name, value, expected) => {
    expect(told(geoJson(value))).toEqual(expected);
  });

  test('an edge across the antimeridian is refused where the whole world is taken', () => {
    const across = polygon([
      [179.9, 60],
      [-179.9, 60],
      [-179.9, 60.1],
      [179.9, 60],
    ]);
    expect(told(checkedFile(readGeoJson(JSON.stringify(across), null), null))).toEqual([
      ['ANTIMERIDIAN', 1, 1],
    ]);
  });

  test('a ring of more than 50 000 vertices is refused, one of 50 000 is taken', () => {
    const circle = (n: number) => {
      const points = Array.from({ length: n }, (_, i) => [
        120 + 0.01 * Math.cos((2 * Math.PI * i) / n),
        43 + 0.01 * Math.sin((2 * Math.PI * i) / n),
      ]);
      return polygon([...points, points[0]]);
    };
    expect(told(geoJson(circle(50_001)))).toEqual([['TOO_MANY_VERTICES', 1, 50_001]]);
    expect(geoJson(circle(50_000)).issues).toEqual([]);
  });

  test('text that is not JSON is refused with its line, NaN with its name', () => {
    const broken = readGeoJson('{\n"type": "Polygon",\n}', null);
    expect(broken.issues).toMatchObject([{ code: 'UNREADABLE', line: 3 }]);
    const nan = readGeoJson('{"type": "Polygon",\n"coordinates": [[[NaN, 1]]]}', null);
    expect(nan.issues).toMatchObject([{ code: 'NOT_A_NUMBER', line: 2 }]);
  });
});

describe('well-known text', () => {
  const square = '((120 43, 120.01 43, 120.01 43.01, 120 43.01, 120 43))';

  test('polygons and multipolygons are taken, each an area; y becomes x', () => {
    const file = wkt(`POLYGON ${square}\nmultipolygon z(((120 43 5, 120.01 43 5, 120 43.01 5, 120 43 5)));`);
    expect(file.issues).toEqual([]);
    expect(file.features).toMatchObject([{ index: 0, srid: 4490 }, { index: 1 }]);
    expect(file.features[0]?.polygons[0]?.[0]?.[1]).toEqual({ number: '2', x: 43, y: 120.01, line: 1 });
  });

  test('the SRID is that of EWKT or the given one, and one there must be', () => {
    const zone = 'SRID=4529;POLYGON((41473349 4507088,41473413 4507128,41473517 4507017,41473349 4507088))';
    expect(wkt(zone, null).features[0]?.srid).toBe(4529);
    expect(told(wkt(zone, 4490))).toEqual([['CRS_CONFLICT', null, null]]);
    expect(told(wkt(`POLYGON${square}`, null))).toEqual([['CRS_MISSING', null, null]]);
    expect(told(wkt(`POLYGON${square}`, 4529))).toEqual(
      [1, 2, 3, 4].map((n) => ['COORDINATE_OUT_OF_RANGE', 1, n]),
    );
    const exchanged = 'POLYGON((4507088 41473349,4507128 41473413,4507017 41473517,4507088 41473349))';
    expect(told(wkt(exchanged, 4529))).toEqual([['AXES_SWAPPED', 1, 1]]);
  });

  test.each([
    ['an open ring', 'POLYGON((120 43,\n120.01 43,\n120.01 43.01))', [['UNCLOSED', 3, 3]]],
    ['an unknown word', 'POLIGON((1 2))', [['UNREADABLE', 1, null]]],
    ['a point', 'POINT(120 43)', [['GEOMETRY_TYPE', 1, null]]],
    ['nothing in it', 'POLYGON EMPTY', [['EMPTY', 1, null]]],
    ['NaN', 'POLYGON((120 43,\nNaN 43,120.01 43.01,120 43))', [['NOT_A_NUMBER', 2, 2]]],
    [
      'a number too large for a double',
      'POLYGON((120 43,1e999 43,120.01 43.01,120 43))',
      [['NOT_A_NUMBER', 1, 2]],
    ],
    ['a bracket missing', 'POLYGON((120 43,120.01 43,120.01 43.01,120 43)', [['UNREADABLE', 1, null]]],
    ['one number', 'POLYGON((120 43,\n120,120.01 43.01,120 43))', [['UNREADABLE', 2, 2]]],
    ['no text', '  ', [['EMPTY', null, null]]],
  ])('%s is refused with its line', (_name, text, expected) => {
    expect(wkt(text).issues.map(({ code, line, vertex }) => [code, line, vertex])).toEqual(expected);
  });
});

test('bytes are UTF-8 or, failing that, GB 18030', () => {
  const gbk = Uint8Array.from([0x2a, 0xbd, 0xf0, 0xb2, 0xd8]);
  expect(decodeText(gbk)).toBe('*金藏');
  expect(decodeText(new TextEncoder().encode('\uFEFF*金藏'))).toBe('*金藏');
  expect(inputOfContent(Buffer.from(gbk).toString('base64'), 'BASE64').text()).toBe('*金藏');
  expect(() => inputOfContent('no base64!', 'BASE64')).toThrow('not base64');
});

test('a number that was rounded when it was read is no name and no code', () => {
  const feature = (properties: string) =>
    checkedFile(
      readGeoJson(
        `{"type":"Feature","properties":${properties},"geometry":${JSON.stringify(polygon(ring))}}`,
        null,
      ),
      CHINA,
    );
  for (const what of ['name', 'id', 'mine_code']) {
    expect(feature(`{"${what}":2103812020011100001}`).issues).toMatchObject([
      { code: 'TEXT_INVALID', message: expect.stringContaining('give it as text') },
    ]);
    expect(feature(`{"${what}":"2103812020011100001"}`).issues).toEqual([]);
    expect(feature(`{"${what}":9007199254740991}`).issues).toEqual([]);
  }
});
