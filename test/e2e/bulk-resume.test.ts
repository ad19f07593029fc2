import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import { openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { createTransact } from '../../src/platform/transact.js';
import type { BulkResult } from '../../src/subgraphs/boundaries/bulk-intake.js';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import { createRegistryService } from '../../src/subgraphs/registry/subgraph.js';
import { aMine, DIVISIONS } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { onServer, withDatabase } from '../support/database-template.js';
import { anExportedArea, square, written } from '../support/exported-area.js';

const MINES = 50;
/** Several transactions of an import. */
const AREAS = 2500;

let folder: string;
let file: string;
let environment: Record<string, string>;
let dropDatabase: () => Promise<void>;

/** A database that no process has open, as the one to be killed must open it by itself. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minebound-bulk-'));
  const template = inject('databaseTemplate');
  if (template.kind === 'native') {
    const name = `minebound_bulk_${process.pid}`;
    await onServer(template.url, `create database ${name} template ${template.name}`);
    environment = { DATABASE_URL: withDatabase(template.url, name) };
    dropDatabase = () => onServer(template.url, `drop database ${name} with (force)`);
  } else {
    await cp(template.directory, join(folder, 'data'), { recursive: true });
    environment = { MINEBOUND_DATA_DIR: join(folder, 'data') };
    dropDatabase = async () => {};
  }
  environment['MINEBOUND_SEED'] = 'none';
  await onDatabase(async (knex) => {
    await new DivisionRepository(knex).upsert(knex, DIVISIONS);
    const mines = Array.from({ length: MINES }, (_, i) => aMine({ code: `M-${i}`, location: null }));
    await createRegistryService({ knex, transact: createTransact(knex) }).upsertMines(testContext(), mines);
  });
  file = join(folder, 'mines.gpkg');
  await writeFile(
    file,
    await written(
      geoPackageWriter,
      Array.from({ length: AREAS }, (_, i) => area(i)),
    ),
  );
});
afterAll(async () => {
  await dropDatabase();
  await rm(folder, { recursive: true, force: true });
});

/** One document an area; the last has none of the mines that there are. */
const area = (i: number) =>
  anExportedArea({
    mineCode: i === AREAS - 1 ? 'NOBODY' : `M-${i % MINES}`,
    documentNumber: `D-${i}`,
    polygons: [[square(4_507_000 + Math.floor(i / MINES) * 200, 41_473_000 + (i % MINES) * 200, 100)]],
  });

async function onDatabase<T>(work: (knex: Knex) => Promise<T>): Promise<T> {
  const database = await openDatabase(
    {
      databaseUrl: environment['DATABASE_URL'] ?? null,
      dataDir: environment['MINEBOUND_DATA_DIR'] ?? '',
      databasePool: 2,
      debugSql: false,
    },
    createLogger('silent'),
  );
  try {
    return await work(database.knex);
  } finally {
    await database.close();
  }
}

const COMMAND = ['import', '--bulk', '--valid-from', '2025-12-01', '--json'];

/** Runs the import in a process of its own and kills it once it has told of a transaction. */
async function killAfterFirstTransaction(): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...COMMAND, file], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  const listen = (chunk: Buffer): void => {
    said += chunk;
    if (said.includes('rows of a bulk import done')) child.kill('SIGKILL');
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const [code, signal] = await ended;
  expect({ code, signal, said: signal === 'SIGKILL' ? '' : said }).toEqual({
    code: null,
    signal: 'SIGKILL',
    said: '',
  });
}

async function importAgain(): Promise<BulkResult> {
  let said = '';
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk);
      done();
    },
  });
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
  // A row was rejected, which the exit code tells.
  expect(await runProgram([...COMMAND, file], { stdout, stderr, environment })).toBe(3);
  return JSON.parse(said) as BulkResult;
}

const counts = () =>
  onDatabase(async (knex) => {
    const { rows } = await knex.raw(`
      select (select count(*) from boundaries.permitted_area)::int as versions,
             (select count(distinct id) from boundaries.permitted_area)::int as areas,
             (select count(*) from platform.event where type = 'permitted-area.recorded')::int as events,
             (select count(*) from boundaries.bulk_import_rejection)::int as rejections,
             (select position from boundaries.bulk_import) as position,
             (select finished_at is not null from boundaries.bulk_import) as finished`);
    return rows[0];
  });

test('an import that is killed goes on where it was, with nothing lost and nothing twice', async () => {
  await killAfterFirstTransaction();
  const left = await counts();
  expect(left.position).toBeGreaterThan(0);
  expect(left.position).toBeLessThan(AREAS);
  // What was committed with the position is what rows up to it give.
  expect(left).toMatchObject({
    areas: left.position,
    versions: left.position,
    events: left.position,
    finished: false,
  });
  const whole = {
    areas: AREAS - 1,
    versions: AREAS - 1,
    events: AREAS - 1,
    rejections: 1,
    position: AREAS,
    finished: true,
  };
  expect(await importAgain()).toMatchObject({
    resumedAt: left.position,
    recorded: AREAS - 1,
    rejected: 1,
    rejections: [{ row: AREAS, mineCode: 'NOBODY', code: 'MINE_UNKNOWN' }],
  });
  expect(await counts()).toEqual(whole);
  expect(await importAgain()).toMatchObject({ resumedAt: 0, recorded: 0, unchanged: AREAS - 1 });
  expect(await counts()).toEqual(whole);
}, 480_000);
