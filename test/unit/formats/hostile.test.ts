import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectFormats } from '../../../src/subgraphs/boundaries/formats/detect.js';
import { READABLE_FORMATS, readIntakeFile } from '../../../src/subgraphs/boundaries/formats/formats.js';
import { inputOfBytes } from '../../../src/subgraphs/boundaries/formats/intake-input.js';
import type { IntakeFormat } from '../../../src/vocabulary/intake.js';
import { readBytes } from '../../support/format-fixtures.js';

const FIXTURES = 'test/fixtures/formats';
/** Folders of fixtures by the format of what is in them. */
const folderOf = (format: IntakeFormat): string => join(FIXTURES, format.toLowerCase().replaceAll('_', '-'));

const NOTICE = readFileSync('test/fixtures/notices/liaoning-2025-54.txt');
const RING = '122.68 40.70,122.69 40.70,122.69 40.71,122.68 40.70';
const OTHERS: Readonly<Partial<Record<IntakeFormat, Buffer>>> = {
  CORNER_LIST: NOTICE,
  WKT: Buffer.from(`SRID=4490;POLYGON((${RING}))\nMULTIPOLYGON(((${RING})))`),
  GEOJSON: Buffer.from(
    `{"type":"Feature","properties":{"name":"a"},"geometry":{"type":"Polygon","coordinates":[[[${RING.replaceAll(',', '],[').replaceAll(' ', ',')}]]]}}`,
  ),
};

/** Sound files of every format, to be spoilt. */
const samples = READABLE_FORMATS.flatMap((format): (readonly [IntakeFormat, Buffer])[] => {
  const other = OTHERS[format];
  if (other) return [[format, other]];
  return readdirSync(folderOf(format)).map((name) => [format, readFileSync(join(folderOf(format), name))]);
});

test('every format has a sound file to begin with', () => {
  expect(new Set(samples.map(([format]) => format))).toEqual(new Set(READABLE_FORMATS));
});

type Edit = readonly ['set' | 'cut' | 'repeat' | 'insert', number, number, Uint8Array];

const edit: fc.Arbitrary<Edit> = fc.tuple(
  fc.constantFrom('set' as const, 'cut' as const, 'repeat' as const, 'insert' as const),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 1, max: 64 }),
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
);

function spoilt(bytes: Buffer, edits: readonly Edit[]): Buffer {
  return edits.reduce((before, [kind, place, length, added]) => {
    const at = Math.floor(place * before.length);
    const [head, tail] = [before.subarray(0, at), before.subarray(at)];
    if (kind === 'cut') return Buffer.concat([head, tail.subarray(length)]);
    if (kind === 'repeat') return Buffer.concat([head, tail.subarray(0, length), tail]);
    if (kind === 'insert') return Buffer.concat([head, added, tail]);
    return Buffer.concat([head, added, tail.subarray(added.length)]);
  }, bytes);
}

const EXTENT = [73, 3, 136, 54] as const;

test('no bytes make a reader fail, and what is not taken is explained', async () => {
  const bytes = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 6 })),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...samples), fc.constant([] as Edit[])) },
  );
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.option(fc.constantFrom(...READABLE_FORMATS), { freq: 4 }),
      fc.option(fc.constantFrom(4490, 4529, 2365, 4550, 1, -7)),
      async ([[format, sound], edits], other, srid) => {
        const input = inputOfBytes(spoilt(sound, edits));
        const { features, issues } = await readIntakeFile(other ?? format, input, srid, EXTENT);
        expect(features.length + issues.length).toBeGreaterThan(0);
        for (const one of await detectFormats(input)) expect(READABLE_FORMATS).toContain(one);
      },
    ),
    { numRuns: 600 },
  );
}, 120_000);

test('bytes of nothing in particular are read or refused by every reader', async () => {
  const start = fc.constantFrom(
    '',
    'PK\x03\x04',
    'SQLite format 3\0',
    '<?xml',
    '\xff\xfe',
    '\xef\xbb\xbf',
    '{',
    '1,',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...READABLE_FORMATS),
      start,
      fc.uint8Array({ maxLength: 400 }),
      async (format, magic, rest) => {
        const bytes = Buffer.concat([Buffer.from(magic, 'latin1'), rest]);
        const { features, issues } = await readIntakeFile(format, inputOfBytes(bytes), 4490, null);
        expect(features.length + issues.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 600 },
  );
}, 120_000);

/** What the process needs before it has read anything, with every reader loaded. */
const READY_MEGABYTES = 64;
const MEGABYTES = 2;
const TIMES = 20;

test('GeoJSON as deep as no stack follows is refused like any other', async () => {
  const deep = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
  for (const geometry of [
    `{"type":"Polygon","coordinates":[[${deep}]]}`,
    `{"type":"Polygon","coordinates":[[[122,40],[122.1,40],[122.1,40.1],[122,40]]],"crs":{"properties":{"name":${deep}}}}`,
    `{"type":"Feature","properties":{"name":${deep},"kind":${deep}},"geometry":{"type":"Polygon","coordinates":[${deep}]}}`,
  ]) {
    const { features, issues } = await readBytes('GEOJSON', Buffer.from(geometry));
    expect(features).toEqual([]);
    expect(issues.length).toBeGreaterThan(0);
  }
});

test('no text costs more than twenty times its size in memory', async () => {
  const limit = READY_MEGABYTES + TIMES * MEGABYTES;
  const child = promisify(execFile)(process.execPath, [
    `--max-old-space-size=${limit}`,
    '--import',
    'tsx',
    'test/support/read-hostile.ts',
    String(MEGABYTES * 1e6),
  ]);
  const { stdout } = await child.catch((error: { stdout: string; stderr: string }) => error);
  // When it is not: what was printed last is what was too much.
  expect(stdout.trim().split('\n').at(-1)).toBe('done');
}, 300_000);
