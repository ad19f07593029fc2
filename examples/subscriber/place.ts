import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';

/** Where we are in the hub's log, and what of it stands on the output. */
interface Stored {
  readonly cursor: string;
  /** Of the output, when it is a file: which it is, and how long it was when this was stored. */
  readonly output: { readonly device: number; readonly inode: number; readonly bytes: number } | null;
}

/**
 * Prints lines and keeps the cursor of the last one in a file, so that a process that is killed at any moment goes on
 * with the next line. A line is printed first and recorded then; a kill in between leaves a line, or part of it, that
 * is not recorded. On a file it is taken back at the next start, so that it stands there once; a pipe or a terminal
 * may show that one line twice. (A client that stores updates in a database has it easier: it stores the cursor in
 * the same transaction.)
 */
export class Place {
  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
    public cursor: string | null,
  ) {}

  static open(path: string, descriptor: number): Place {
    if (!existsSync(path)) return new Place(path, descriptor, null);
    const stored = JSON.parse(readFileSync(path, 'utf8')) as Stored;
    const output = outputOf(descriptor);
    const isSame = output?.device === stored.output?.device && output?.inode === stored.output?.inode;
    if (output && stored.output && isSame && output.bytes > stored.output.bytes) {
      ftruncateSync(descriptor, stored.output.bytes);
    }
    return new Place(path, descriptor, stored.cursor);
  }

  print(line: string, cursor: string): void {
    const bytes = Buffer.from(`${line}\n`);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.descriptor, bytes, written);
    this.move(cursor);
  }

  /** Without a line: nothing that we asked for has happened up to here. */
  move(cursor: string): void {
    const stored: Stored = { cursor, output: outputOf(this.descriptor) };
    const next = `${this.path}.next`;
    const file = openSync(next, 'w');
    writeSync(file, JSON.stringify(stored));
    closeSync(file);
    // The old file or the new one, never half of one.
    renameSync(next, this.path);
    this.cursor = cursor;
  }
}

function outputOf(descriptor: number): Stored['output'] {
  const { dev: device, ino: inode, size: bytes, ...status } = fstatSync(descriptor);
  return (status.mode & 0o170000) === 0o100000 ? { device, inode, bytes } : null;
}
