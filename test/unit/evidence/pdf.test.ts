import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printPdf } from '../../../src/evidence/pdf.js';
import { findExecutable } from '../../../src/platform/executable.js';

const ISSUED = '2026-06-10T01:02:03.456Z';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minebound-pdf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program that takes Chromium's place. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

test('that there is no Chromium, or that it fails, is no error and says why', async () => {
  expect(await printPdf(null, '<p>', ISSUED)).toEqual({ bytes: null, absence: 'no Chromium was found' });
  const broken = await program('broken', 'exit 3');
  expect(await printPdf(broken, '<p>', ISSUED)).toEqual({
    bytes: null,
    absence: 'Chromium could not print it',
  });
  expect((await printPdf(join(folder, 'absent'), '<p>', ISSUED)).bytes).toBeNull();
});

test('a printed report carries the date of issue, so that equal reports are equal files', async () => {
  const printer = await program(
    'printer',
    `for argument in "$@"; do case "$argument" in --print-to-pdf=*) out="\${argument#*=}";; esac; done
printf "%%PDF /CreationDate (D:20991231235959+00'00')" > "$out"`,
  );
  const { bytes } = await printPdf(printer, '<p>', ISSUED);
  expect(Buffer.from(bytes ?? []).toString()).toBe("%PDF /CreationDate (D:20260610010203+00'00')");
});

test('Chromium is looked for under its names along the search path', async () => {
  const chromium = await program('chromium', 'exit 0');
  await writeFile(join(folder, 'chrome'), 'not executable');
  expect(findExecutable(['chrome', 'chromium'], `/nowhere:${folder}`)).toBe(chromium);
  expect(findExecutable(['chrome'], folder)).toBeNull();
  expect(findExecutable(['chromium'], undefined)).toBeNull();
});
