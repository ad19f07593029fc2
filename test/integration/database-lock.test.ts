import { fork, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDirectory } from '../../src/platform/directory-lock.js';
import { openEmbeddedDatabase } from '../../src/platform/embedded-database.js';

let directory: string;
const lockTaker = join(import.meta.dirname, '../support/lock-taker.ts');
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
  for (let round = 0; round < 100; round++) {
    await writeFile(lockFile(), JSON.stringify({ pid: child.pid, startedAt: '1', token: String(round) }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual(Array(7).fill('DATA_DIRECTORY_IN_USE'));
    expect(JSON.parse(await readFile(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(await readdir(directory)).toEqual(['minebound.lock']);
  }
});

test('of several processes that try at once, one holds the directory; killed, it is followed by one of the next', async () => {
  for (let round = 0; round < 3; round++) {
    const takers = Array.from({ length: 4 }, () =>
      fork(lockTaker, [directory], { execArgv: ['--import', 'tsx'] }),
    );
    await Promise.all(takers.map((taker) => once(taker, 'message')));
    const outcomes = takers.map(async (taker) => (await once(taker, 'message'))[0] as string);
    for (const taker of takers) taker.send('take');
    expect((await Promise.all(outcomes)).sort()).toEqual([...Array(3).fill('DATA_DIRECTORY_IN_USE'), 'held']);
    const exits = takers.map((taker) => once(taker, 'exit'));
    for (const taker of takers) taker.kill('SIGKILL');
    await Promise.all(exits);
  }
});

test('a takeover that was itself cut off, and a lock cut short by a power cut, are followed by the next', async () => {
  const gone = JSON.stringify({ pid: 2 ** 30, startedAt: '1', token: 'gone' });
  const digest = createHash('sha256').update(gone).digest('hex').slice(0, 32);
  await writeFile(lockFile(), gone);
  await writeFile(
    `${lockFile()}.after.${digest}`,
    JSON.stringify({ pid: 2 ** 30, startedAt: '2', token: 'cut off' }),
  );
  await (await lockDirectory(directory)).release();
  expect(await readdir(directory)).toEqual([]);
  await writeFile(lockFile(), '');
  await (await lockDirectory(directory)).release();
  expect(await readdir(directory)).toEqual([]);
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
