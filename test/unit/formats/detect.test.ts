import { readdirSync, readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { detectFormats } from '../../../src/subgraphs/boundaries/formats/detect.js';
import {
  formatOf,
  LARGEST_FILE_BYTES,
  READABLE_FORMATS,
  readIntakeFile,
} from '../../../src/subgraphs/boundaries/formats/formats.js';
import { inputOfBytes, inputOfText } from '../../../src/subgraphs/boundaries/formats/intake-input.js';

const fixture = (path: string) =>
  inputOfBytes(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
const named = async (...given: Parameters<typeof formatOf>) => formatOf(...given);
const text = (value: string) => detectFormats(inputOfText(value));

const FOLDER = new URL('../../fixtures/formats/', import.meta.url);
const fixtures = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(new URL(`${name}/`, FOLDER)).map((file) => [
      `formats/${name}/${file}`,
      name.toUpperCase().replaceAll('-', '_'),
    ]),
  );

test('a zip is told by the names of its files, not by what else stands in it', () => {
  const note = Buffer.from('see the same in old.kml\nPK\x01\x02 b.kml');
  const files = { 'a.shp': new Uint8Array(100), 'read.me': note };
  const commented = Buffer.concat([zipSync(files, { level: 0 }), Buffer.from('b.kml')]);
  commented.writeUInt16LE(5, commented.length - 7);
  expect(detectFormats(inputOfBytes(commented))).toEqual(['SHAPEFILE']);
  expect(detectFormats(inputOfBytes(zipSync({ ...files, 'b.kml': note })))).toEqual(['SHAPEFILE', 'KML']);
  expect(detectFormats(inputOfBytes(zipSync({ 'a.kml.txt': note })))).toEqual([]);
});

test.each([['notices/liaoning-2025-54.txt', 'CORNER_LIST'], ...fixtures] as [string, string][])(
  '%s is recognised as %s',
  (path, format) => {
    expect(detectFormats(fixture(path))).toEqual([format]);
  },
);

test('a format is recognised by how its text begins', async () => {
  expect(await text('\uFEFF {"type":')).toEqual(['GEOJSON']);
  expect(await text('SRID=4490;MULTIPOLYGON(')).toEqual(['WKT']);
  expect(await text('\n1,4507088.2206,41473349.922, , ,\n')).toEqual(['CORNER_LIST']);
  expect(await text('*,1,2,a,1,')).toEqual(['CORNER_LIST']);
  expect(await text('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">')).toEqual(['KML']);
  expect(await text('<?xml version="1.0"?><gml:Polygon>')).toEqual([]);
  expect(await text('hello')).toEqual([]);
  expect(await text('')).toEqual([]);
});

test('a format of bytes is recognised by its magic number', async () => {
  const zip = (...names: string[]) =>
    inputOfBytes(zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(1)]))));
  const bytes = (value: string) => inputOfBytes(Buffer.from(value, 'latin1'));
  expect(await detectFormats(bytes('SQLite format 3\0\x10\0'))).toEqual(['GEOPACKAGE']);
  expect(await detectFormats(zip('area.shp', 'area.dbf'))).toEqual(['SHAPEFILE']);
  expect(await detectFormats(zip('doc.kml'))).toEqual(['KML']);
  await expect(named(zip('readme.txt'), null)).rejects.toMatchObject({
    code: 'FORMAT_UNKNOWN',
    message: expect.stringContaining('without a .shp or .kml'),
  });
  await expect(named(bytes('\0\0\x27\x0a\0\0'), null)).rejects.toMatchObject({
    message: expect.stringContaining('in one zip'),
  });
  await expect(named(bytes('\x89PNG\r\n\0\0'), null)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
});

test('a file that could be in two formats is refused with both, never guessed', async () => {
  // 12°24′41.05″ and 40°41′52.94″ packed into digits, or a northing and an easting without zone.
  const packed = inputOfText('1,1224104.85,404152.94\n2,1224204.85,404252.94\n3,1224204.85,404152.94\n');
  await expect(named(packed, null)).rejects.toMatchObject({
    code: 'FORMAT_AMBIGUOUS',
    details: { candidates: ['CORNER_LIST', 'DMS'] },
  });
  expect(await named(packed, 'DMS')).toBe('DMS');
  // 75 minutes: no angle, so only one reading is left.
  expect(await text('1,1224104.85,407552.94\n2,1224204.85,404252.94\n3,1224204.85,404152.94')).toEqual([
    'CORNER_LIST',
  ]);
});

test('a reading that cannot succeed is no candidate', async () => {
  const bare = (...lines: readonly string[]) =>
    [...lines, '1,4210000.000,500000.000', '2,4211000.000,500000.000', '3,4211000.000,501000.000'].join('\n');
  // As an angle the northing would be 421°.
  expect(text(`${bare()}\n*,,,x,1,`)).toEqual(['CORNER_LIST']);
  expect(text(bare('点号,X坐标,Y坐标'))).toEqual(['CSV']);
  // As a number of degrees the packed angle would be more than a million.
  expect(text('点号,经度,纬度\n1,1224104.85,404152.94\n2,1224204.85,404252.94')).toEqual(['DMS']);
  // Names of the columns of a plane stand over no angles.
  expect(text('点号,X坐标,Y坐标\n1,1224104.85,404152.94\n2,1224204.85,404252.94')).toEqual(['CSV']);
  // What the sender says of the CRS leaves one of two.
  const packed = inputOfText('1,1224104.85,404152.94\n2,1224204.85,404252.94\n3,1224204.85,404152.94\n');
  expect([4490, 4546, 99].map((srid) => detectFormats(packed, srid))).toEqual([
    ['DMS'],
    ['CORNER_LIST'],
    ['CORNER_LIST', 'DMS'],
  ]);
  expect(await named(packed, null, 4490)).toBe('DMS');
});

const LISTING = ['1,4507088.2206,41473349.922, , ,', '2,4507128.219,41473413.9217, , ,'].join('\n');
const STORED = '1,3,1,4507088.2206,41473349.922,2,4507128.219,41473413.9217,3,4507000,41473500,,,a,1';

test.each([
  ['an exponent', '4507088.2206', '4.507E6', 'NOT_A_NUMBER'],
  ['full-width digits', '4507088.2206', '４５０７０８８．２２０６', 'NOT_A_NUMBER'],
  ['a sign', '4507088.2206', '+4507088.2206', 'WRONG_DIGIT_COUNT'],
  ['an exponent of Y', '41473349.922', '4.1473e+7', 'NOT_A_NUMBER'],
  ['letters', '4507088.2206', '45O7088.2206', 'NOT_A_NUMBER'],
  ['nothing', '4507088.2206', '', 'NOT_A_NUMBER'],
])('a listing that has %s in its first corner is a listing, and told where it is wrong', async (...given) => {
  const [, number, spoilt, code] = given;
  const listing = `${LISTING}\n3,4507000,41473500, , ,\n*,,,a,1,`.replace(number, spoilt);
  expect(text(listing)).toEqual(['CORNER_LIST']);
  const { features, issues } = await readIntakeFile(null, inputOfText(listing), null, null);
  expect(features).toEqual([]);
  expect(issues).toMatchObject([{ code, line: 1, ring: 1, vertex: 1 }]);
});

test.each(['4.507E6', '+4507088.2206', '４５０７０８８'])(
  'so is a string of the old registry with %s',
  (spoilt) => {
    expect(text(STORED)).toEqual(['STORED_STRING']);
    expect(text(STORED.replace('4507088.2206', spoilt))).toEqual(['STORED_STRING']);
  },
);

test('so is one of angles whose first cannot be read', async () => {
  const angles = ['1,122°4l′04″,40°41′52″', '2,122°41′07″,40°41′52″', '3,122°41′07″,40°41′55″'].join('\n');
  expect(text(angles)).toEqual(['DMS']);
  const { issues } = await readIntakeFile(null, inputOfText(angles), 4490, null);
  expect(issues).toMatchObject([{ code: 'ANGLE_INVALID', line: 1, vertex: 1 }]);
});

test('zero bytes behind a text are told by line, and alone they are no empty file', async () => {
  const read = (content: string) => readIntakeFile(null, inputOfText(content), null, null);
  const listing = `${LISTING}\n3,4507000,41473500, , ,\n*,,,a,1,`;
  expect((await read(`${listing}\n`)).issues).toEqual([]);
  expect((await read(`${listing}\n\0\0\0`)).issues).toMatchObject([{ code: 'UNREADABLE', line: 5 }]);
  await expect(read('\0\0\0')).rejects.toMatchObject({
    code: 'FORMAT_UNKNOWN',
    message: expect.stringContaining('nothing but zero bytes'),
  });
});

test.each(['', ' \n \r\n', '\uFEFF', '\uFEFF \n'])(
  'a file with nothing in it is empty, whatever format it is said to be',
  async (content) => {
    for (const format of [null, ...READABLE_FORMATS]) {
      const { issues } = await readIntakeFile(format, inputOfText(content), null, null);
      expect(issues.map(({ code }) => code)).toEqual(['EMPTY']);
    }
    const wide = inputOfBytes(Buffer.from(`\uFEFF${content}`, 'utf16le'));
    expect((await readIntakeFile(null, wide, null, null)).issues).toMatchObject([{ code: 'EMPTY' }]);
  },
);

test('a file of more than 50 MB is refused unread', async () => {
  const file = await readIntakeFile(
    'CORNER_LIST',
    inputOfBytes(Buffer.alloc(LARGEST_FILE_BYTES + 1)),
    null,
    null,
  );
  expect(file.issues.map(({ code }) => code)).toEqual(['FILE_TOO_LARGE']);
});

test('UTF-8 with a bad byte is not read as GBK, in which every name would be another', async () => {
  const corners = '1,4507088.2206,41473349.922\n2,4507128.219,41473413.9217\n3,4507000,41473500\n';
  const name = Buffer.from('金藏采区', 'utf8');
  const listing = (bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(`${corners}*,229.5,70,`), bytes, Buffer.from(',1,\n')]);
  const read = (bytes: Uint8Array) => readIntakeFile(null, inputOfBytes(bytes), null, null);
  expect((await read(listing(name))).features[0]?.name).toBe('金藏采区');
  const cut = await read(listing(Buffer.concat([name, Buffer.from([0xe9, 0x87])])));
  expect(cut).toMatchObject({
    features: [],
    issues: [{ code: 'TEXT_INVALID', message: expect.stringContaining('金藏采区') }],
  });
  // 金藏采区 in GBK.
  const gbk = Buffer.from('bdf0b2d8b2c9c7f8', 'hex');
  expect((await read(listing(gbk))).features[0]?.name).toBe('金藏采区');
  expect((await read(listing(Buffer.concat([gbk, Buffer.from([0x87])])))).features).toEqual([]);
});
