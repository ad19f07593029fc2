import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from './errors.js';

export interface DirectoryLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** Start time of the process where the system tells it, so that a reused process id is not mistaken. */
  readonly startedAt: string | null;
}

/**
 * Takes `directory` for this process alone. A lock left by a process that is gone (SIGKILL, power cut) is
 * taken over. Errors: `DATA_DIRECTORY_IN_USE`, naming the process that holds it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'minebound.lock');
  const mine = `${path}.${process.pid}`;
  const holder: Holder = { pid: process.pid, startedAt: await processStart(process.pid) };
  await writeFile(mine, JSON.stringify(holder));
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (await linkIfAbsent(mine, path)) return { release: () => rm(path, { force: true }) };
      const other = await readHolder(path);
      if (other !== null && (await isAlive(other))) {
        throw new AppError(
          'DATA_DIRECTORY_IN_USE',
          `The data directory ${directory} is in use by process ${other.pid}. Stop that process, or give this ` +
            'one a directory of its own with MINEBOUND_DATA_DIR, or a server with DATABASE_URL.',
        );
      }
      await removeStale(path, other);
    }
  } finally {
    await rm(mine, { force: true });
  }
  throw new AppError('DATA_DIRECTORY_IN_USE', `The lock ${path} keeps changing hands; try again.`);
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

/** Moves a dead holder's lock aside; should another process have replaced it meanwhile, puts that one back. */
async function removeStale(path: string, judged: Holder | null): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (JSON.stringify(moved) !== JSON.stringify(judged)) await linkIfAbsent(aside, path);
  await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
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
