import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDirectory } from '../../src/platform/directory-lock.js';
import { openEmbeddedDatabase } from '../../src/platform/embedded-database.js';

let directory: string;
const lockFile = (): string => join(directory, 'minebound.lock');

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minebound-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('a directory belongs to one holder at a time, who is named to the others', async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_IN_USE',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await lock.release();
  await (await lockDirectory(directory)).release();
});

test('the lock of a process that is gone is taken over, by exactly one of those who try', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await writeFile(lockFile(), JSON.stringify({ pid: child.pid, startedAt: '1' }));
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(JSON.parse(await readFile(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
});

test('a process id that was given to another process since does not keep the directory', async () => {
  await writeFile(lockFile(), JSON.stringify({ pid: process.ppid, startedAt: 'long before' }));
  await (await lockDirectory(directory)).release();
});

test('the embedded database is reached through folders that only their owner can enter, gone when it closes', async () => {
  const database = await openEmbeddedDatabase(directory);
  const mode = async (path: string) => (await stat(path)).mode & 0o777;
  expect(await mode(directory)).toBe(0o700);
  expect(await mode(database.socketDirectory)).toBe(0o700);
  await expect(openEmbeddedDatabase(directory)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_IN_USE' });
  await database.close();
  await expect(access(database.socketDirectory)).rejects.toThrow();
  await expect(access(lockFile())).rejects.toThrow();
});
