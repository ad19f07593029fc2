import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import type { BulkRequest } from '../../src/subgraphs/boundaries/intake/bulk-intake.js';
import {
  createBulkIntakeService,
  createIntakeService,
  createObservationService,
} from '../../src/subgraphs/boundaries/services.js';
import { mineId } from '../support/builders.js';
import { aDatabase, importAll, options, place, request } from '../support/bulk-bench.js';
import { testContext } from '../support/context.js';
import type { TestDatabase } from '../support/database.js';
import { anExportedArea, square, written } from '../support/exported-area.js';
import { serviceParts } from '../support/service-parts.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await aDatabase();
});
afterAll(() => database.close());

describe('what a bulk import leaves', () => {
  /** A corner 30 cm beside the first: a finding that ends with the version, not with the document. */
  const slip = { number: '5', x: 4_511_000, y: 41_473_000.3, line: null };
  const areas = [
    anExportedArea({ mineCode: 'M-2', name: '东', documentNumber: 'D-2', polygons: place(1) }),
    anExportedArea({
      mineCode: 'M-1',
      name: '西',
      documentNumber: 'D-1',
      polygons: place(2),
      ceilingMetres: 300,
      floorMetres: 100,
    }),
    anExportedArea({ mineCode: 'M-2', name: '东', documentNumber: 'D-2', polygons: place(3) }),
    anExportedArea({
      mineCode: 'M-2',
      kind: 'DUMP_SITE',
      validFrom: '2026-01-01',
      validTo: '2028-01-01',
      polygons: [[[...square(4_511_000, 41_473_000, 100), slip]]],
    }),
    anExportedArea({ mineCode: 'M-1', name: '旧', documentNumber: 'D-1', polygons: place(5) }),
  ];

  const tables = async ({ knex }: TestDatabase) => ({
    areas: await knex('boundaries.permitted_area').orderBy(['id', 'version']),
    findings: await knex('boundaries.data_quality_finding').orderBy('id'),
    events: await knex('platform.event')
      .select('type', 'subject_id', 'mine_id', 'division_code', 'after_digest', 'data')
      .where('subject_type', 'PermittedArea')
      .orderBy(['subject_id', 'type']),
  });

  test('is what single imports of each document leave: rows, events and findings', async () => {
    const bulk = await importAll(
      createBulkIntakeService(serviceParts(database.knex)),
      await written(geoPackageWriter, areas),
    );
    expect(bulk).toMatchObject({ rowCount: 5, position: 5, recorded: 5, rejected: 0, resumedAt: 0 });
    const single = await aDatabase();
    try {
      const intake = createIntakeService(serviceParts(single.knex));
      for (const document of [[0, 2], [1, 4], [3]]) {
        const own = document.flatMap((i) => areas[i] ?? []);
        const { mineCode, kind, validFrom, validTo, documentNumber } = own[0] ?? anExportedArea();
        const result = await intake.importPermittedAreas(testContext(), {
          mineId: mineId(mineCode),
          format: 'GEOPACKAGE',
          content: (await written(geoPackageWriter, own)).toString('base64'),
          encoding: 'BASE64',
          options: { ...options, kind, validFrom, validTo, documentNumber },
        });
        expect(result.rejected).toEqual([]);
      }
      expect(await tables(database)).toEqual(await tables(single));
    } finally {
      await single.close();
    }
  });

  test('stays as it is when the file comes again, and is corrected where the file has changed', async () => {
    const service = createBulkIntakeService(serviceParts(database.knex));
    const bytes = await written(geoPackageWriter, areas);
    const before = await tables(database);
    expect(await importAll(service, bytes)).toMatchObject({ recorded: 0, corrected: 0, unchanged: 5 });
    expect(await tables(database)).toEqual(before);
    // The last row is left out: its document has one area fewer.
    const changed = areas.slice(0, 4).map((area, i) => (i === 1 ? { ...area, floorMetres: 120 } : area));
    expect(await importAll(service, await written(geoPackageWriter, changed))).toMatchObject({
      recorded: 0,
      corrected: 1,
      unchanged: 3,
    });
    const standing = await database
      .knex('boundaries.data_quality_finding')
      .select('code')
      .where('mine_id', mineId('M-1'))
      .whereNull('superseded_at');
    expect(standing).toEqual([{ code: 'AREA_NOT_IN_FILE' }]);
  });
});

test('an import whose batch fails keeps those before it, nothing of those after it, and goes on there', async () => {
  const own = await aDatabase();
  try {
    // One mine in all batches: each has to wait for the one before it.
    const areas = Array.from({ length: 1300 }, (_, i) =>
      anExportedArea({ mineCode: 'M-1', documentNumber: `D-${i}`, polygons: place(i) }),
    );
    const bytes = await written(geoPackageWriter, areas);
    const deps = serviceParts(own.knex);
    let batches = 0;
    const failing: typeof deps.transact = (context, work) =>
      deps.transact(context, async (tx) => {
        const done = await work(tx);
        if (++batches === 2) throw new Error('the second batch is lost');
        return done;
      });
    const positions: number[] = [];
    const lost = createBulkIntakeService({ ...deps, transact: failing }).import(
      testContext(),
      request(bytes),
      ({ position }) => positions.push(position),
    );
    await expect(lost).rejects.toThrow('the second batch is lost');
    expect(positions).toEqual([0, 500]);
    const count = async () =>
      Number((await own.knex('boundaries.permitted_area').count().first())?.['count']);
    expect(await count()).toBe(500);
    const rest = await importAll(createBulkIntakeService(deps), bytes);
    expect(rest).toMatchObject({ resumedAt: 500, position: 1300, recorded: 1300, rejected: 0 });
    expect(await count()).toBe(1300);
  } finally {
    await own.close();
  }
});

test('what an import permits is judged again: a crossing that it covers closes', async () => {
  const deps = serviceParts(database.knex);
  const submitted = await createObservationService(deps).submit(testContext(), [
    {
      provider: 'test',
      providerRef: 'bulk',
      mineCode: 'M-6',
      activity: 'EXTRACTION',
      method: 'UAV',
      observedAt: new Date('2026-05-01T00:00:00Z'),
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [122.9, 40.9],
            [122.901, 40.9],
            [122.901, 40.901],
            [122.9, 40.901],
            [122.9, 40.9],
          ],
        ],
      },
      sigmaMetres: 1,
    },
  ]);
  expect(submitted.violations).toHaveLength(1);
  const around = [
    [
      [40.89, 122.89],
      [40.91, 122.89],
      [40.91, 122.91],
      [40.89, 122.91],
    ].map(([x = 0, y = 0], i) => ({ number: String(i + 1), x, y, line: null })),
  ];
  const area = anExportedArea({
    mineCode: 'M-6',
    srid: 4490,
    polygons: [around].flat().map((ring) => [ring]),
  });
  await importAll(createBulkIntakeService(deps), await written(geoPackageWriter, [area]));
  const [violation] = await database.knex('enforcement.violation').where('mine_id', mineId('M-6'));
  expect(violation.state).toBe('AUTO_CLOSED');
});

test.each<[what: string, more: Partial<BulkRequest>, message: RegExp]>([
  ['no column of mine codes by the given name', { mineColumn: 'code' }, /no column code.*mine_code/],
  ['no table of the given name', { layer: 'x' }, /no table x; it has permitted_areas_4529/],
  ['another CRS than the sender says', { options: { ...options, srid: 4528 } }, /EPSG:4529.*EPSG:4528/],
])('a file with %s is refused with what there is', async (_what, more, message) => {
  const bytes = await written(geoPackageWriter, [anExportedArea()]);
  const service = createBulkIntakeService(serviceParts(database.knex));
  await expect(service.import(testContext(), request(bytes, more), () => {})).rejects.toMatchObject({
    code: 'INTAKE_REJECTED',
    message: expect.stringMatching(message),
  });
});
