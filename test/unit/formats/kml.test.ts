import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { faults, formatFixture, notice, readBytes, withoutLines } from '../../support/format-fixtures.js';

const kml = (body: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n${body}\n</Document></kml>`,
  );
const ring = (coordinates: string): string =>
  `<LinearRing><coordinates>${coordinates}</coordinates></LinearRing>`;
const placemark = (geometry: string): string => `<Placemark><name>a</name>${geometry}</Placemark>`;
const SHELL = '122,40 122.1,40 122.1,40.1 122,40.1 122,40';

test.each(['kml', 'kmz'])(
  'the %s that GDAL wrote of the notice gives its areas in WGS 84',
  async (ending) => {
    const file = await readBytes('KML', formatFixture(`kml/liaoning-2025-54.${ending}`));
    expect(file.issues).toEqual([]);
    const expected = notice().features.map(({ name, ceilingMetres, floorMetres, polygons }) => ({
      name,
      ceilingMetres,
      floorMetres,
      srid: 4326,
      polygons: polygons.map((rings) => rings.map(({ length }) => ({ length }))),
    }));
    expect(file.features).toMatchObject(expected);
    // First corner of the notice: 40.69804°N 122.68468°E.
    expect(file.features[0]?.polygons[0]?.[0]?.[0]).toMatchObject({
      x: 40.6980406173906,
      y: 122.684681812231,
      line: 16,
    });
  },
);

test('a KMZ whose document links to a layer in it, as GDAL writes it, gives the areas of the layer', async () => {
  const [layered, plain] = await Promise.all(
    ['-layers.kmz', '.kmz'].map((end) => readBytes('KML', formatFixture(`kml/liaoning-2025-54${end}`))),
  );
  if (!layered || !plain) throw new Error('Two files were read.');
  expect(layered.issues).toEqual([]);
  expect(withoutLines(layered)).toEqual(withoutLines(plain));
});

const POLYGON = `<Polygon><outerBoundaryIs>${ring(SHELL)}</outerBoundaryIs></Polygon>`;

test('of a KMZ whose areas lie in several documents none is left out silently', async () => {
  const read = (files: Record<string, Buffer>) => readBytes('KML', zipSync(files));
  const several = await read({ 'doc.kml': kml(placemark(POLYGON)), 'layers/z.kml': kml(placemark(POLYGON)) });
  expect(several).toMatchObject({
    features: [],
    issues: [{ code: 'UNREADABLE', message: expect.stringMatching(/doc\.kml.*layers\/z\.kml/) }],
  });
  const broken = await read({ 'doc.kml': kml(placemark(POLYGON)), 'z.kml': Buffer.from('<kml>\n<a') });
  expect(broken).toMatchObject({
    features: [],
    issues: [{ code: 'UNREADABLE', line: 2, message: expect.stringMatching(/^z\.kml: /) }],
  });
  expect(faults(await read({ 'doc.kml': kml(''), 'layers/z.kml': kml('') }))).toEqual([
    { code: 'EMPTY', index: 0 },
  ]);
});

test('what a KML links to is not fetched, which an empty one says', async () => {
  const link = '<NetworkLink><Link><href>http://localhost/a.kml</href></Link></NetworkLink>';
  expect((await readBytes('KML', kml(link))).issues).toMatchObject([
    { code: 'EMPTY', message: expect.stringContaining('NetworkLink') },
  ]);
});

test('holes, several polygons and heights are read', async () => {
  const hole = '122.01,40.01,7 122.02,40.01,7 122.02,40.02,7 122.01,40.01,7';
  const polygon = `<Polygon><outerBoundaryIs>${ring(SHELL)}</outerBoundaryIs><innerBoundaryIs>${ring(hole)}</innerBoundaryIs></Polygon>`;
  const file = await readBytes(
    'KML',
    kml(placemark(`<MultiGeometry>${polygon}<gx:x xmlns:gx="u"/>${polygon}</MultiGeometry>`)),
  );
  expect(file.issues).toEqual([]);
  expect(file.features[0]?.polygons.map((rings) => rings.map((corners) => corners.length))).toEqual([
    [4, 3],
    [4, 3],
  ]);
});

test('KML is in WGS 84, whatever the sender says', async () => {
  const file = await readBytes(
    'KML',
    kml(placemark(`<Polygon><outerBoundaryIs>${ring(SHELL)}</outerBoundaryIs></Polygon>`)),
    4529,
  );
  expect(faults(file)).toEqual([{ code: 'CRS_CONFLICT', index: 0 }]);
});

test.each<[what: string, body: string, fault: object]>([
  [
    'a point',
    placemark('<Point><coordinates>122,40</coordinates></Point>'),
    { code: 'GEOMETRY_TYPE', index: 0, line: 3 },
  ],
  [
    'a line',
    placemark(`<LineString><coordinates>${SHELL}</coordinates></LineString>`),
    { code: 'GEOMETRY_TYPE', index: 0, line: 3 },
  ],
  ['no geometry', placemark(''), { code: 'GEOMETRY_TYPE', index: 0, line: 3 }],
  [
    'a ring that is not closed',
    placemark(
      `<Polygon><outerBoundaryIs>${ring('122,40\n122.1,40\n122.1,40.1')}</outerBoundaryIs></Polygon>`,
    ),
    { code: 'UNCLOSED', index: 0, line: 5, ring: 1, vertex: 3 },
  ],
  [
    'a position without latitude',
    placemark(`<Polygon><outerBoundaryIs>${ring('122,40\n122.1')}</outerBoundaryIs></Polygon>`),
    { code: 'NOT_A_NUMBER', index: 0, line: 4, ring: 1, vertex: 2 },
  ],
  [
    'exchanged axes',
    placemark(
      `<Polygon><outerBoundaryIs>${ring('40,122 40,122.1 40.1,122.1 40,122')}</outerBoundaryIs></Polygon>`,
    ),
    { code: 'AXES_SWAPPED', index: 0, line: 3, ring: 1, vertex: 1 },
  ],
  [
    'a hole and no shell',
    placemark(`<Polygon><innerBoundaryIs>${ring(SHELL)}</innerBoundaryIs></Polygon>`),
    { code: 'HOLE_WITHOUT_SHELL', index: 0, line: 3 },
  ],
  ['an unclosed element', '<Placemark>\n<name>', { code: 'UNREADABLE', index: 0, line: 5 }],
  ['nothing', '', { code: 'EMPTY', index: 0 }],
])('a KML with %s is refused with its line', async (_what, body, fault) => {
  expect(faults(await readBytes('KML', kml(body)))).toEqual([fault]);
});

test('entities are not expanded, and deep nesting is no way to fill memory', async () => {
  const entity =
    '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><kml><name>&b;</name></kml>';
  expect((await readBytes('KML', Buffer.from(`<?xml version="1.0"?>\n${entity}`))).issues).toMatchObject([
    { code: 'UNREADABLE', line: 2, message: expect.stringContaining('DOCTYPE') },
  ]);
  expect(faults(await readBytes('KML', Buffer.from(`<kml>${'<a>'.repeat(100_000)}`)))).toMatchObject([
    { code: 'UNREADABLE' },
  ]);
  expect(faults(await readBytes('KML', Buffer.from('<svg/>')))).toMatchObject([{ code: 'UNREADABLE' }]);
});
