import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestContext } from '../../src/platform/context.js';
import type { ExportRequest } from '../../src/subgraphs/boundaries/export/export.js';
import type { ExportService } from '../../src/subgraphs/boundaries/export/export.service.js';
import type { IntakeFile } from '../../src/subgraphs/boundaries/formats/intake-file.js';
import { WRITABLE_FORMATS } from '../../src/subgraphs/boundaries/formats/writers.js';
import type { IntakeOptions } from '../../src/subgraphs/boundaries/intake/intake.js';
import type { IntakeService } from '../../src/subgraphs/boundaries/intake/intake.service.js';
import {
  createBulkIntakeService,
  createExportService,
  createIntakeService,
} from '../../src/subgraphs/boundaries/services.js';
import type { MineFacts } from '../../src/subgraphs/registry/mine.js';
import type { IntakeFormat } from '../../src/vocabulary/intake.js';
import { mineId } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { formatFixture, readBytes } from '../support/format-fixtures.js';
import { aMineInHaicheng, cornerListRequest, NOTICE } from '../support/notice-intake.js';
import { CHINA, serviceParts } from '../support/service-parts.js';

let database: TestDatabase;
let intake: IntakeService;
let exporting: ExportService;
beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  intake = createIntakeService(serviceParts(knex, CHINA));
  exporting = createExportService({ knex });
});
afterAll(() => database.close());

let count = 0;

const aStoredMine = (facts: Partial<MineFacts> = {}): Promise<MineFacts> =>
  aMineInHaicheng(database.knex, { code: `EXPORT-${++count}`, ...facts });

interface Import {
  readonly format?: IntakeFormat;
  readonly options?: Partial<IntakeOptions>;
  readonly context?: RequestContext;
  readonly mine?: MineFacts;
}

/** The code of a mine, a new one unless the test has one, for which the areas were imported. */
async function aMineWith(content: string, { format, options, context, mine }: Import = {}): Promise<string> {
  const { code } = mine ?? (await aStoredMine());
  const request = { ...cornerListRequest(mineId(code), content, options), format: format ?? null };
  const { rejected } = await intake.importPermittedAreas(context ?? testContext(), request);
  expect(rejected).toEqual([]);
  return code;
}

async function exported(
  format: IntakeFormat,
  mineCode: string | null,
  more: Partial<ExportRequest> = {},
  context = testContext(),
): Promise<Buffer> {
  const request = { format, mineCode, kinds: null, validOn: null, known: null, srid: null, ...more };
  const file = await exporting.open(context, request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const read = (format: IntakeFormat, bytes: Buffer, srid: number | null = null): Promise<IntakeFile> =>
  readBytes(format, bytes, srid, CHINA);

/** Names with bands and corners, in the order of names: files list areas by id. */
const content = (file: IntakeFile, decimals = 4) =>
  file.features
    .map(({ name, ceilingMetres, floorMetres, polygons }) => ({
      name,
      ceilingMetres,
      floorMetres,
      corners: polygons.map((rings) =>
        rings.map((ring) => ring.map(({ x, y }) => `${x.toFixed(decimals)} ${y.toFixed(decimals)}`)),
      ),
    }))
    .sort((one, other) => ((one.name ?? '') < (other.name ?? '') ? -1 : 1));

describe('what was imported and is exported is read back as it was issued', () => {
  test.each(['CORNER_LIST', 'STORED_STRING', 'SUBMISSION_TEXT'] as const)('%s', async (format) => {
    const code = await aMineWith(NOTICE);
    const file = await read(format, await exported(format, code));
    expect(file.issues).toEqual([]);
    expect(file.features.map(({ srid }) => srid)).toEqual([4529, 4529]);
    expect(content(file)).toEqual(content(await read('CORNER_LIST', Buffer.from(NOTICE))));
  });

  test('LAND_TXT, but for the elevation bands it has no place for', async () => {
    const code = await aMineWith(NOTICE);
    const file = await read('LAND_TXT', await exported('LAND_TXT', code));
    const bandless = NOTICE.replace(/^\*,[\d.]+,[\d.]+,/gm, '*,,,');
    expect(content(file)).toEqual(content(await read('CORNER_LIST', Buffer.from(bandless))));
  });

  test('WKT, each area in the CRS it was issued in', async () => {
    const code = await aMineWith(NOTICE);
    const file = await read('WKT', await exported('WKT', code));
    const nameless = content(await read('CORNER_LIST', Buffer.from(NOTICE)));
    expect(new Set(content(file).map(({ corners }) => JSON.stringify(corners)))).toEqual(
      new Set(nameless.map(({ corners }) => JSON.stringify(corners))),
    );
  });

  test('DMS, in degrees of the same datum', async () => {
    const dms = formatFixture('dms/liaoning-2025-54.txt').toString('utf8');
    const code = await aMineWith(dms);
    const file = await read('DMS', await exported('DMS', code));
    expect(file.features.map(({ srid }) => srid)).toEqual([4490, 4490]);
    expect(content(file, 12)).toEqual(content(await read('DMS', Buffer.from(dms)), 12));
    const ofPlane = await read('DMS', await exported('DMS', await aMineWith(NOTICE)));
    // The published listing rounds to a thousandth of a second, 3 cm.
    const numbers = (one: IntakeFile) =>
      content(one, 12).flatMap(({ corners }) => corners.flat(2).join(' ').split(' '));
    const listed = numbers(file);
    numbers(ofPlane).forEach((value, i) => {
      expect(Number(value)).toBeCloseTo(Number(listed[i]), 6);
    });
  });

  test('GEOJSON: the geometry that is judged, with what is known of the area', async () => {
    const code = await aMineWith(NOTICE);
    const collection = JSON.parse((await exported('GEOJSON', code)).toString('utf8'));
    expect(collection.features).toHaveLength(2);
    const east = collection.features.find(
      (one: { properties: { name: string } }) => one.properties.name === '金藏采区',
    );
    expect(east.properties).toMatchObject({
      mineCode: code,
      kind: 'MINING_RIGHT',
      ceilingMetres: 229.5,
      floorMetres: 70,
      validFrom: '2025-12-01',
      documentNumber: '辽采协示字〔2025〕54号',
    });
    const file = await read('GEOJSON', Buffer.from(JSON.stringify(collection)));
    expect(file.features.map(({ srid }) => srid)).toEqual([4490, 4490]);
  });
});

test('a hole stays a hole in every listing', async () => {
  const land = formatFixture('land-txt/xian-1980-with-hole.txt')
    .toString('utf8')
    .replace('1980西安', '2000国家大地');
  const code = await aMineWith(land, { format: 'LAND_TXT' });
  for (const format of ['CORNER_LIST', 'STORED_STRING', 'SUBMISSION_TEXT', 'LAND_TXT', 'DMS'] as const) {
    const file = await read(format, await exported(format, code));
    expect([format, file.features[0]?.polygons.map((rings) => rings.map((ring) => ring.length))]).toEqual([
      format,
      [[4, 4]],
    ]);
  }
});

describe('the CRS of a listing', () => {
  test('is a zone with prefix where the areas were issued without one', async () => {
    const land = formatFixture('land-txt/xian-1980-with-hole.txt').toString('utf8');
    const code = await aMineWith(land, { format: 'LAND_TXT' });
    const file = await read('LAND_TXT', await exported('LAND_TXT', code));
    expect(file.features).toMatchObject([{ srid: 2365 }]);
    expect(file.features[0]?.polygons[0]?.[0]?.[0]).toMatchObject({ x: 4507000, y: 41473000 });
  });

  test('is never an old datum that the format does not name, unless it is asked for', async () => {
    const code = await aMineWith(NOTICE, { format: 'CORNER_LIST', options: { srid: 2365 } });
    await expect(exported('CORNER_LIST', code)).rejects.toMatchObject({
      code: 'EXPORT_REFUSED',
      message: expect.stringContaining('srid 2365'),
    });
    const file = await read('CORNER_LIST', await exported('CORNER_LIST', code, { srid: 2365 }), 2365);
    expect(content(file)).toEqual(content(await read('CORNER_LIST', Buffer.from(NOTICE), 2365)));
    expect((await read('LAND_TXT', await exported('LAND_TXT', code))).features[0]?.srid).toBe(2365);
  });

  test('is the 3° zone of the mine for areas that came in degrees', async () => {
    const square = '((122.68 40.70, 122.69 40.70, 122.69 40.71, 122.68 40.71, 122.68 40.70))';
    const mine = await aStoredMine({ location: { type: 'Point', coordinates: [122.685, 40.705] } });
    const code = await aMineWith(`SRID=4490;POLYGON${square}`, { format: 'WKT', mine });
    const file = await read('CORNER_LIST', await exported('CORNER_LIST', code));
    expect(file.features).toMatchObject([{ srid: 4529 }]);
    const back = await exported('WKT', code, { srid: 4490 });
    expect(back.toString()).toContain('122.68 40.7,');
  });

  test('is refused where the areas have several datums, or it is none of the format’s', async () => {
    const mine = await aStoredMine();
    await aMineWith(NOTICE, { format: 'CORNER_LIST', mine });
    const code = await aMineWith(NOTICE, {
      format: 'CORNER_LIST',
      options: { srid: 2365, documentNumber: 'old' },
      mine,
    });
    await expect(exported('LAND_TXT', code)).rejects.toMatchObject({
      code: 'EXPORT_REFUSED',
      message: expect.stringMatching(/EPSG:4529.*EPSG:2365|EPSG:2365.*EPSG:4529/),
    });
    for (const [format, srid] of [
      ['LAND_TXT', 4490],
      ['DMS', 4529],
      ['GEOJSON', 4529],
      ['WKT', 3857],
    ] as const) {
      await expect(exported(format, code, { srid })).rejects.toMatchObject({ code: 'EXPORT_REFUSED' });
    }
  });
});

test('a name that a format cannot hold is refused, not written wrong', async () => {
  const code = await aMineWith(NOTICE.replace('金藏采区', '金藏,上'));
  await expect(exported('STORED_STRING', code)).rejects.toMatchObject({
    code: 'EXPORT_REFUSED',
    message: expect.stringContaining('金藏,上'),
  });
  expect((await read('CORNER_LIST', await exported('CORNER_LIST', code))).features).toHaveLength(2);
});

test('areas are those in force on the day, as they were known then', async () => {
  const mine = await aStoredMine();
  const first = at('2026-01-01T00:00:00Z');
  await aMineWith(NOTICE, { context: first, mine });
  const moved = NOTICE.replace('4507088.2206', '4507090.2206');
  const code = await aMineWith(moved, { context: at('2026-02-01T00:00:00Z'), mine });
  const text = async (more: Partial<ExportRequest>) =>
    (await exported('CORNER_LIST', code, more, at('2026-03-01T00:00:00Z'))).toString();
  expect(await text({})).toContain('4507090.2206');
  expect(await text({ known: new Date('2026-01-15T00:00:00Z') })).toContain('4507088.2206');
  const nothing = { code: 'NOT_FOUND', message: expect.stringContaining('nothing to write') };
  await expect(text({ known: new Date('2025-01-15T00:00:00Z') })).rejects.toMatchObject(nothing);
  expect(await text({ validOn: '2035-11-30' })).toContain('4507090.2206');
  await expect(text({ validOn: '2035-12-01' })).rejects.toMatchObject(nothing);
  for (const format of WRITABLE_FORMATS) {
    await expect(exported(format, code, { kinds: ['STRIPPING_LAND'] })).rejects.toMatchObject(nothing);
  }
});

test('an officer gets the areas of their own county and no others', async () => {
  const own = await aMineWith(NOTICE, { mine: await aStoredMine({ divisionCode: '210381' }) });
  const foreign = await aMineWith(NOTICE, { mine: await aStoredMine({ divisionCode: '150421' }) });
  const officer = testContext({ principal: countyOfficer('210381') });
  await expect(exported('CORNER_LIST', foreign, {}, officer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const all = JSON.parse((await exported('GEOJSON', null, {}, officer)).toString('utf8'));
  const codes = new Set(
    all.features.map((one: { properties: { mineCode: string } }) => one.properties.mineCode),
  );
  expect(codes.has(own)).toBe(true);
  expect(codes.has(foreign)).toBe(false);
});

test('a GeoPackage is imported in bulk as what it was exported from, with all that its documents say', async () => {
  const mine = await aStoredMine();
  const facts: Partial<IntakeOptions> = {
    sigmaMetres: 0.35,
    sigmaZMetres: 25,
    statedAreaSquareMetres: 1_068_500,
    documentNumber: 'D-1',
    validTo: '2035-12-01',
  };
  const bytes = await exported('GEOPACKAGE', await aMineWith(NOTICE, { mine, options: facts }));
  const { corrected, recorded, unchanged, rejected, rejections } = await createBulkIntakeService(
    serviceParts(database.knex, CHINA),
  ).import(
    testContext(),
    {
      fileName: 'own.gpkg',
      bytes,
      layer: null,
      mineColumn: null,
      licenceNumber: null,
      options: { kind: 'DUMP_SITE', authority: 'not stated', validFrom: '2026-01-01', sigmaMetres: 0.1 },
    },
    () => {},
  );
  expect([rejections, { corrected, recorded, unchanged, rejected }]).toEqual([
    [],
    { corrected: 0, recorded: 0, unchanged: 2, rejected: 0 },
  ]);
});

test('many areas are read page by page, each once', async () => {
  const lines = Array.from({ length: 450 }, (_, i) => {
    const [x, y] = [120 + (i % 25) * 0.01, 43 + Math.floor(i / 25) * 0.01];
    return `SRID=4490;POLYGON((${x} ${y},${x + 0.005} ${y},${x + 0.005} ${y + 0.005},${x} ${y}))`;
  });
  const code = await aMineWith(lines.join('\n'), { format: 'WKT' });
  const back = (await exported('WKT', code)).toString().trim().split('\n');
  expect(back).toHaveLength(450);
  expect(new Set(back).size).toBe(450);
});

test('a format that is only read, and a listing of all mines, are refused', async () => {
  expect(WRITABLE_FORMATS).not.toContain('KML');
  await expect(exported('KML', null)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(exported('CORNER_LIST', null)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'mine' },
  });
});
