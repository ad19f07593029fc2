import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockDirectory } from '../../src/platform/directory-lock.js';
import { aMine } from '../support/builders.js';
import { type CommandLine, openCommandLine, type Run } from '../support/command-line.js';
import { registerMines } from '../support/registered-mines.js';

const NOTICE = 'test/fixtures/notices/liaoning-2025-54.txt';

let commands: CommandLine;

/** A database that no process has open: each command opens it by itself, as on a desk. */
beforeAll(async () => {
  commands = await openCommandLine();
  await commands.onDatabase(async (knex) => {
    await registerMines(knex, [
      aMine({ code: 'NOTICE', location: { type: 'Point', coordinates: [122.687, 40.701] } }),
      aMine({ code: 'FAR', location: { type: 'Point', coordinates: [120, 43.5] } }),
    ]);
  });
});
afterAll(() => commands.close());

const minebound = (argv: string[], more: Record<string, string> = {}): Promise<Run> =>
  commands.run(argv, more);

const file = async (name: string, content: string): Promise<string> => {
  const path = join(commands.folder, name);
  await writeFile(path, content);
  return path;
};

describe('import', () => {
  test('the public notice is imported with nothing but its name', async () => {
    const { code, out, err } = await minebound(['import', NOTICE]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Imported 2 areas for NOTICE');
    expect(out).toMatch(/金藏采区 +EPSG:4529 .* 229\.5 to 70 m/);
    expect(out).toMatch(/远东采区 +EPSG:4529 .* 363 to 10 m/);
    expect(out).toMatch(/together +1\.06848\d km²/);
    expect(out).toContain('Stated area: 1.0685 km² matches the ELLIPSOIDAL area');
    expect(out).toContain('40.69804°N 122.68468°E');
    expect(out.trim().split('\n')).toHaveLength(9);
  });

  test('importing it again changes nothing, and programs get the figures', async () => {
    const { code, out } = await minebound(['import', NOTICE, '--json']);
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(report).toMatchObject({ recorded: 0, unchanged: 2, rejected: [], mine: { code: 'NOTICE' } });
    expect(Math.abs(report.areaSquareMetres - 1_068_480)).toBeLessThan(1);
    expect(report.statedArea.convention).toBe('ELLIPSOIDAL');
  });

  test('a file with a fault is rejected with its lines, and nothing is written', async () => {
    const swapped = (await readFile(NOTICE, 'utf8')).replaceAll(/^(\d+),([\d.]+),([\d.]+)/gm, '$1,$3,$2');
    const path = await file('swapped.txt', swapped);
    const { code, out } = await minebound(['import', path, '--mine', 'FAR']);
    expect(code).toBe(3);
    expect(out).toContain('nothing was written');
    expect(out).toMatch(/swapped\.txt:1.*AXES_SWAPPED/);
    const areas = await commands.onDatabase((knex) =>
      knex('boundaries.permitted_area').count('* as count').first(),
    );
    expect(Number(areas?.['count'])).toBe(2);
  });

  test.each([
    [['--layer', 'rights'], /^error: --layer goes with --bulk/],
    [['--mine-column', 'code'], /^error: --mine-column goes with --bulk/],
    [['--sigma-z', '-1'], /^error: --sigma-z: must be 0 or more\./],
  ])('an option that does not fit is named: %s', async (flags, message) => {
    const { code, err } = await minebound(['import', NOTICE, ...flags]);
    expect([code, err.trim()]).toEqual([2, expect.stringMatching(message)]);
  });

  test('a licence that the mine does not have is named by the number that was given', async () => {
    const { code, err } = await minebound(['import', NOTICE, '--mine', 'NOTICE', '--licence', 'C2100002020']);
    expect([code, err.trim()]).toEqual([
      4,
      expect.stringContaining('--licence: mine NOTICE has no licence C2100002020'),
    ]);
  });

  test('a file far from every mine asks for the mine', async () => {
    const moved = (await readFile(NOTICE, 'utf8')).replaceAll(',450', ',430').replaceAll(',451', ',431');
    const { code, err } = await minebound(['import', await file('far.txt', moved)]);
    expect(code).toBe(2);
    expect(err).toMatch(/No mine lies within 5000 m of the file's first corner, 38\.\d+°N/);
  });
});

describe('observe and judge', () => {
  const footprints = (): string => {
    const square = (longitude: number, latitude: number) => ({
      type: 'Polygon',
      coordinates: [
        [
          [longitude, latitude],
          [longitude + 0.0004, latitude],
          [longitude + 0.0004, latitude + 0.0004],
          [longitude, latitude + 0.0004],
          [longitude, latitude],
        ],
      ],
    });
    const feature = (id: string, geometry: object | null, properties: object) => ({
      type: 'Feature',
      id,
      geometry,
      properties: { IMAGE_DATE: '2026-05-20', ...properties },
    });
    return JSON.stringify({
      type: 'FeatureCollection',
      features: [
        feature('inside', square(122.688, 40.6988), {}),
        feature('beside', square(122.7, 40.69), {}),
        feature('nowhere', null, {}),
        feature('vague', square(122.7, 40.69), { IMAGE_DATE: 'last spring' }),
      ],
    });
  };

  test('a file of footprints is taken in and judged; features at fault are named and the rest is kept', async () => {
    const path = await file('footprints.geojson', footprints());
    const flags = ['--activity', 'extraction', '--sigma', '1', '--observed-at-property', 'IMAGE_DATE'];
    const { code, out } = await minebound(['observe', path, ...flags, '--json']);
    expect(code).toBe(3);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ observations: 2, judgements: 2 });
    expect(report.violationIds).toHaveLength(1);
    expect(report.rejected).toMatchObject([
      { index: 2, code: 'GEOMETRY_MISSING' },
      { index: 3, code: 'NOT_AN_INSTANT' },
    ]);
  });

  test('features at fault are counted once, however much is wrong with each', async () => {
    const ring = [
      [181, 40],
      [182, 40],
      [182, 41],
      [181, 40],
    ];
    const features = [
      { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: {} },
    ];
    const path = await file('beyond.geojson', JSON.stringify({ type: 'FeatureCollection', features }));
    const flags = ['--activity', 'extraction', '--sigma', '1', '--observed-at', '2026-05-20'];
    const { code, out } = await minebound(['observe', path, ...flags]);
    expect(code).toBe(3);
    expect(out).toContain('1 feature rejected:');
    expect(out.match(/feature 1: /g)?.length).toBeGreaterThan(1);
  });

  test('a file that is not there is bad input, as is one that makes no sense; a mine that is not there is not', async () => {
    const absent = join(commands.folder, 'absent.geojson');
    for (const argv of [
      ['observe', absent],
      ['import', absent, '--mine', 'NOTICE'],
      ['verify', absent],
    ]) {
      expect([argv[0], (await minebound(argv)).code]).toEqual([argv[0], 2]);
    }
    const { out } = await minebound(['--help']);
    expect(out).toContain('2  bad input or usage, or a file that is not there');
    expect(out).toContain('4  no such mine');
  });

  test('judging again changes no verdict', async () => {
    const { code, out } = await minebound(['judge', '--all']);
    expect(code).toBe(0);
    expect(out).toBe('Judged 2 observations: 0 verdicts new or changed.\n');
    expect(await minebound(['judge', '--mine', 'NOBODY'])).toMatchObject({ code: 4, out: '' });
  });

  test('the policy is shown, changed for a reason and followed to its end; nothing is left queued', async () => {
    const shown = await minebound(['policy']);
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.out).toContain('Version 1, IN_FORCE');
    const changed = await minebound(['policy', '--k-confirmed', '2.5', '--reason', 'A trial', '--json']);
    expect(JSON.parse(changed.out)).toMatchObject({
      policy: { version: 2, state: 'IN_FORCE', kConfirmed: 2.5, reason: 'A trial' },
      run: { state: 'DONE', judged: 2 },
    });
    expect(await minebound(['judge', '--pending'])).toMatchObject({
      code: 0,
      out: 'Carried out 0 queued runs.\n',
    });
    expect(await minebound(['policy', '--k-confirmed', 'three', '--reason', 'x'])).toMatchObject({ code: 2 });
    expect(await minebound(['policy', '--k-confirmed', '3'])).toMatchObject({ code: 2 });
  });

  test('status tells what there is', async () => {
    const { code, out } = await minebound(['status', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      pendingMigrations: [],
      counts: { mines: 2, licences: 0, permittedAreas: 2, observations: 2, violations: 1 },
    });
  });
});

describe('what goes wrong has an exit code of its class and words for people', () => {
  test('a command line that makes no sense', async () => {
    for (const argv of [['frob'], ['import'], ['judge'], ['judge', '--all', '--mine', 'X']]) {
      const { code, out, err } = await minebound(argv);
      expect([code, out], argv.join(' ')).toEqual([2, '']);
      expect(err, argv.join(' ')).toMatch(/^error: /);
    }
  });

  test('an area without its unit', async () => {
    const { code, err } = await minebound(['import', NOTICE, '--stated-area', '1.0685']);
    expect(code).toBe(2);
    expect(err).toContain('--stated-area: "1.0685" is not an area with its unit');
  });

  test('a configuration that is not valid, each fault on its line', async () => {
    const { code, err } = await minebound(['status'], { PORT: 'high', MINEBOUND_EXTENT: 'china' });
    expect(code).toBe(8);
    expect(err).toContain('- PORT=high');
    expect(err).toContain('- MINEBOUND_EXTENT=china');
  });

  test('a database that does not answer, without a stack trace unless one is asked for', async () => {
    const nobody = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
    const quiet = await minebound(['migrate'], nobody);
    expect(quiet.code).toBe(9);
    expect(quiet.err).toMatch(/^error: The database does not answer \(ECONNREFUSED\).*\n$/);
    const loud = await minebound(['migrate', '--json'], { ...nobody, LOG_LEVEL: 'debug' });
    expect(JSON.parse(loud.out)).toMatchObject({ error: { code: 'DATABASE_UNAVAILABLE' } });
    expect(loud.err).toMatch(/\n {4}at /);
  });

  test('a data directory that another process has open', async () => {
    const dataDir = await mkdtemp(join(commands.folder, 'taken-'));
    const lock = await lockDirectory(dataDir);
    try {
      const { code, err } = await minebound(['seed'], { DATABASE_URL: '', MINEBOUND_DATA_DIR: dataDir });
      expect(code).toBe(7);
      expect(err).toContain(`in use by process ${process.pid}`);
    } finally {
      await lock.release();
    }
  });

  test('help is no failure, and every command shows examples', async () => {
    for (const command of ['serve', 'migrate', 'seed', 'import', 'observe', 'judge', 'policy', 'status']) {
      const { code, out } = await minebound([command, '--help']);
      expect(code).toBe(0);
      expect(out, command).toMatch(/Examples:\n {2}\$ .*minebound/);
    }
  });
});

test.each([
  [['status', '--nope', '--json'], "unknown option '--nope'"],
  [['stat', '--json'], "unknown command 'stat'"],
  [['import', '--json'], "missing required argument 'file'"],
  [['status', 'now', '--json'], 'too many arguments'],
])(
  'a command line that makes no sense is told to programs as any other bad input: %s',
  async (argv, message) => {
    const { code, out } = await minebound(argv);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'BAD_USER_INPUT', message: expect.stringContaining(message) },
    });
  },
);
