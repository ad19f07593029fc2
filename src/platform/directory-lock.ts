import { hash, randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from './errors.js';

export interface DirectoryLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** Start time of the process where the system tells it, so that a reused process id is not mistaken. */
  readonly startedAt: string | null;
  /** Random, so that no two claims are alike. */
  readonly token: string;
}

/**
 * Takes `directory` for this process alone. A lock left by a process that is gone (SIGKILL, power cut) is
 * taken over, by exactly one of those who try: who takes over from a claim links its own at the name that
 * follows from it, which one alone can, and then puts it in the place of the lock.
 * Errors: `DATA_DIRECTORY_IN_USE`, naming the process that holds it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'minebound.lock');
  const token = randomUUID();
  const own = `${path}.${token}`;
  const holder: Holder = { pid: process.pid, startedAt: await processStart(process.pid), token };
  await writeFile(own, JSON.stringify(holder));
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if ((await linkIfAbsent(own, path)) || (await takeOver(own, path, directory))) {
        await removeLeftovers(directory);
        return { release: () => rm(path, { force: true }) };
      }
    }
  } finally {
    await rm(own, { force: true });
  }
  throw new AppError('DATA_DIRECTORY_IN_USE', `The lock ${path} keeps changing hands; try again.`);
}

/** Follows the claims from the lock to the last of them, and its own after that; false where the lock changed meanwhile. */
async function takeOver(own: string, path: string, directory: string): Promise<boolean> {
  const lock = await readClaim(path);
  if (lock === null) return false;
  for (let last = lock; ; ) {
    if (last.holder !== null && (await isAlive(last.holder))) {
      throw new AppError(
        'DATA_DIRECTORY_IN_USE',
        `The data directory ${directory} is in use by process ${last.holder.pid}. Stop that process, or give this ` +
          'one a directory of its own with MINEBOUND_DATA_DIR, or a server with DATABASE_URL.',
      );
    }
    const following = `${path}.after.${last.digest}`;
    if (await linkIfAbsent(own, following)) {
      // Whoever took over before has replaced the lock before it removed the claim that stood at this name.
      const replaced = (await readClaim(path))?.digest !== lock.digest;
      if (replaced) await rm(following, { force: true });
      else await rename(own, path);
      return !replaced;
    }
    const next = await readClaim(following);
    if (next === null) return false;
    last = next;
  }
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What takers that were killed left behind; claims count only where they follow from the lock, which is now this process's. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith('minebound.lock.')) continue;
    const path = join(directory, name);
    const holder = (await readClaim(path))?.holder ?? null;
    if (name.startsWith('minebound.lock.after.') || (holder !== null && !(await isAlive(holder)))) {
      await rm(path, { force: true });
    }
  }
}

/** `digest` tells one claim from all others; `holder` is null where the file was cut short by a power cut. Null without a file. */
async function readClaim(path: string): Promise<{ holder: Holder | null; digest: string } | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const digest = hash('sha256', text).slice(0, 32);
  try {
    return { holder: JSON.parse(text) as Holder, digest };
  } catch {
    return { holder: null, digest };
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.startedAt === null || holder.startedAt === (await processStart(holder.pid));
}

/** Field 22 of /proc/<pid>/stat, clock ticks since boot; null where there is no /proc. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
