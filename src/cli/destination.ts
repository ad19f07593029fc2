import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput } from '../platform/errors.js';

/**
 * Where one file is to be written that cannot be made a second time. A file beside it is opened first, so that what
 * stands in the way is told before the work begins, and renamed at the end: what is there is whole or as it was.
 */
export class Destination {
  private constructor(
    private readonly out: string,
    private readonly isFolder: boolean,
    private readonly beside: string,
    private readonly file: FileHandle,
  ) {}

  /** `out` names a file, or a folder: one that is there, or one to be made where it ends in `/`. Errors: `BAD_USER_INPUT`. */
  static async open(out: string): Promise<Destination> {
    try {
      if (out.endsWith('/')) await mkdir(out, { recursive: true });
      const found = await stat(out).catch(() => null);
      if (found && !found.isDirectory() && !found.isFile()) {
        throw badInput(`${out} is neither a file nor a folder.`, { field: 'out' });
      }
      const isFolder = found?.isDirectory() === true;
      const beside = join(isFolder ? out : dirname(out), `.minebound-${process.pid}-${Date.now()}.part`);
      return new Destination(out, isFolder, beside, await open(beside, 'wx'));
    } catch (error) {
      throw unwritable(out, error);
    }
  }

  /** Writes the file, in a folder under `fileName`; returns its path. Errors: `BAD_USER_INPUT`. */
  async write(fileName: string, bytes: Uint8Array): Promise<string> {
    const path = this.isFolder ? join(this.out, fileName) : this.out;
    try {
      await this.file.writeFile(bytes);
      await this.file.sync();
      await rename(this.beside, path);
    } catch (error) {
      throw unwritable(path, error);
    }
    return path;
  }

  /** Leaves nothing of what was not written to its end. */
  async close(): Promise<void> {
    await this.file.close();
    await rm(this.beside, { force: true });
  }
}

function unwritable(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : badInput(`${path} cannot be written (${code}).`, { field: 'out' });
}
