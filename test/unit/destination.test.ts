import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Destination } from '../../src/cli/destination.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minebound-destination-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = Buffer.from('whole');

test('a file is whole under its name, in a folder that is made for it', async () => {
  const destination = await Destination.open(join(folder, 'a', 'b/'));
  const written = await destination.write('name.zip', bytes);
  await destination.close();
  expect(written).toEqual({ path: join(folder, 'a', 'b', 'name.zip'), bytes: 5 });
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['name.zip']);
  expect(await readFile(written.path, 'utf8')).toBe('whole');
});

test('a file that is there stays as it was until the new one is whole', async () => {
  const path = join(folder, 'there.zip');
  await writeFile(path, 'before');
  const destination = await Destination.open(path);
  expect(await readFile(path, 'utf8')).toBe('before');
  await destination.close();
  expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['before', ['there.zip']]);
});

test('a write that fails is told, and leaves no half file', async () => {
  const destination = await Destination.open(folder);
  // Something else has come to stand where the file is to be.
  await mkdir(join(folder, 'name.zip', 'full'), { recursive: true });
  await expect(destination.write('name.zip', bytes)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'out' },
  });
  await destination.close();
  expect(await readdir(folder)).toEqual(['name.zip']);
});

test('what comes bit by bit is whole as well, and where it stops nothing is left of it', async () => {
  const path = join(folder, 'areas.txt');
  async function* parts(stopAfter: number) {
    for (let i = 0; i < 3; i++) {
      if (i === stopAfter) throw new Error('no more');
      yield Buffer.from(`part ${i};`);
    }
  }
  const stopped = await Destination.open(path);
  await expect(stopped.write('unused', parts(2))).rejects.toThrow('no more');
  await stopped.close();
  expect(await readdir(folder)).toEqual([]);
  const whole = await Destination.open(path);
  expect(await whole.write('unused', parts(3))).toEqual({ path, bytes: 21 });
  await whole.close();
  expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual([
    'part 0;part 1;part 2;',
    ['areas.txt'],
  ]);
});
