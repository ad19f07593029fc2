import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportRequest } from '../../src/subgraphs/boundaries/export/export.js';
import type { IntakeResult } from '../../src/subgraphs/boundaries/intake/intake.js';
import {
  createBulkIntakeService,
  createExportService,
  createIntakeService,
  createObservationService,
} from '../../src/subgraphs/boundaries/services.js';
import type { IntakeFormat } from '../../src/vocabulary/intake.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { aMineInHaicheng, cornerListRequest, NOTICE, NOTICE_OPTIONS } from '../support/notice-intake.js';
import { CHINA, serviceParts } from '../support/service-parts.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

let count = 0;

/** The notice's areas as if they had been issued in Xi'an 1980; the code of their mine. */
async function aMineOfAnOldDatum(): Promise<string> {
  const { code } = await aMineInHaicheng(database.knex, { code: `BALLPARK-${++count}` });
  const result = await imported(code, 'CORNER_LIST', Buffer.from(NOTICE), 2365);
  expect(result.areas.map(({ crsClass }) => crsClass)).toEqual(['BALLPARK', 'BALLPARK']);
  return code;
}

async function imported(
  code: string,
  format: IntakeFormat,
  bytes: Buffer,
  srid: number | null = null,
): Promise<IntakeResult> {
  const request = cornerListRequest(mineId(code), bytes.toString('base64'), { srid });
  const result = await createIntakeService(serviceParts(database.knex, CHINA)).importPermittedAreas(
    testContext(),
    { ...request, format, encoding: 'BASE64' },
  );
  expect(result.rejected).toEqual([]);
  return result;
}

async function exported(
  format: IntakeFormat,
  mineCode: string,
  more: Partial<ExportRequest> = {},
): Promise<Buffer> {
  const request = { format, mineCode, kinds: null, validOn: null, known: null, srid: null, ...more };
  const file = await createExportService({ knex: database.knex }).open(testContext(), request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each<[IntakeFormat, number | null]>([
  ['GEOJSON', null],
  ['GEOPACKAGE', 4529],
  ['SHAPEFILE', 4529],
])(
  'what %s says is ballpark stays it when it is read back, whatever CRS it is in by then',
  async (format, srid) => {
    const code = await aMineOfAnOldDatum();
    const result = await imported(code, format, await exported(format, code, { srid }));
    expect(result.areas.map(({ crsClass }) => crsClass)).toEqual(['BALLPARK', 'BALLPARK']);
    expect(new Set(result.areas.map(({ sourceSrid }) => sourceSrid))).toEqual(new Set([srid ?? 4490]));
    expect(result.findings.filter(({ code: found }) => found === 'CRS_BALLPARK')).toMatchObject([
      { severity: 'WARNING', message: expect.stringContaining('The file says') },
      { severity: 'WARNING', message: expect.stringContaining('The file says') },
    ]);
  },
);

test('so it does when a file of many mines is read back', async () => {
  const code = await aMineOfAnOldDatum();
  const bulk = createBulkIntakeService(serviceParts(database.knex, CHINA));
  const request = {
    fileName: 'mines.gpkg',
    bytes: await exported('GEOPACKAGE', code, { srid: 4529 }),
    layer: null,
    mineColumn: null,
    options: NOTICE_OPTIONS,
    licenceNumber: null,
  };
  const { corrected, rejected } = await bulk.import(testContext(), request, () => {});
  expect([corrected, rejected]).toEqual([2, 0]);
  const current = database.knex('boundaries.permitted_area').where('mine_id', mineId(code));
  expect(await current.whereNull('superseded_at').select('source_srid', 'crs_class')).toEqual([
    { source_srid: 4529, crs_class: 'BALLPARK' },
    { source_srid: 4529, crs_class: 'BALLPARK' },
  ]);
});

test('no verdict on an area that came back from a file reads CONFIRMED', async () => {
  const code = await aMineOfAnOldDatum();
  await imported(code, 'GEOJSON', await exported('GEOJSON', code));
  const [west, south, east, north] = [122.6, 40.66, 122.601, 40.661];
  const coordinates = [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ];
  const { judgements } = await createObservationService(serviceParts(database.knex, CHINA)).submit(
    testContext(),
    [
      {
        provider: 'test',
        mineCode: code,
        activity: 'EXTRACTION',
        method: 'UAV',
        observedAt: new Date('2026-03-01T04:00:00Z'),
        geometry: { type: 'Polygon', coordinates },
        sigmaMetres: 0.5,
      },
    ],
  );
  const verdicts = await database
    .knex('enforcement.judgement')
    .whereIn(
      'id',
      judgements.map(({ id }) => id),
    )
    .pluck('plan_verdict');
  expect(verdicts).toEqual(['PROBABLE']);
});

test.each<[IntakeFormat, number]>([
  ['CORNER_LIST', 4529],
  ['SUBMISSION_TEXT', 4529],
  ['LAND_TXT', 2417],
  ['DMS', 4490],
  ['WKT', 4529],
])('%s, which cannot say it, does not go out in another datum (EPSG:%i)', async (format, srid) => {
  const code = await aMineOfAnOldDatum();
  await expect(exported(format, code, { srid })).rejects.toMatchObject({
    code: 'EXPORT_REFUSED',
    details: { field: 'srid' },
    message: expect.stringMatching(/BALLPARK.*GEOJSON.*EPSG:2365/),
  });
});

test('one such area among hundreds is told before the first byte', async () => {
  await database.knex.transaction(async (sql) => {
    const situation = await Situation.open(sql);
    await situation.mine('MANY');
    for (let i = 0; i < 200; i++) await situation.area({ mine: 'MANY', shape: box(i * 100, 0, 50, 50) });
    const last = { id: 'ffffffff-ffff-5fff-bfff-ffffffffffff', ballpark: true };
    await situation.area({ ...last, mine: 'MANY', shape: box(0, 100, 50, 50) });
  });
  const request = {
    format: 'WKT',
    mineCode: 'MANY',
    kinds: null,
    validOn: null,
    known: null,
    srid: null,
  } as const;
  const { chunks } = await createExportService({ knex: database.knex }).open(testContext(), request);
  await expect(chunks[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'EXPORT_REFUSED' });
});

test('in its own datum it does, and is read back as ballpark', async () => {
  const code = await aMineOfAnOldDatum();
  const result = await imported(code, 'DMS', await exported('DMS', code));
  expect(result.areas.map(({ crsClass }) => crsClass)).toEqual(['BALLPARK', 'BALLPARK']);
  expect((await exported('WKT', code, { srid: 4610 })).toString()).toContain('SRID=4610');
});
