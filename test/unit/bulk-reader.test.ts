import { expect, test } from 'vitest';
import type { ExportedArea } from '../../src/subgraphs/boundaries/formats/area-writer.js';
import { type BulkFacts, BulkFile } from '../../src/subgraphs/boundaries/formats/geopackage-bulk.js';
import { sqlite } from '../../src/subgraphs/boundaries/formats/geopackage-database.js';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import { MOST_AREAS } from '../../src/subgraphs/boundaries/formats/issue-list.js';
import { contradictions, documentsOf } from '../../src/subgraphs/boundaries/intake/bulk-intake.js';
import { type BulkBatch, BulkReader } from '../../src/subgraphs/boundaries/intake/bulk-reader.js';
import { anExportedArea, written } from '../support/exported-area.js';

/** Areas of documents with so many rows each, in the order in which they are read. */
const documents = (...rows: readonly number[]): ExportedArea[] =>
  rows.flatMap((count, i) =>
    Array.from({ length: count }, () => anExportedArea({ documentNumber: `D-${100 + i}` })),
  );

const batches = async (areas: readonly ExportedArea[], start = 0): Promise<BulkBatch[]> =>
  batchesOf(await written(geoPackageWriter, areas), start);

async function batchesOf(bytes: Uint8Array, start = 0, defaults: BulkFacts = {}): Promise<BulkBatch[]> {
  const file = await BulkFile.open(bytes, { layer: null, mineColumn: null, defaults });
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

/** A GeoPackage of so many areas after SQL statements; their table is `permitted_areas_4529`. */
async function changed(areas: number, ...statements: readonly string[]): Promise<Uint8Array> {
  const { Database } = await sqlite();
  const database = new Database(await written(geoPackageWriter, documents(...Array(areas).fill(1))));
  for (const statement of statements) database.run(statement);
  const bytes = database.export();
  database.close();
  return bytes;
}

/** Rows that are taken together, by their numbers. */
const documentsIn = (read: readonly BulkBatch[]): number[][] =>
  read.flatMap(({ rows }) => documentsOf(rows)).map(({ rows }) => rows.map(({ rowId }) => rowId));

test.each<[what: string, first: string, third: string, defaults?: BulkFacts]>([
  ['words for the same kind', "kind = '矿区范围'", "kind = '采矿权'"],
  ['blank and the kind that the import says', 'kind = null', "kind = '矿区范围'", { kind: 'MINING_RIGHT' }],
  ['licences', "licence = 'C1'", "licence = 'C2'"],
  ['blanks around the same code', "mine_code = 'M-1'", "mine_code = 'M-1' || char(9)"],
])('rows of one mine, kind and document are one document, with %s', async (_what, first, third, defaults) => {
  const bytes = await changed(
    4,
    `update permitted_areas_4529 set document = 'D-1' where fid in (1, 3)`,
    `update permitted_areas_4529 set ${first} where fid = 1`,
    `update permitted_areas_4529 set ${third} where fid = 3`,
  );
  const read = await batchesOf(bytes, 0, defaults);
  expect(documentsIn(read)).toEqual([[1, 3], [2], [4]].sort((a, b) => b.length - a.length));
});

test('rows of one document that name two licences contradict each other', async () => {
  const bytes = await changed(2, `update permitted_areas_4529 set document = 'D', licence = 'C' || fid`);
  const [document] = documentsOf((await batchesOf(bytes))[0]?.rows ?? []);
  expect(document && contradictions(document)).toMatchObject([
    { row: 2, code: 'OPTIONS_DIFFER', message: 'The row says licence C2, the first row of its document C1.' },
  ]);
});

/** Statements that give the table columns of these names, with values that are blank or there twice. */
const withColumns = (...names: readonly string[]): string[] => [
  'alter table permitted_areas_4529 rename to before',
  `create table permitted_areas_4529 (fid integer primary key, geom blob, mine_code text, document text, ${names.map((name) => `"${name}"`).join()})`,
  `insert into permitted_areas_4529 select fid, geom, mine_code, document, ${names.map(() => 'case when fid < 3 then 7 end').join()} from before`,
];

test.each([[['rowid']], [['ROWID']], [['_rowid_', 'oid']], [['rowid', '_rowid_', 'oid']]])(
  'columns %j do not say which row is which',
  async (names) => {
    const read = await batchesOf(await changed(4, ...withColumns(...names)));
    expect(documentsIn(read)).toEqual([[1], [2], [3], [4]]);
  },
);

test('codes that are whole numbers are read digit by digit, and as a rounded number refused', async () => {
  const names = [9_007_199_254_740_992n, 9_007_199_254_740_993n, 2_103_812_020_011_100_001n];
  const rows = (type: string) => [
    `alter table permitted_areas_4529 drop column mine_code`,
    `alter table permitted_areas_4529 add column mine_code ${type}`,
    ...names.map(
      (name, i) => `update permitted_areas_4529 set mine_code = ${name}, name = 'a' where fid = ${i + 1}`,
    ),
  ];
  const [exact] = await batchesOf(await changed(3, ...rows('integer')));
  expect(exact?.rows.map(({ rowId, facts }) => [rowId, facts.mine])).toEqual(
    expect.arrayContaining(names.map((name, i) => [i + 1, String(name)])),
  );
  expect(exact?.rejections).toEqual([]);
  const [rounded] = await batchesOf(await changed(3, ...rows('real')));
  expect(rounded?.rejections.map(({ code, message }) => [code, message])).toEqual(
    Array(3).fill(['TEXT_INVALID', expect.stringMatching(/^mine is a number beyond .* give it as text/)]),
  );
});
