import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput } from '../platform/errors.js';

/** What is written into a file: all of it, or as it comes. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Where a command writes one file. A file beside it is opened first, so that what stands in the way is told before the
 * work begins, and renamed at the end: what is there is whole or as it was.
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
    if (out === '-')
      throw badInput('--out - : nothing is written to standard output; name a file.', { field: 'out' });
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

  /** Writes the file, in a folder under `fileName`; returns its path and bytes. Errors: `BAD_USER_INPUT`, and those of `content`. */
  async write(
    fileName: string,
    content: Content,
  ): Promise<{ readonly path: string; readonly bytes: number }> {
    const path = this.isFolder ? join(this.out, fileName) : this.out;
    try {
      await writeFile(this.file, content);
      await this.file.sync();
      const { size } = await this.file.stat();
      await rename(this.beside, path);
      return { path, bytes: size };
    } catch (error) {
      throw unwritable(path, error);
    }
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
