import { expect, test } from 'vitest';
import type { ExportedArea } from '../../src/subgraphs/boundaries/formats/area-writer.js';
import { BulkFile } from '../../src/subgraphs/boundaries/formats/geopackage-bulk.js';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import { MOST_AREAS } from '../../src/subgraphs/boundaries/formats/issue-list.js';
import { type BulkBatch, BulkReader } from '../../src/subgraphs/boundaries/intake/bulk-reader.js';
import { anExportedArea, written } from '../support/exported-area.js';

/** Areas of documents with so many rows each, in the order in which they are read. */
const documents = (...rows: readonly number[]): ExportedArea[] =>
  rows.flatMap((count, i) =>
    Array.from({ length: count }, () => anExportedArea({ documentNumber: `D-${100 + i}` })),
  );

async function batches(areas: readonly ExportedArea[], start = 0): Promise<BulkBatch[]> {
  const bytes = await written(geoPackageWriter, areas);
  const file = await BulkFile.open(bytes, { layer: null, mineColumn: null, defaults: {} });
  try {
    return [...new BulkReader(file, null, null).batches(start)];
  } finally {
    file.close();
  }
}

const placesOf = (read: readonly BulkBatch[]) =>
  read.map(({ start, end, rows, continues }) => [start, end, rows.length, continues]);

test('a batch ends with the document that has its five hundredth row; nothing is left out or read twice', async () => {
  const read = await batches(documents(300, 300, 500, 1, 2));
  expect(placesOf(read)).toEqual([
    [0, 600, 600, false],
    [600, 1100, 500, false],
    [1100, 1103, 3, false],
  ]);
  expect(read.flatMap(({ rows }) => rows.map(({ ordinal }) => ordinal))).toEqual(
    Array.from({ length: 1103 }, (_, i) => i + 1),
  );
});

test('reading goes on where an import was left', async () => {
  const areas = documents(300, 300, 500, 1, 2);
  const all = await batches(areas);
  expect(await batches(areas, 600)).toEqual(all.slice(1));
  expect(await batches(areas, 1103)).toEqual([]);
});

test('a document with more rows than one may have is read in parts, and each but the first says that it continues', async () => {
  const areas = documents(10, MOST_AREAS + 20, 5);
  const all = await batches(areas);
  expect(placesOf(all)).toEqual([
    [0, MOST_AREAS + 11, MOST_AREAS + 11, false],
    [MOST_AREAS + 11, MOST_AREAS + 35, 24, true],
  ]);
  expect(placesOf(await batches(areas, MOST_AREAS + 11))).toEqual(placesOf(all.slice(1)));
});
