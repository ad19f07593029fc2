import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFixture, readBytes } from '../../support/format-fixtures.js';

/** Sound files; what is done to them below must never be more than a reader can bear. */
const FILES = (
  [
    ['SHAPEFILE', 'shapefile/liaoning-2025-54.zip'],
    ['SHAPEFILE', 'shapefile/holes.zip'],
    ['GEOPACKAGE', 'geopackage/liaoning-2025-54.gpkg'],
    ['GEOPACKAGE', 'geopackage/two-tables.gpkg'],
    ['KML', 'kml/liaoning-2025-54.kml'],
    ['KML', 'kml/liaoning-2025-54.kmz'],
    ['CSV', 'csv/liaoning-2025-54-gbk.csv'],
    ['CSV', 'csv/liaoning-2025-54-wkt.csv'],
  ] as const
).map(([format, path]) => ({ format, bytes: formatFixture(path) }));

/** Bytes changed here and there, a piece cut out or doubled. */
const damage = fc.record({
  file: fc.constantFrom(...FILES),
  changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
    maxLength: 12,
  }),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 400 }),
  twice: fc.boolean(),
  srid: fc.option(fc.constantFrom(4529, 4490, 4326, -1)),
});

function damaged({
  file,
  changes,
  from,
  length,
  twice,
}: typeof damage extends fc.Arbitrary<infer T> ? T : never): Buffer {
  const bytes = Buffer.from(file.bytes);
  for (const [share, value] of changes)
    bytes[Math.min(bytes.length - 1, Math.floor(share * bytes.length))] = value;
  const start = Math.floor(from * bytes.length);
  const piece = bytes.subarray(start, start + length);
  return Buffer.concat([
    bytes.subarray(0, start),
    ...(twice ? [piece, piece] : []),
    bytes.subarray(start + length),
  ]);
}

test('a damaged file never makes its reader fail: it gives areas, or says what is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(damage, async (one) => {
      const { features, issues } = await readBytes(one.file.format, damaged(one), one.srid);
      expect(features.length + issues.length).toBeGreaterThan(0);
    }),
    { numRuns: 400 },
  );
}, 60_000);

test('bytes of any kind are no file, and are told to be none', async () => {
  const formats = fc.constantFrom('SHAPEFILE', 'GEOPACKAGE', 'KML', 'CSV');
  await fc.assert(
    fc.asyncProperty(formats, fc.uint8Array({ maxLength: 300 }), async (format, bytes) => {
      expect((await readBytes(format, bytes)).issues.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('large hostile files end with what is wrong, and not with all of it', async () => {
  const hostile = [
    ['CSV', `x,y\n${'1\n'.repeat(400_000)}`],
    ['CSV', `x,y\n${','.repeat(800_000)}`],
    ['CSV', `x,y\n"${'1\n'.repeat(400_000)}`],
    ['KML', `<kml>${'<Placemark/>'.repeat(70_000)}`],
    ['KML', `<kml><Placemark><Polygon><outerBoundaryIs><coordinates>${'1,2 '.repeat(200_000)}`],
    ['KML', `<kml ${'a="1" '.repeat(100_000)}`],
  ] as const;
  for (const [format, text] of hostile) {
    const { issues } = await readBytes(format, Buffer.from(text), 4490);
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.length).toBeLessThanOrEqual(5001);
  }
}, 60_000);
