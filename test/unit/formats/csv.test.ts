import { expect, test } from 'vitest';
import { isCsvHeader } from '../../../src/subgraphs/boundaries/formats/csv-columns.js';
import { faults, formatFixture, notice, readBytes, withoutLines } from '../../support/format-fixtures.js';

const csv = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'));

test.each(['gbk', 'english'])(
  'the %s corner table gives the corners, names and bands of the notice',
  async (name) => {
    const file = await readBytes('CSV', formatFixture(`csv/liaoning-2025-54-${name}.csv`));
    expect(file.issues).toEqual([]);
    expect(withoutLines(file)).toEqual(withoutLines(notice()));
    expect(file.features[1]?.polygons[0]?.[0]?.[0]?.line).toBe(10);
  },
);

test('a table of well-known text gives one area a row', async () => {
  const bytes = formatFixture('csv/liaoning-2025-54-wkt.csv');
  expect(faults(await readBytes('CSV', bytes))).toMatchObject([
    { code: 'CRS_MISSING', line: 2 },
    { code: 'CRS_MISSING', line: 3 },
  ]);
  const file = await readBytes('CSV', bytes, 4529);
  expect(file.issues).toEqual([]);
  expect(withoutLines(file)).toEqual(withoutLines(notice()));
});

test('a column says the CRS of each row', async () => {
  const text = 'wkt;srid;name\nPOLYGON((122 40,122.1 40,122.1 40.1,122 40));4490;a';
  expect((await readBytes('CSV', Buffer.from(text))).features).toMatchObject([{ name: 'a', srid: 4490 }]);
  expect(faults(await readBytes('CSV', Buffer.from(text), 4326))).toEqual([
    { code: 'CRS_CONFLICT', index: 0, line: 2 },
  ]);
});

const SQUARE = ['1,4500000,41500000', '2,4501000,41500000', '3,4501000,41501000'];

test('a second ring is a hole, and a repeated first corner is no corner', async () => {
  const rows = [...SQUARE, '1,4500000,41500000'].map((row) => `${row},1`);
  const hole = ['1,4500200,41500100', '2,4500300,41500100', '3,4500300,41500200'].map((row) => `${row},2`);
  const { features, issues } = await readBytes('CSV', csv('点号,X,Y,圈号', ...rows, ...hole));
  expect(issues).toEqual([]);
  expect(features[0]?.polygons.map((rings) => rings.map(({ length }) => length))).toEqual([[3, 3]]);
});

test('longitude and latitude may stand in any order, and need srid', async () => {
  const bytes = csv('经度,纬度', '122,40', '122.1,40', '122.1,40.1');
  expect(faults(await readBytes('CSV', bytes))).toEqual([{ code: 'CRS_MISSING', index: 0, line: 2 }]);
  expect(faults(await readBytes('CSV', bytes, 4529))).toEqual([{ code: 'CRS_CONFLICT', index: 0, line: 2 }]);
  const { features } = await readBytes('CSV', bytes, 4490);
  expect(features[0]?.polygons[0]?.[0]?.[0]).toMatchObject({ x: 40, y: 122 });
});

test.each([
  ['decimal commas', (row: string) => row.replace(/,(\d+),(\d+)/, ';$1,22;$2,922'), ';'],
  ['exponents', (row: string) => row.replace(/,(\d)(\d+)/, ',$1.$2E6'), ','],
  ['thousands separators', (row: string) => row.replace(/,(\d)(\d{3})(\d{3}),/, ',"$1,$2,$3",'), ','],
  ['full-width digits', (row: string) => row.replace(/41/, '４１'), ','],
])('%s are no numbers, and say nothing of the CRS', async (_what, spoilt, separator) => {
  const header = ['点号', 'X坐标', 'Y坐标'].join(separator);
  const expected = [2, 3, 4].map((line) => ({
    code: 'NOT_A_NUMBER',
    index: 0,
    line,
    ring: 1,
    vertex: line - 1,
  }));
  expect(faults(await readBytes('CSV', csv(header, ...SQUARE.map(spoilt))))).toEqual(expected);
});

test('the CRS is told by the first corner that can be read', async () => {
  const read = (...rows: readonly string[]) => readBytes('CSV', csv('点号,X,Y', ...rows));
  const bad = { code: 'NOT_A_NUMBER', index: 0, line: 2, ring: 1, vertex: 1 };
  expect(faults(await read('1,x,41500000', ...SQUARE.slice(1)))).toEqual([bad]);
  expect(faults(await read('1,x,40500000', ...SQUARE.slice(1), '4,4500000,40501000'))).toEqual([
    bad,
    { code: 'MIXED_ZONE', index: 0, line: 5, ring: 1, vertex: 4 },
  ]);
  const bare = SQUARE.map((row) => row.replace(',41', ','));
  expect(faults(await read('1,x,500000', ...bare.slice(1)))).toEqual([
    bad,
    { code: 'CRS_AMBIGUOUS', index: 0, line: 3 },
  ]);
});

test.each<[what: string, lines: string[], fault: object]>([
  ['no header', ['1,4500000,41500000'], { code: 'UNREADABLE', index: 0, line: 1 }],
  [
    'exchanged columns',
    ['点号,X,Y', '1,41500000,4500000', '2,41500000,4501000', '3,41501000,4501000'],
    { code: 'AXES_SWAPPED', index: 0, line: 2, ring: 1, vertex: 1 },
  ],
  [
    'a word for a number',
    ['点号,X,Y', '1,abc,41500000', ...SQUARE.slice(1)],
    { code: 'NOT_A_NUMBER', index: 0, line: 2, ring: 1, vertex: 1 },
  ],
  [
    'a corner in another zone',
    ['点号,X,Y', ...SQUARE, '4,4500000,40501000'],
    { code: 'MIXED_ZONE', index: 0, line: 5, ring: 1, vertex: 4 },
  ],
  [
    'corners out of order',
    ['点号,X,Y', SQUARE[0] ?? '', SQUARE[2] ?? '', SQUARE[1] ?? ''],
    { code: 'CORNER_OUT_OF_ORDER', index: 0, line: 4, ring: 1, vertex: 3 },
  ],
  [
    'eastings without zone',
    ['点号,X,Y', '1,4500000,500000', '2,4501000,500000', '3,4501000,501000'],
    { code: 'CRS_AMBIGUOUS', index: 0, line: 2 },
  ],
  [
    'two areas whose rows are mixed',
    ['名称,X,Y', 'a,4500000,41500000', 'b,4500000,41500000', 'a,4500000,41500000'],
    { code: 'UNREADABLE', index: 2, line: 4 },
  ],
  ['a quote that never ends', ['点号,X,Y', '"1,4500000,41500000'], { code: 'UNREADABLE', index: 0, line: 2 }],
  ['a header only', ['点号,X,Y'], { code: 'EMPTY', index: 0 }],
  ['nothing', [], { code: 'EMPTY', index: 0 }],
])('a CSV with %s is refused with its line', async (_what, lines, fault) => {
  expect(faults(await readBytes('CSV', csv(...lines)))).toContainEqual(fault);
});

test('a header is told from a listing', () => {
  expect(isCsvHeader('采区名称,拐点号,X坐标(m),Y坐标(m)')).toBe(true);
  expect(isCsvHeader('"wkt";"name"')).toBe(true);
  expect(isCsvHeader('1,4507088.2206,41473349.922, , ,')).toBe(false);
});

test('columns that say nothing of an area cost nothing for each of its areas', async () => {
  const more = Array.from({ length: 20_000 }, (_, i) => `c${i}`);
  const areas = Array.from({ length: 5000 }, (_, a) =>
    [
      [0, 0],
      [50, 0],
      [50, 50],
    ].map(([x = 0, y = 0], i) => `A${a},${i + 1},${4_500_000 + x},${41_470_000 + y}`),
  );
  const file = await readBytes('CSV', csv(['name,corner,x,y', ...more].join(), ...areas.flat()));
  expect(file.features).toHaveLength(5000);
});

test('of a table with more areas than a document has, or rings without end, no more is read', async () => {
  const corner = (name: string, ring: number): string => `${name},${ring},1,4500000,41470000`;
  const header = 'name,ring,corner,x,y';
  const areas = Array.from({ length: 100_000 }, (_, i) => corner(`A${i}`, 1));
  expect(faults(await readBytes('CSV', csv(header, ...areas)))).toEqual([
    { code: 'TOO_MANY_AREAS', index: 5000 },
  ]);
  const rings = Array.from({ length: 100_000 }, (_, i) => corner('A', i));
  expect((await readBytes('CSV', csv(header, ...rings))).features).toEqual([]);
});

test.each([
  ['decimal commas', '1,4507088,2206,41473349,922'],
  ['thousands', '1,"4507088.2206",41,473,349.922'],
  ['a remark without a column', '1,4507088.2206,41473349.922,old'],
])('a row with more cells than the header is told, as they may be those of others: %s', async (_, row) => {
  const file = await readBytes('CSV', Buffer.from(`点号,X坐标,Y坐标\n\n${row}\n`), 4529);
  expect(file).toMatchObject({
    features: [],
    issues: [{ code: 'UNREADABLE', line: 3, message: expect.stringContaining('the header 3') }],
  });
});

test('blank cells behind the last column are nobody’s', async () => {
  const rows = ['1,4507088.2,41473349.9,,', '2,4507188.2,41473349.9, ,', '3,4507188.2,41473449.9'];
  const file = await readBytes('CSV', Buffer.from(['点号,X坐标,Y坐标', ...rows].join('\n')));
  expect([file.issues, file.features.length]).toEqual([[], 1]);
});
