import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { READMES } from '../../scripts/configuration-table.js';
import { aMine } from '../support/builders.js';
import { type CommandLine, openCommandLine } from '../support/command-line.js';
import { registerMines } from '../support/registered-mines.js';

const HEADINGS = { en: 'Bring your data', zh: '导入自己的数据' } as const;
const MINE = 'DEMO-210381-NOTICE';

let commands: CommandLine;
beforeAll(async () => {
  commands = await openCommandLine();
  await commands.onDatabase(async (knex) => {
    // The mine of the notice, as the demo has it.
    await registerMines(knex, [
      aMine({ code: MINE, location: { type: 'Point', coordinates: [122.687, 40.701] } }),
    ]);
  });
});
afterAll(() => commands.close());

/** The commands of a README's section, without `npx minebound`. */
async function commandsOf(path: string, heading: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  const blocks = [...body.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks
    .join('\n')
    .split('\n')
    .flatMap((line) => {
      const [command] = line.split(' #');
      return command?.startsWith('npx minebound ') ? [command.trim().split(/\s+/).slice(2)] : [];
    });
}

/** Files that commands write go into the test's folder, and are read from there. */
const inFolder = (argv: readonly string[], written: ReadonlySet<string>): string[] =>
  argv.map((word) => (written.has(word) ? join(commands.folder, word) : word));

test('the README has commands that bring in each kind of file and take it out again, and work', async () => {
  const all = await commandsOf(READMES.en, HEADINGS.en);
  const files = all.flatMap(([verb, path = '']) => (verb === 'import' ? [path] : []));
  for (const ending of ['notices/liaoning-2025-54.txt', '.zip', '-gbk.txt', '.gpkg']) {
    expect(
      files.some((path) => path.endsWith(ending)),
      ending,
    ).toBe(true);
  }
  const written = new Set(
    all.flatMap((argv) => (argv.includes('--out') ? [argv[argv.indexOf('--out') + 1] ?? ''] : [])),
  );
  for (const argv of all) {
    const { code, out, err } = await commands.run(inFolder(argv, written));
    expect([argv.join(' '), code, err]).toEqual([argv.join(' '), 0, '']);
    if (argv[0] === 'import') expect(out).toMatch(/import(ed)? [1-9]\d* areas for DEMO-210381-NOTICE/i);
    if (argv[0] === 'export') expect(out).toMatch(/^Wrote [1-9]\d* areas? to /);
  }
}, 120_000);

test('both READMEs have the same commands', async () => {
  expect(await commandsOf(READMES.zh, HEADINGS.zh)).toEqual(await commandsOf(READMES.en, HEADINGS.en));
});

test('a file that is written before it fails leaves what was there', async () => {
  const out = join(commands.folder, 'kept.txt');
  const good = await commands.run(['export', '--format', 'wkt', '--mine', MINE, '--out', out]);
  expect(good.code).toBe(0);
  const before = await readFile(out, 'utf8');
  const bad = await commands.run([
    'export',
    '--format',
    'land-txt',
    '--mine',
    MINE,
    '--srid',
    '4490',
    '--out',
    out,
  ]);
  expect([bad.code, await readFile(out, 'utf8')]).toEqual([3, before]);
});

test.each([
  ['a format that there is none', ['--format', 'dwg', '--out', 'x'], /--format: is one of CORNER_LIST/],
  ['a format that is only read', ['--format', 'kml', '--out', 'x'], /not in KML/],
  [
    'a day that is none',
    ['--format', 'wkt', '--as-of', '2026-02-30', '--out', 'x'],
    /--as-of: must be a day/,
  ],
  [
    'an instant of no year',
    ['--format', 'wkt', '--known', '0000-06-01T00:00:00Z', '--out', 'x'],
    /--known: must be an instant/,
  ],
  ['a listing of all mines', ['--format', 'corner-list', '--out', 'x'], /say which/],
])('an export with %s says what is wrong', async (_name, argv, message) => {
  const { code, err } = await commands.run(['export', ...argv]);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('a file that is refused says so without a mine, by line and reason', async () => {
  const path = 'test/fixtures/formats/land-txt/xy-exchanged-gbk.txt';
  const { code, err } = await commands.run(['import', path]);
  expect(code).toBe(3);
  expect(err).toMatch(
    /xy-exchanged-gbk\.txt:14, ring 1, vertex 1: AXES_SWAPPED: X and Y are swapped at all corners/,
  );
  const json = await commands.run(['import', path, '--json']);
  expect(JSON.parse(json.out).error).toMatchObject({
    code: 'INTAKE_REJECTED',
    rejected: [{ code: 'AXES_SWAPPED', line: 14 }],
  });
});
