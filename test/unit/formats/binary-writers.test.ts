import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceCrs } from '../../../src/spatial/crs.js';
import type { AreaWriter, ExportedArea } from '../../../src/subgraphs/boundaries/formats/area-writer.js';
import { identifyCrs } from '../../../src/subgraphs/boundaries/formats/crs-definition.js';
import { crsWkt } from '../../../src/subgraphs/boundaries/formats/crs-print.js';
import { readGeoPackage } from '../../../src/subgraphs/boundaries/formats/geopackage.js';
import { geoPackageWriter } from '../../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import type { IntakeReader, IntakeRing } from '../../../src/subgraphs/boundaries/formats/intake-file.js';
import { inputOfBytes } from '../../../src/subgraphs/boundaries/formats/intake-input.js';
import { readShapefile } from '../../../src/subgraphs/boundaries/formats/shapefile.js';
import { shapefileWriter } from '../../../src/subgraphs/boundaries/formats/shapefile-writer.js';
import { anExportedArea, square, written } from '../../support/exported-area.js';

const SRIDS = [4490, 4326, 4529, 4550, 4499, 4510, 2365, 2386, 2334, 2417, 21421, 32651, 32751];

test('every CRS that areas are taken in is written so that it is recognised again', () => {
  for (let srid = 2000; srid <= 33_000; srid++) {
    if (!sourceCrs(srid)) continue;
    for (const dialect of ['ESRI', 'OGC'] as const) {
      expect(identifyCrs(crsWkt(srid, dialect))).toEqual({ srid, says: null });
    }
  }
});

const metres = (min: number, max: number) =>
  fc.integer({ min: min * 10_000, max: max * 10_000 }).map((n) => n / 10_000);

/** A square with or without hole, both as they may be issued: in any direction. */
const polygon = fc
  .record({
    x: metres(10, 80),
    y: metres(75, 135),
    side: metres(0.01, 1),
    hole: fc.boolean(),
    turned: fc.boolean(),
  })
  .map(({ x, y, side, hole, turned }): IntakeRing[] => {
    const rings = hole
      ? [square(x, y, side), square(x + side / 4, y + side / 4, side / 2)]
      : [square(x, y, side)];
    return rings.map((ring) =>
      turned ? ring.toReversed().map((corner, i) => ({ ...corner, number: String(i + 1) })) : ring,
    );
  });

const area = fc
  .record({
    srid: fc.constantFrom(...SRIDS),
    polygons: fc.array(polygon, { minLength: 1, maxLength: 3 }),
    name: fc.option(fc.stringMatching(/^[\p{L}\d]([\p{L}\d（）-]{0,10}[\p{L}\d])?$/u)),
    band: fc.option(fc.tuple(metres(-800, 0), metres(0, 900))),
  })
  .map(
    ({ band, polygons, ...facts }): ExportedArea =>
      anExportedArea({
        ...facts,
        // Apart from each other, so that no hole lies in two shells.
        polygons: polygons.map((rings, i) =>
          rings.map((ring) => ring.map((corner) => ({ ...corner, y: corner.y + i * 10 }))),
        ),
        floorMetres: band?.[0] ?? null,
        ceilingMetres: band?.[1] ?? null,
      }),
  );

const asWritten = ({
  name,
  srid,
  ceilingMetres,
  floorMetres,
  polygons,
}: Pick<ExportedArea, 'name' | 'srid' | 'ceilingMetres' | 'floorMetres' | 'polygons'>) => ({
  name,
  srid,
  ceilingMetres,
  floorMetres,
  polygons,
});

/** A ring from its first corner in one of its two directions, always the same. */
function inOneDirection(ring: IntakeRing): IntakeRing {
  const [first, ...others] = ring;
  const back = others.toReversed();
  const [a, b] = [others[0], back[0]];
  const forward = a && b && (a.x < b.x || (a.x === b.x && a.y < b.y));
  return (first ? [first, ...(forward ? others : back)] : []).map((corner, i) => ({
    ...corner,
    number: String(i + 1),
  }));
}

const undirected = (facts: ReturnType<typeof asWritten>) => ({
  ...facts,
  polygons: facts.polygons.map((rings) => rings.map(inOneDirection)),
});

const roundTrip = async (reader: IntakeReader, writer: AreaWriter, areas: readonly ExportedArea[]) => {
  const { features, issues } = await reader(inputOfBytes(await written(writer, areas)), null);
  expect(issues).toEqual([]);
  return features.map(asWritten);
};

/** Files hold areas CRS by CRS. */
const byCrs = (areas: readonly ExportedArea[]): ExportedArea[] =>
  [...new Set(areas.map(({ srid }) => srid))].flatMap((srid) => areas.filter((one) => one.srid === srid));

const bySrid = (a: { srid: number }, b: { srid: number }): number => a.srid - b.srid;

test('areas written as a GeoPackage are read as the same: corners, holes, order, names, bands and CRS', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(area, { minLength: 1, maxLength: 5 }), async (areas) => {
      const read = await roundTrip(readGeoPackage, geoPackageWriter, areas);
      expect(read.toSorted(bySrid)).toEqual(areas.map(asWritten).toSorted(bySrid));
    }),
    { numRuns: 40 },
  );
});

test('areas written as a shapefile are read as the same, but for the direction of their rings', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(area, { minLength: 1, maxLength: 5 }), async (areas) => {
      const read = await roundTrip(readShapefile, shapefileWriter, areas);
      expect(read.map(undirected)).toEqual(byCrs(areas).map(asWritten).map(undirected));
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['GeoPackage', geoPackageWriter],
  ['shapefile', shapefileWriter],
] as const)(
  'the same areas make the same %s, byte for byte, and none an empty one',
  async (_name, writer) => {
    const areas = [anExportedArea({ name: '金藏采区' })];
    expect((await written(writer, areas)).equals(await written(writer, areas))).toBe(true);
    expect((await written(writer, [])).length).toBeGreaterThan(0);
  },
);

test('a name that a shapefile has no room for is refused, not cut', async () => {
  const areas = [anExportedArea({ name: '矿'.repeat(100) })];
  await expect(written(shapefileWriter, areas)).rejects.toMatchObject({
    code: 'EXPORT_REFUSED',
    message: expect.stringContaining('name'),
  });
});

const hasGdal = spawnSync('ogr2ogr', ['--version']).status === 0;

// Without GDAL on the machine there is nobody to read the files but their own readers.
describe.skipIf(!hasGdal)('GDAL', () => {
  const areas = [
    anExportedArea({
      name: '金藏采区',
      ceilingMetres: 229.5,
      floorMetres: 70,
      documentNumber: '辽采协示字〔2025〕54号',
      polygons: [[square(4_507_000, 41_473_000, 100), square(4_507_020, 41_473_020, 10)]],
    }),
    anExportedArea({ name: '远东采区', validTo: '2035-12-01' }),
  ];

  /** Features and CRS as ogr2ogr gives them. */
  function asGdalReads(name: string, bytes: Uint8Array, source: (path: string) => string) {
    const folder = mkdtempSync(join(tmpdir(), 'minebound-gdal-'));
    try {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      const command = [
        '-f',
        'GeoJSON',
        '/vsistdout/',
        source(path),
        '-lco',
        'RFC7946=NO',
        '-lco',
        'COORDINATE_PRECISION=6',
      ];
      const text = execFileSync('ogr2ogr', command, { encoding: 'utf8' });
      const info = execFileSync('ogrinfo', ['-so', '-al', source(path)], { encoding: 'utf8' });
      return { collection: JSON.parse(text), info };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test.each([
    ['GeoPackage', 'areas.gpkg', geoPackageWriter, (path: string) => path],
    ['shapefile', 'areas.zip', shapefileWriter, (path: string) => `/vsizip/${path}`],
  ] as const)('reads the %s with its CRS, attributes and holes', async (_name, file, writer, source) => {
    const { collection, info } = asGdalReads(file, await written(writer, areas), source);
    expect(info).toContain('ID["EPSG",4529]');
    expect(info).toContain('Feature Count: 2');
    expect(collection.features).toMatchObject([
      {
        properties: {
          name: '金藏采区',
          ceiling_m: 229.5,
          floor_m: 70,
          document: '辽采协示字〔2025〕54号',
          mine_code: 'M-1',
        },
      },
      { properties: { name: '远东采区', ceiling_m: null } },
    ]);
    expect(collection.features[1].properties.valid_to.replaceAll('/', '-')).toBe('2035-12-01');
    const [{ geometry }] = collection.features;
    const rings = geometry.type === 'MultiPolygon' ? geometry.coordinates[0] : geometry.coordinates;
    expect(rings.map((ring: number[][]) => ring[0])).toEqual([
      [41_473_000, 4_507_000],
      [41_473_020, 4_507_020],
    ]);
  });
});
