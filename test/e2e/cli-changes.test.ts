import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { licenceFacts } from '../support/builders.js';
import { type CommandLine, openCommandLine, type Run } from '../support/command-line.js';
import { at } from '../support/context.js';
import { importSquare, openVersions, seeSquare } from '../support/versions.js';

let commands: CommandLine;
let ids: { area: string; observation: string };

/** A database that no process has open, with an area, what was seen beside it, and a licence. */
beforeAll(async () => {
  commands = await openCommandLine();
  await commands.onDatabase(async (knex) => {
    const versions = await openVersions(knex, ['CLI']);
    const then = at('2026-03-01T00:00:00Z');
    ids = {
      area: await importSquare(versions, then, 'CLI', 'D-1', { metres: 200 }),
      observation: await seeSquare(versions, then, 'CLI', 'S-1'),
    };
    await versions.licences.upsertLicences(then, [licenceFacts({ mineCode: 'CLI', number: 'L-1' })]);
  });
});
afterAll(() => commands.close());

const minebound = (...argv: string[]): Promise<Run> => commands.run(argv);

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

test('whoever stops reading the output of a command has what they wanted', async () => {
  const child = spawn('node', ['bin/minebound.js', 'export', '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const err = text(child.stderr);
  const [code] = await once(child, 'exit');
  expect([code, await err]).toEqual([0, '']);
});
