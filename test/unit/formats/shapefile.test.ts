import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readTable } from '../../../src/subgraphs/boundaries/formats/shapefile-dbf.js';
import { unzip } from '../../../src/subgraphs/boundaries/formats/zip.js';
import { faults, formatFixture, notice, readBytes, withoutLines } from '../../support/format-fixtures.js';

const shapefile = (name: string): Buffer => formatFixture(`shapefile/${name}.zip`);

/** The members of a fixture, changed, zipped again. */
async function changed(
  name: string,
  change: (members: Record<string, Uint8Array>) => void,
): Promise<Uint8Array> {
  const members = Object.fromEntries(
    (await unzip(shapefile(name), /./)).map(({ path, bytes }) => [
      path.replace(/^.*\./, ''),
      Uint8Array.from(bytes),
    ]),
  );
  change(members);
  return zipSync(
    Object.fromEntries(Object.entries(members).map(([part, bytes]) => [`notice.${part}`, bytes])),
  );
}

test.each(['liaoning-2025-54', 'liaoning-2025-54-gbk', 'liaoning-2025-54-gbk-language'])(
  'the shapefile %s that GDAL wrote gives the corners, names and bands of the notice',
  async (name) => {
    const file = await readBytes('SHAPEFILE', shapefile(name));
    expect(file.issues).toEqual([]);
    expect(withoutLines(file)).toEqual(withoutLines(notice()));
  },
);

test('without .cpg and language, GBK names are told by not being UTF-8', async () => {
  const bytes = await changed('liaoning-2025-54-gbk-language', ({ dbf }) => dbf?.set([0], 29));
  expect((await readBytes('SHAPEFILE', bytes)).features.map(({ name }) => name)).toEqual([
    '金藏采区',
    '远东采区',
  ]);
});

test('a shapefile without .prj needs srid, and one with it takes no other', async () => {
  const bare = shapefile('liaoning-2025-54-no-prj');
  expect(faults(await readBytes('SHAPEFILE', bare))).toEqual([{ code: 'CRS_MISSING', index: 0 }]);
  expect(withoutLines(await readBytes('SHAPEFILE', bare, 4529))).toEqual(withoutLines(notice()));
  expect(faults(await readBytes('SHAPEFILE', shapefile('liaoning-2025-54'), 4528))).toEqual([
    { code: 'CRS_CONFLICT', index: 0 },
  ]);
});

test('two .prj that differ in case and in what they say are refused by name', async () => {
  const repeated = async (spoil: (wkt: string) => string) => {
    const members = await unzip(shapefile('liaoning-2025-54'), /./);
    const files = Object.fromEntries(members.map(({ path, bytes }) => [path, Uint8Array.from(bytes)]));
    const prj = members.find(({ path }) => /\.prj$/.test(path));
    const again = Buffer.from(spoil(Buffer.from(prj?.bytes ?? []).toString()));
    return readBytes('SHAPEFILE', zipSync({ ...files, [prj?.path.toUpperCase() ?? '']: again }));
  };
  const differing = await repeated((wkt) => wkt.replaceAll('China_2000', 'Xian_1980'));
  expect(differing.features).toEqual([]);
  expect(differing.issues).toMatchObject([
    { code: 'CRS_CONFLICT', message: expect.stringMatching(/\.prj and .*\.PRJ/) },
  ]);
  expect(withoutLines(await repeated((wkt) => wkt))).toEqual(withoutLines(notice()));
});

test('an unknown .prj is refused with what it says', async () => {
  const bytes = await changed('liaoning-2025-54', (members) => {
    members['prj'] = Buffer.from('LOCAL_CS["Haicheng mine grid"]');
  });
  const { issues } = await readBytes('SHAPEFILE', bytes);
  expect(issues).toMatchObject([
    { code: 'CRS_UNKNOWN', message: expect.stringContaining('Haicheng mine grid') },
  ]);
});

test('an island in a lake keeps its own hole, and heights are left out', async () => {
  const file = await readBytes('SHAPEFILE', shapefile('holes'));
  expect(file.issues).toEqual([]);
  expect(file.features).toMatchObject([
    { name: 'lake with island', srid: 2365, ceilingMetres: 120, floorMetres: -40 },
  ]);
  const [first, second] = file.features[0]?.polygons ?? [];
  expect([first, second].map((rings) => rings?.map((ring) => ring[0]?.x))).toEqual([
    [4_500_000, 4_500_100],
    [4_500_300, 4_500_400],
  ]);
});

test('names that are not in the encoding the .cpg says are refused, not mangled', async () => {
  const bytes = await changed('liaoning-2025-54-gbk', (members) => {
    members['cpg'] = Buffer.from('UTF-8');
  });
  expect(faults(await readBytes('SHAPEFILE', bytes))).toEqual([
    { code: 'UNREADABLE', index: 0 },
    { code: 'UNREADABLE', index: 1 },
  ]);
});

test('millions of empty records are not held: a file of more areas than a document has is ended', async () => {
  const shp = Buffer.alloc(100 + 12 * 100_000);
  shp.writeInt32BE(9994, 0);
  shp.writeInt32BE(shp.length / 2, 24);
  for (let i = 0; i < 100_000; i++) {
    shp.writeInt32BE(i + 1, 100 + i * 12);
    shp.writeInt32BE(2, 104 + i * 12);
  }
  const { issues } = await readBytes('SHAPEFILE', zipSync({ 'a.shp': shp }), 4529);
  expect(issues.map(({ code }) => code)).toEqual(['TOO_MANY_AREAS']);
});

test('points are no areas', async () => {
  expect(faults(await readBytes('SHAPEFILE', shapefile('points')))).toEqual([
    { code: 'GEOMETRY_TYPE', index: 0 },
  ]);
});

/** Byte offset in the .shp of the fixture: the header has 100, the first record 8 + 44 + 4 before its points. */
const FIRST_RECORD = 100;
const FIRST_POINTS = FIRST_RECORD + 8 + 44 + 4;

test('a ring that does not end where it began is told with area, ring and vertex', async () => {
  const bytes = await changed(
    'liaoning-2025-54',
    ({ shp }) => shp && new DataView(shp.buffer).setFloat64(FIRST_POINTS, 41473350, true),
  );
  expect(faults(await readBytes('SHAPEFILE', bytes))).toEqual([
    { code: 'UNCLOSED', index: 0, ring: 1, vertex: 9 },
  ]);
});

test.each<[what: string, offset: number, value: number]>([
  ['record number', FIRST_RECORD, 2],
  ['record length', FIRST_RECORD + 4, 9_999_999],
  ['file length', 24, 12],
  ['file code', 0, 1],
])('a wrong %s refuses the shapefile: no record is skipped or guessed', async (_what, offset, value) => {
  const bytes = await changed(
    'liaoning-2025-54',
    ({ shp }) => shp && new DataView(shp.buffer).setInt32(offset, value),
  );
  const file = await readBytes('SHAPEFILE', bytes);
  expect(file.features).toEqual([]);
  expect(faults(file)).toEqual([{ code: 'UNREADABLE', index: 0 }]);
});

test('counts of rings and points that the record has no room for are damage of that record', async () => {
  const bytes = await changed(
    'liaoning-2025-54',
    ({ shp }) => shp && new DataView(shp.buffer).setInt32(FIRST_RECORD + 8 + 40, 2_000_000_000, true),
  );
  const file = await readBytes('SHAPEFILE', bytes);
  expect(faults(file)).toEqual([{ code: 'UNREADABLE', index: 0 }]);
  expect(file.features.map(({ name }) => name)).toEqual(['远东采区']);
});

test('a table with other rows than there are shapes belongs to another shapefile', async () => {
  const bytes = await changed(
    'liaoning-2025-54',
    ({ dbf }) => dbf && new DataView(dbf.buffer).setUint32(4, 1, true),
  );
  expect(faults(await readBytes('SHAPEFILE', bytes))).toEqual([{ code: 'UNREADABLE', index: 0 }]);
});

test('a row marked as deleted is no area', async () => {
  const bytes = await changed('liaoning-2025-54', ({ dbf }) =>
    dbf?.set([0x2a], new DataView(dbf.buffer).getUint16(8, true)),
  );
  expect((await readBytes('SHAPEFILE', bytes)).features.map(({ name }) => name)).toEqual(['远东采区']);
});

test('a counterclockwise ring among others that lies in no shell is not made one', async () => {
  const bytes = await changed('holes', ({ shp }) => {
    if (!shp) return;
    // Moves the second ring, a hole, far away.
    const view = new DataView(shp.buffer);
    const second = view.getInt32(FIRST_RECORD + 8 + 48, true);
    const third = view.getInt32(FIRST_RECORD + 8 + 52, true);
    for (let i = second; i < third; i++) {
      const at = FIRST_RECORD + 8 + 44 + 4 * 4 + i * 16;
      view.setFloat64(at, view.getFloat64(at, true) + 5000, true);
    }
  });
  expect(faults(await readBytes('SHAPEFILE', bytes))).toEqual([
    { code: 'HOLE_WITHOUT_SHELL', index: 0, ring: 2 },
  ]);
});

test('a zip bomb is refused before it is unpacked', async () => {
  const bomb = zipSync({ 'a.shp': new Uint8Array(20_000_000) }, { level: 1 });
  const before = process.memoryUsage().arrayBuffers;
  expect(faults(await readBytes('SHAPEFILE', bomb))).toEqual([{ code: 'FILE_TOO_LARGE', index: 0 }]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * bomb.length + 1_000_000);
});

test('a zip bomb that lies about its size ends where it said it would', async () => {
  const bomb = Buffer.from(zipSync({ 'a.shp': new Uint8Array(20_000_000) }, { level: 1 }));
  const directory = bomb.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
  for (const at of [22, directory + 24]) bomb.writeUInt32LE(1000, at);
  expect(faults(await readBytes('SHAPEFILE', bomb))).toEqual([{ code: 'UNREADABLE', index: 0 }]);
});

test('a changed byte within a zip is told by its checksum', async () => {
  const stored = zipSync({ 'a.shp': new Uint8Array(300) }, { level: 0 });
  stored.set([1], 150);
  const { issues } = await readBytes('SHAPEFILE', stored);
  expect(issues).toMatchObject([{ code: 'UNREADABLE', message: expect.stringContaining('checksum') }]);
});

test('whole numbers of a .dbf keep their digits, whatever there are of them', () => {
  const values = ['2103812020011100001', '2103812020011100002', '12.50'];
  const header = Buffer.alloc(65);
  header.writeUInt32LE(values.length, 4);
  header.writeUInt16LE(65, 8);
  header.writeUInt16LE(21, 10);
  header.write('name\0', 32);
  header.write('N', 43);
  header.writeUInt8(20, 48);
  header.writeUInt8(0x0d, 64);
  const rows = values.map((value) => Buffer.from(` ${value.padStart(20)}`));
  expect(readTable(Buffer.concat([header, ...rows]), null, values.length, 0)).toEqual([
    { name: '2103812020011100001' },
    { name: '2103812020011100002' },
    { name: 12.5 },
  ]);
});
