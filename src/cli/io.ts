import type { Writable } from 'node:stream';

/** Where a command reads from and writes to; tests pass their own. */
export interface Io {
  /** Results only. */
  readonly stdout: Writable;
  /** Progress, warnings, failures. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const processIo = (): Io => ({
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
