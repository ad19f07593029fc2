import type { Command } from 'commander';
import { ERROR_CODES, type ErrorCode } from '../platform/errors.js';
import type { Io } from './io.js';

/** What a command found out: `data` for `--json`, `text` for people. */
export interface Outcome {
  readonly data: unknown;
  readonly text: string;
  /** Why the command did not do all that was asked; its exit code follows. */
  readonly shortfall?: ErrorCode | null;
}

export interface CommonOptions {
  readonly json?: boolean;
}

/** One run of the command line: where it writes, and how it ends. */
export class Cli {
  exitCode = 0;

  constructor(readonly io: Io) {}

  print(options: CommonOptions, { data, text, shortfall }: Outcome): void {
    this.io.stdout.write(options.json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
    if (shortfall) this.exitCode = ERROR_CODES[shortfall].exit;
  }
}

export const JSON_OPTION = ['--json', 'print the result as one JSON document'] as const;

/** Adds worked examples below a command's help. */
export const examples = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
