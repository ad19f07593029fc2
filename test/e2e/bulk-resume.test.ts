import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import type { BulkResult } from '../../src/subgraphs/boundaries/intake/bulk-intake.js';
import { aMine } from '../support/builders.js';
import { type CommandLine, openCommandLine } from '../support/command-line.js';
import { anExportedArea, square, written } from '../support/exported-area.js';
import { registerMines } from '../support/registered-mines.js';

const MINES = 50;
/** Several transactions of an import. */
const AREAS = 2500;

let commands: CommandLine;
let file: string;

/** A database that no process has open, as the one to be killed must open it by itself. */
beforeAll(async () => {
  commands = await openCommandLine();
  await commands.onDatabase(async (knex) => {
    const mines = Array.from({ length: MINES }, (_, i) => aMine({ code: `M-${i}`, location: null }));
    await registerMines(knex, mines);
  });
  file = join(commands.folder, 'mines.gpkg');
  await writeFile(
    file,
    await written(
      geoPackageWriter,
      Array.from({ length: AREAS }, (_, i) => area(i)),
    ),
  );
});
afterAll(() => commands.close());

/** One document an area; the last has none of the mines that there are. */
const area = (i: number) =>
  anExportedArea({
    mineCode: i === AREAS - 1 ? 'NOBODY' : `M-${i % MINES}`,
    documentNumber: `D-${i}`,
    polygons: [[square(4_507_000 + Math.floor(i / MINES) * 200, 41_473_000 + (i % MINES) * 200, 100)]],
  });

const COMMAND = ['import', '--bulk', '--valid-from', '2025-12-01', '--json'];

/** Runs the import in a process of its own and kills it once it has told of a transaction. */
async function killAfterFirstTransaction(): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...COMMAND, file], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...commands.environment, LOG_LEVEL: 'info' },
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
  const { code, out } = await commands.run([...COMMAND, file]);
  // A row was rejected, which the exit code tells.
  expect(code).toBe(3);
  return JSON.parse(out) as BulkResult;
}

const counts = () =>
  commands.onDatabase(async (knex) => {
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
