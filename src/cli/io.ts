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

export const processIo = (): Io => ({
  stdout: process.stdout,
  stderr: process.stderr,
  environment: processEnvironment(),
});
