import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import { openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { onServer, withDatabase } from '../support/database-template.js';
import { at, importSquare, licenceFacts, openVersions, seeSquare } from '../support/versions.js';

let folder: string;
let environment: Record<string, string>;
let dropDatabase = async () => {};
let ids: { area: string; observation: string };

/** A database that no process has open, with an area, what was seen beside it, and a licence. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minebound-cli-changes-'));
  const template = inject('databaseTemplate');
  if (template.kind === 'native') {
    const name = `minebound_cli_changes_${process.pid}`;
    await onServer(template.url, `create database ${name} template ${template.name}`);
    environment = { DATABASE_URL: withDatabase(template.url, name), MINEBOUND_SEED: 'none' };
    dropDatabase = () => onServer(template.url, `drop database ${name} with (force)`);
  } else {
    await cp(template.directory, join(folder, 'data'), { recursive: true });
    environment = { MINEBOUND_DATA_DIR: join(folder, 'data'), MINEBOUND_SEED: 'none' };
  }
  const { knex, close } = await openDatabase(
    {
      databaseUrl: environment['DATABASE_URL'] ?? null,
      dataDir: environment['MINEBOUND_DATA_DIR'] ?? '',
      databasePool: 2,
      debugSql: false,
    },
    createLogger('silent'),
  );
  const versions = await openVersions(knex, ['CLI']);
  const then = at('2026-03-01T00:00:00Z');
  ids = {
    area: await importSquare(versions, then, 'CLI', 'D-1', { metres: 200 }),
    observation: await seeSquare(versions, then, 'CLI', 'S-1'),
  };
  await versions.licences.upsertLicences(then, [licenceFacts({ mineCode: 'CLI', number: 'L-1' })]);
  await close();
});
afterAll(async () => {
  await dropDatabase();
  await rm(folder, { recursive: true, force: true });
});

async function minebound(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written[name] += String(chunk);
        done();
      },
    });
  const code = await runProgram(argv, { stdout: sink('out'), stderr: sink('err'), environment });
  return { code, ...written };
}

test('an area ends, and an area, an observation and a licence are withdrawn, each with its reason', async () => {
  const because = ['--reason', 'Found wrong on review', '--document', 'R-1'];
  expect(await minebound('end', ids.area, '--on', '1 March', ...because)).toMatchObject({ code: 2 });
  const ended = await minebound('end', ids.area, '--on', '2026-01-01', ...because, '--json');
  expect(ended.code, ended.err).toBe(0);
  const outcome = JSON.parse(ended.out) as { area: object; judgementDiffId: string | null };
  expect(outcome.area).toMatchObject({
    version: 2,
    change: 'ENDED',
    validTo: '2026-01-01',
    changeDocumentNumber: 'R-1',
  });
  // What was seen on 1 February was permitted until now.
  expect(outcome.judgementDiffId).not.toBeNull();

  expect(await minebound('withdraw', 'observation', ids.observation, ...because)).toMatchObject({ code: 0 });
  expect(await minebound('withdraw', 'observation', ids.observation, ...because)).toMatchObject({ code: 6 });
  const licence = await minebound('withdraw', 'licence', 'L-1', ...because);
  expect(licence).toMatchObject({ code: 0, out: 'The licence L-1 is withdrawn.\n' });
  expect(await minebound('withdraw', 'licence', 'L-1', ...because)).toMatchObject({ code: 4 });
  expect(await minebound('withdraw', 'area', ids.area, '--reason', ' ')).toMatchObject({ code: 2 });
  expect(await minebound('withdraw', 'area', ids.area, ...because)).toMatchObject({ code: 0 });
  expect(await minebound('withdraw', 'mine', 'CLI', ...because)).toMatchObject({ code: 2 });
});
