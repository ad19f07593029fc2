import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportedArea } from '../../src/subgraphs/boundaries/formats/area-writer.js';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import { createBulkIntakeService } from '../../src/subgraphs/boundaries/services.js';
import { aDatabase, importAll, place } from '../support/bulk-bench.js';
import type { TestDatabase } from '../support/database.js';
import { anExportedArea, square, written } from '../support/exported-area.js';
import { serviceParts } from '../support/service-parts.js';

// Which rows of a bulk import are one document, and what becomes of one with a fault.

let database: TestDatabase;
beforeAll(async () => {
  database = await aDatabase();
});
afterAll(() => database.close());

test('rows are rejected with their number, a code and a place, and a document is taken whole or not at all', async () => {
  const bowTie = [
    [
      [0, 0],
      [100, 100],
      [100, 0],
      [0, 100],
    ].map(([x = 0, y = 0], i) => ({ number: String(i), x: 4_507_000 + x, y: 41_473_000 + y, line: null })),
  ];
  const areas = [
    anExportedArea({ mineCode: 'NOBODY' }),
    anExportedArea({ mineCode: 'M-3', documentNumber: 'D', name: 'sound', polygons: place(10) }),
    anExportedArea({
      mineCode: 'M-3',
      documentNumber: 'D',
      name: 'crossed',
      polygons: [bowTie].flat().map((ring) => [ring]),
    }),
    anExportedArea({ mineCode: 'M-4', documentNumber: 'D', name: 'a', polygons: place(11) }),
    anExportedArea({
      mineCode: 'M-4',
      documentNumber: 'D',
      name: 'b',
      polygons: place(12),
      validTo: '2030-01-01',
    }),
    anExportedArea({ mineCode: 'M-4', licenceNumber: 'C-404', polygons: place(13) }),
    anExportedArea({ mineCode: 'M-5', polygons: [[square(4_507_000, 41_473_000, 100).slice(0, 2)]] }),
    anExportedArea({ mineCode: 'M-5', documentNumber: 'sound', polygons: place(14) }),
  ];
  const result = await importAll(
    createBulkIntakeService(serviceParts(database.knex)),
    await written(geoPackageWriter, areas),
  );
  expect(result).toMatchObject({ recorded: 1, rejected: 7, position: 8 });
  expect(
    result.rejections.map(({ row, mineCode, code, ring, vertex }) => [row, mineCode, code, ring, vertex]),
  ).toEqual([
    [2, 'M-3', 'DOCUMENT_REJECTED', null, null],
    [3, 'M-3', 'SELF_INTERSECTION', 1, expect.any(Number)],
    [6, 'M-4', 'LICENCE_UNKNOWN', null, null],
    [4, 'M-4', 'DOCUMENT_REJECTED', null, null],
    [5, 'M-4', 'OPTIONS_DIFFER', null, null],
    [7, 'M-5', 'TOO_FEW_CORNERS', 1, 2],
    [1, 'NOBODY', 'MINE_UNKNOWN', null, null],
  ]);
});

test('rows of one document stay one document, however its kind is written and whatever lies between them', async () => {
  const own = await aDatabase();
  try {
    const service = createBulkIntakeService(serviceParts(own.knex));
    const rows = ['矿区范围', ...Array<null>(600).fill(null), '采矿权'].map((words, i) =>
      anExportedArea({
        documentNumber: words === null ? `E-${i}` : 'D-1',
        polygons: place(i),
        // The column of kinds holds what a county writes into it.
        ...(words !== null && { kind: words as ExportedArea['kind'] }),
      }),
    );
    const bytes = await written(geoPackageWriter, rows);
    expect(await importAll(service, bytes)).toMatchObject({ recorded: 602, corrected: 0, rejected: 0 });
    expect(await importAll(service, bytes)).toMatchObject({ recorded: 0, corrected: 0, unchanged: 602 });
  } finally {
    await own.close();
  }
});

test('a document whose long edges come to more than a file may have is rejected, and is not densified', async () => {
  const wide = [
    [30, 110],
    [38, 110],
    [38, 120],
    [30, 120],
  ].map(([x = 0, y = 0], i) => ({ number: String(i + 1), x, y, line: null }));
  const areas = Array.from({ length: 60 }, () =>
    anExportedArea({ mineCode: 'M-5', documentNumber: 'wide', srid: 4490, polygons: [[wide]] }),
  );
  const result = await importAll(
    createBulkIntakeService(serviceParts(database.knex)),
    await written(geoPackageWriter, areas),
  );
  expect(result).toMatchObject({ recorded: 0, rejected: 60 });
  expect(new Set(result.rejections.map(({ code }) => code))).toEqual(new Set(['FILE_TOO_LARGE']));
});
