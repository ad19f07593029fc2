import { expect, test } from 'vitest';
import { readIntakeFile } from '../../../src/subgraphs/boundaries/formats/formats.js';
import { inputOfContent, inputOfText } from '../../../src/subgraphs/boundaries/formats/intake-input.js';
import type { IntakeFormat } from '../../../src/vocabulary/intake.js';

const LARGEST_RING = 50_000;
const LARGEST_LIST = 500;

type Corner = readonly [northing: number, easting: number];

/** A circle of a kilometre in zone 41. */
const circle = (corners: number): Corner[] =>
  Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [4_507_000 + 1000 * Math.sin(angle), 41_473_000 + 1000 * Math.cos(angle)];
  });

/** Degrees of the same circle, packed: what matters is how many there are. */
const dms = ([x, y]: Corner): string => {
  const packed = (base: number, metres: number): string =>
    `${base}${(30 + metres / 100).toFixed(6).padStart(9, '0')}`;
  return `${packed(12241, y - 41_473_000)},${packed(4041, x - 4_507_000)}`;
};

const lines = (all: readonly Corner[], line: (corner: Corner, i: number) => string): string[] =>
  all.map((corner, i) => line(corner, i + 1));

/** A file of `areas` areas with the corners given, in each format of text. */
const FILES: Readonly<Record<string, (all: readonly Corner[], areas: number) => string>> = {
  CORNER_LIST: (all, areas) =>
    Array(areas)
      .fill([...lines(all, ([x, y], i) => `${i},${x.toFixed(4)},${y.toFixed(4)}`), '*,,,,1'].join('\n'))
      .join('\n'),
  STORED_STRING: (all, areas) => {
    const area = [
      all.length,
      ...lines(all, ([x, y], i) => `${i},${x.toFixed(4)},${y.toFixed(4)}`),
      '',
      '',
      '',
      1,
    ];
    return [areas, ...Array(areas).fill(area.join(','))].join(',');
  },
  SUBMISSION_TEXT: (all, areas) => {
    const area = [...lines(all, ([x, y], i) => `${i},${x.toFixed(4)},${y.toFixed(4)}`), '标高,,,,1'];
    const rows: string[] = Array(areas).fill(area).flat();
    return [
      `矿区范围拐点坐标与标高的总行数=${rows.length}`,
      ...rows.map((row, i) => `XY${String(i + 1).padStart(3, '0')}=${row}`),
    ].join('\n');
  },
  LAND_TXT: (all, areas) => {
    const points = [...all, ...all.slice(0, 1)];
    const plot = [
      `${points.length},1,,,面,,,,@`,
      ...lines(points, ([x, y], i) => `J${i},1,${x.toFixed(4)},${y.toFixed(4)}`),
    ];
    return ['坐标系=2000国家大地坐标系', '[地块坐标]', ...Array(areas).fill(plot).flat()].join('\n');
  },
  DMS: (all, areas) =>
    [
      '坐标系=2000国家大地坐标系',
      ...Array(areas)
        .fill([...lines(all, (corner, i) => `${i},${dms(corner)}`), '*,,,,1'])
        .flat(),
    ].join('\n'),
};

const codesOf = async (format: string, text: string): Promise<unknown[]> => {
  const file = await readIntakeFile(format as IntakeFormat, inputOfText(text), null, null);
  return [file.features.length, ...new Set(file.issues.map(({ code }) => code))];
};

test.each(Object.keys(FILES))(
  '%s: a ring of 50 000 vertices is taken, more are refused',
  async (format) => {
    const text = (corners: number): string => FILES[format]?.(circle(corners), 1) ?? '';
    expect(await codesOf(format, text(LARGEST_RING))).toEqual([1]);
    // Of so many, not all are kept.
    expect(await codesOf(format, text(LARGEST_RING + 50))).toEqual([0, 'TOO_MANY_VERTICES']);
  },
  60_000,
);

test.each(Object.keys(FILES))('%s: 500 areas are taken, one more is refused', async (format) => {
  const text = (areas: number): string => FILES[format]?.(circle(3), areas) ?? '';
  expect(await codesOf(format, text(LARGEST_LIST))).toEqual([LARGEST_LIST]);
  expect(await codesOf(format, text(LARGEST_LIST + 1))).toEqual([0, 'TOO_MANY_AREAS']);
});

test('text in GBK that is UTF-8 as well is read as its sender says', () => {
  // 一 in GBK is a Cyrillic letter in UTF-8.
  const bytes = Buffer.from([0xd2, 0xbb]).toString('base64');
  expect(inputOfContent(bytes, 'GBK').text()).toBe('一');
  expect(inputOfContent(bytes, 'BASE64').text()).toBe('һ');
  const utf16 = Buffer.from('\uFEFF1,2,金', 'utf16le').toString('base64');
  expect(inputOfContent(utf16, 'BASE64').text()).toBe('1,2,金');
});

test('of GeoJSON and WKT at most 5 000 areas are taken, and no more faults are kept than are told', async () => {
  const feature =
    '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[122,40],[122.1,40],[122.1,40.1],[122,40]]]}}';
  const collection = (one: string, times: number): string =>
    `{"type":"FeatureCollection","features":[${Array(times).fill(one).join()}]}`;
  const read = (format: IntakeFormat, text: string) => readIntakeFile(format, inputOfText(text), 4490, null);
  expect((await read('GEOJSON', collection(feature, 5000))).features).toHaveLength(5000);
  const polygon = 'POLYGON((122 40,122.1 40,122.1 40.1,122 40));';
  expect((await read('WKT', polygon.repeat(5000))).features).toHaveLength(5000);
  for (const file of [
    await read('GEOJSON', collection(feature, 5001)),
    await read('WKT', polygon.repeat(5001)),
  ]) {
    expect(file.issues).toMatchObject([{ code: 'TOO_MANY_AREAS', index: 5000 }]);
  }
  for (const file of [
    await read('GEOJSON', collection('{}', 3000)),
    await read('GEOJSON', `{"type":"Polygon","coordinates":[[${Array(3000).fill('"a"').join()}]]}`),
    await read('WKT', 'POLYGON EMPTY;'.repeat(3000)),
  ]) {
    expect(file).toMatchObject({ features: [], issues: { length: 1001 } });
  }
});
