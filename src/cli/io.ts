import type { Writable } from 'node:stream';
import { type Environment, processEnvironment } from '../config.js';

/** Where a command reads from and writes to; tests pass their own. */
export interface Io {
  /** Results only. */
  readonly stdout: Writable;
  /** Progress, warnings, failures. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Environment;
}

export function processIo(): Io {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', unlessNobodyReads);
  return { stdout, stderr, environment: processEnvironment() };
}

/** `minebound status | head -1` has what it wants: the work is done, and the exit code tells of that. */
function unlessNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
