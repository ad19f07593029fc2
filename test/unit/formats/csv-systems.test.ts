import { describe, expect, test } from 'vitest';
import { faults, readBytes } from '../../support/format-fixtures.js';

/** Corners of a triangle: number, and then northing and easting as often as the header has them. */
const table = (header: string, shift = 0): Buffer =>
  Buffer.from(
    [
      header,
      ...[
        [4500000, 41500000],
        [4501000, 41500000],
        [4501000, 41501000],
      ].map(([x = 0, y = 0], i) =>
        [i + 1, ...(header.split(',').length > 3 ? [x - shift, y - shift] : []), x, y].join(),
      ),
    ].join('\n'),
  );

const read = (header: string, srid: number | null = null) => readBytes('CSV', table(header, 50), srid);

describe('a datum that the header names', () => {
  test.each([
    ['点号,X坐标(西安80),Y坐标(西安80)', 2365],
    ['点号,X坐标（1954年北京坐标系）,Y坐标（1954年北京坐标系）', 2417],
    ['点号,X80,Y80', 2365],
    ['点号,(2000)X坐标,(2000)Y坐标', 4529],
    ['点号,X坐标(m),Y坐标(m)', 4529],
    ['点号,X坐标(西安80；单位：m),Y坐标(西安80；单位：m)', 2365],
    ['点号,X坐标(EPSG:2365),Y坐标(EPSG:2365)', 2365],
    ['点号,X坐标(中央经线84°),Y坐标', 4529],
  ])('decides: %s is in EPSG:%i', async (header, srid) => {
    const { features, issues } = await read(header);
    expect(issues).toEqual([]);
    expect(features).toMatchObject([{ srid }]);
  });

  test('may not contradict srid, nor itself', async () => {
    const xian = '点号,X坐标(西安80),Y坐标(西安80)';
    expect(faults(await read(xian, 4529))).toEqual([{ code: 'CRS_CONFLICT', index: 0, line: 2 }]);
    expect((await read(xian, 2365)).issues).toEqual([]);
    expect(faults(await read('点号,X坐标(西安80),Y坐标(北京54)'))).toEqual([
      { code: 'CRS_CONFLICT', index: 0, line: 2 },
    ]);
  });

  test('is asked for where it is not known, or there are several', async () => {
    for (const header of [
      '点号,X坐标(独立坐标系),Y坐标(独立坐标系)',
      '点号,X坐标(北京独立),Y坐标(北京独立)',
      '点号,X(西安80转2000),Y(西安80转2000)',
    ]) {
      expect(faults(await read(header))).toEqual([{ code: 'CRS_AMBIGUOUS', index: 0, line: 2 }]);
      expect((await read(header, 4529)).features).toMatchObject([{ srid: 4529 }]);
    }
    expect(faults(await read('点号,X(WGS84),Y(WGS84)'))).toEqual([
      { code: 'ZONE_UNKNOWN', index: 0, line: 2 },
    ]);
  });

  test('decides for degrees and for well-known text as well', async () => {
    const degrees = Buffer.from('经度(西安80),纬度(西安80)\n122,40\n122.1,40\n122.1,40.1');
    expect((await readBytes('CSV', degrees)).features).toMatchObject([{ srid: 4610 }]);
    const text = Buffer.from('wkt(西安80),name\n"POLYGON((122 40,122.1 40,122.1 40.1,122 40))",a');
    expect(faults(await readBytes('CSV', text, 4490))).toEqual([{ code: 'CRS_CONFLICT', index: 0, line: 2 }]);
    expect((await readBytes('CSV', text, 4610)).features).toMatchObject([{ srid: 4610 }]);
  });
});

describe('a column that says the system of the rows', () => {
  const rows = (header: string, ...said: readonly string[]): Buffer =>
    Buffer.from(
      [
        header,
        ...['1,4500000,41500000', '2,4501000,41500000', '3,4501000,41501000'].map(
          (row, i) => `${row},${said[i % said.length]}`,
        ),
      ].join('\n'),
    );

  test('decides, and may not change', async () => {
    const named = await readBytes('CSV', rows('点号,X,Y,坐标系', '1980西安坐标系'));
    expect(named.features).toMatchObject([{ srid: 2365 }]);
    expect((await readBytes('CSV', rows('点号,X,Y,srid', '2365'))).features).toMatchObject([{ srid: 2365 }]);
    const changing = await readBytes('CSV', rows('点号,X,Y,坐标系', '西安80', '2000国家大地坐标系'));
    expect(faults(changing)).toEqual([{ code: 'CRS_CONFLICT', index: 0, line: 3 }]);
    expect(faults(await readBytes('CSV', rows('点号,X,Y,srid', '2365'), 4529))).toEqual([
      { code: 'CRS_CONFLICT', index: 0, line: 2 },
    ]);
    expect(faults(await readBytes('CSV', rows('点号,X,Y,坐标系', '本地')))).toEqual([
      { code: 'CRS_AMBIGUOUS', index: 0, line: 2 },
    ]);
  });

  test('may be an EPSG code, whose digits name no year', async () => {
    const read = (code: string, srid: number | null = null) =>
      readBytes('CSV', rows('点号,X,Y,crs', code), srid);
    for (const code of ['EPSG:4529', '4529', 'urn:ogc:def:crs:EPSG::4529']) {
      expect((await read(code)).features).toMatchObject([{ srid: 4529 }]);
    }
    expect((await read('EPSG:2365', 2365)).features).toMatchObject([{ srid: 2365 }]);
    // The eastings begin with 41.
    expect((await read('EPSG:2354')).features).toEqual([]);
    expect(faults(await read('EPSG:2365', 4529))).toEqual([{ code: 'CRS_CONFLICT', index: 0, line: 2 }]);
    expect(faults(await read('EPSG:3857'))).toMatchObject([{ code: 'CRS_UNKNOWN' }]);
    const text = (srid: string) =>
      Buffer.from(`wkt,crs,srid\n"POLYGON((122 40,122.1 40,122.1 40.1,122 40))",EPSG:4610,${srid}`);
    expect((await readBytes('CSV', text(''))).features).toMatchObject([{ srid: 4610 }]);
    expect(faults(await readBytes('CSV', text('4490')))).toMatchObject([{ code: 'CRS_CONFLICT' }]);
  });
});

describe('more columns than one for the same coordinate', () => {
  test.each([
    ['two datums', '点号,X坐标(西安80),Y坐标(西安80),X坐标(2000),Y坐标(2000)'],
    ['two names', '点号,X坐标,Y坐标,纵坐标,横坐标'],
    ['degrees and metres', '点号,经度,纬度,X坐标,Y坐标'],
  ])('(%s) are refused by their names', async (_what, header) => {
    const file = await read(header);
    expect(faults(file)).toEqual([{ code: 'COLUMNS_AMBIGUOUS', index: 0, line: 1 }]);
    for (const name of header.split(',').slice(1)) expect(file.issues[0]?.message).toContain(`"${name}"`);
  });

  test('are told apart by srid where one pair alone can be in it', async () => {
    const both = '点号,X坐标(西安80),Y坐标(西安80),X坐标(2000),Y坐标(2000)';
    const first = async (header: string, srid: number) =>
      (await read(header, srid)).features[0]?.polygons[0]?.[0]?.[0]?.x;
    expect(await first(both, 2365)).toBe(4_499_950);
    expect(await first(both, 4529)).toBe(4_500_000);
    expect(await first('点号,经度,纬度,X坐标,Y坐标', 4529)).toBe(4_500_000);
    expect(faults(await read('点号,X坐标,Y坐标,纵坐标,横坐标', 4529))).toMatchObject([
      { code: 'COLUMNS_AMBIGUOUS' },
    ]);
  });

  test('of well-known text are refused as well', async () => {
    const text = 'wkt,geom\n"POLYGON((122 40,122.1 40,122.1 40.1,122 40))",""';
    expect(faults(await readBytes('CSV', Buffer.from(text), 4490))).toEqual([
      { code: 'COLUMNS_AMBIGUOUS', index: 0, line: 1 },
    ]);
  });
});

test('eastings without zone are refused with the zones of the datum', async () => {
  const bare = (header: string) =>
    readBytes('CSV', Buffer.from(`${header}\n1,4500000,500000\n2,4501000,500000\n3,4501000,501000`));
  expect((await bare('点号,X坐标,Y坐标')).issues).toMatchObject([
    { code: 'CRS_AMBIGUOUS', message: expect.stringContaining('EPSG:4534 to 4554') },
  ]);
  expect((await bare('点号,X坐标(西安80),Y坐标(西安80)')).issues).toMatchObject([
    { code: 'CRS_AMBIGUOUS', message: expect.stringContaining('EPSG:2370 to 2390') },
  ]);
});
