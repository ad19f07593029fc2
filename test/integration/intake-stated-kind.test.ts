import type { Point } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CorrectedOutline } from '../../src/subgraphs/boundaries/areas/permitted-area-change.js';
import type { ExportRequest } from '../../src/subgraphs/boundaries/export/export.js';
import type { IntakeResult } from '../../src/subgraphs/boundaries/intake/intake.js';
import {
  createExportService,
  createIntakeService,
  createPermittedAreaChangeService,
} from '../../src/subgraphs/boundaries/services.js';
import type { PermittedAreaKind } from '../../src/vocabulary/boundaries.js';
import type { IntakeFormat } from '../../src/vocabulary/intake.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { aMineInHaicheng, cornerListRequest } from '../support/notice-intake.js';
import { CHINA, serviceParts } from '../support/service-parts.js';

const KINDS = ['MINING_RIGHT', 'DUMP_SITE', 'STRIPPING_LAND', 'RED_LINE', 'PROHIBITED_ZONE'] as const;

let database: TestDatabase;
let code: string;
beforeAll(async () => {
  database = await openTestDatabase();
  code = await aMine('STATED-KIND');
  for (const [i, kind] of KINDS.entries()) {
    const { rejected } = await imported(code, 'WKT', Buffer.from(squareAt(122.6 + i * 0.01)), kind);
    expect(rejected).toEqual([]);
  }
});
afterAll(() => database.close());

/** Its place picks the zone of listings. */
const location: Point = { type: 'Point', coordinates: [122.62, 40.7] };
const aMine = async (name: string): Promise<string> =>
  (await aMineInHaicheng(database.knex, { code: name, location })).code;

const squareAt = (x: number): string =>
  `SRID=4490;POLYGON((${x} 40.7,${x + 0.005} 40.7,${x + 0.005} 40.705,${x} 40.705,${x} 40.7))`;

function imported(
  mine: string,
  format: IntakeFormat,
  bytes: Buffer,
  kind: PermittedAreaKind = 'MINING_RIGHT',
): Promise<IntakeResult> {
  const request = cornerListRequest(mineId(mine), bytes.toString('base64'), { kind });
  return createIntakeService(serviceParts(database.knex, CHINA)).importPermittedAreas(testContext(), {
    ...request,
    format,
    encoding: 'BASE64',
  });
}

async function exported(format: IntakeFormat, more: Partial<ExportRequest> = {}): Promise<Buffer> {
  const request = { format, mineCode: code, kinds: null, validOn: null, known: null, srid: null, ...more };
  const file = await createExportService({ knex: database.knex }).open(testContext(), request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const INSTEAD = KINDS.filter((kind) => kind !== 'MINING_RIGHT');

describe.each(['GEOJSON', 'GEOPACKAGE', 'SHAPEFILE'] as const)('what %s says of its areas', (format) => {
  test('is not overruled by the kind of the import', async () => {
    const { recorded, rejected } = await imported(code, format, await exported(format));
    expect(recorded).toBe(0);
    expect(new Set(rejected.map(({ code: why }) => why))).toEqual(new Set(['KIND_CONFLICT']));
    for (const kind of INSTEAD) {
      expect(rejected.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(new RegExp(`^Feature \\d.* says it is a ${kind}, the import MINING_RIGHT`)),
      );
    }
  });

  test('agrees with an import of that kind', async () => {
    const file = await exported(format, { kinds: ['PROHIBITED_ZONE'] });
    const { areas, rejected } = await imported(code, format, file, 'PROHIBITED_ZONE');
    expect(rejected).toEqual([]);
    expect(areas.map(({ kind }) => kind)).toEqual(['PROHIBITED_ZONE']);
  });

  test('is not taken for another mine', async () => {
    const other = await aMine(`STATED-KIND-${format}`);
    const file = await exported(format, { kinds: ['MINING_RIGHT'] });
    const { rejected } = await imported(other, format, file);
    expect(rejected).toMatchObject([
      {
        code: 'MINE_CONFLICT',
        index: 0,
        message: expect.stringContaining(`mine ${code}, the import ${other}`),
      },
    ]);
  });
});

const feature = (properties: object): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: 'Feature',
      properties,
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [122.6, 40.7],
            [122.61, 40.7],
            [122.61, 40.71],
            [122.6, 40.7],
          ],
        ],
      },
    }),
  );

test('a kind in the words of documents counts, and one that is not known is told', async () => {
  const mine = await aMine('STATED-KIND-WORDS');
  expect((await imported(mine, 'GEOJSON', feature({ kind: '禁采区' }))).rejected).toMatchObject([
    { code: 'KIND_CONFLICT' },
  ]);
  const { recorded, findings } = await imported(mine, 'GEOJSON', feature({ kind: '花园' }));
  expect(recorded).toBe(1);
  expect(findings).toMatchObject([
    { code: 'KIND_UNKNOWN', severity: 'WARNING', message: expect.stringContaining('花园') },
  ]);
});

test('an outline that says it is of another kind corrects no area', async () => {
  const mine = await aMine('STATED-KIND-OUTLINE');
  const { areas } = await imported(mine, 'GEOJSON', feature({ kind: 'mining-right' }));
  const changes = createPermittedAreaChangeService(serviceParts(database.knex, CHINA));
  const correct = (outline: CorrectedOutline) =>
    changes.correct(testContext(), areas[0]?.id ?? '', { outline }, { reason: 'test', documentNumber: null });
  const content = feature({ kind: 'PROHIBITED_ZONE' }).toString();
  const outcome = await correct({ format: 'GEOJSON', content, encoding: 'UTF8' });
  expect(outcome).toMatchObject({ area: null, rejected: [{ code: 'KIND_CONFLICT' }] });
});

test.each(['CORNER_LIST', 'LAND_TXT', 'DMS', 'WKT'] as const)(
  '%s, which cannot say the kind, is of one',
  async (format) => {
    await expect(exported(format)).rejects.toMatchObject({
      code: 'EXPORT_REFUSED',
      details: { field: 'kind', candidates: expect.arrayContaining([...KINDS]) },
      message: expect.stringContaining('MINING_RIGHT, STRIPPING_LAND'),
    });
    expect((await exported(format, { kinds: ['RED_LINE'] })).length).toBeGreaterThan(0);
    expect((await exported(format, { kinds: ['RED_LINE', 'INDUSTRIAL_SITE'] })).length).toBeGreaterThan(0);
  },
);
