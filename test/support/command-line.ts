import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Knex } from 'knex';
import { inject } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import { readConfig } from '../../src/config.js';
import { openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { onServer, withDatabase } from './database-template.js';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A migrated, empty database that no process has open, and the command line on it, as on a desk. */
export interface CommandLine {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command as a process would, with what it prints; `more` is added to its environment. */
  run(argv: readonly string[], more?: Readonly<Record<string, string>>): Promise<Run>;
  /** Opens the database for as long as `work` takes. */
  onDatabase<T>(work: (knex: Knex) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

let count = 0;

/** `more` is added to the environment of all that is run there. */
export async function openCommandLine(more: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'minebound-commands-'));
  const template = inject('databaseTemplate');
  let environment: Record<string, string>;
  let drop = async (): Promise<void> => {};
  if (template.kind === 'native') {
    const name = `minebound_commands_${process.pid}_${++count}`;
    await onServer(template.url, `create database ${name} template ${template.name}`);
    environment = { DATABASE_URL: withDatabase(template.url, name) };
    drop = () => onServer(template.url, `drop database ${name} with (force)`);
  } else {
    await cp(template.directory, join(folder, 'data'), { recursive: true });
    environment = { MINEBOUND_DATA_DIR: join(folder, 'data') };
  }
  environment = { ...environment, MINEBOUND_SEED: 'none', ...more };
  return {
    folder,
    environment,
    run: (argv, own = {}) => runCommand(argv, { ...environment, ...own }),
    onDatabase: async (work) => {
      const database = await openDatabase(readConfig(environment), createLogger('silent'));
      try {
        return await work(database.knex);
      } finally {
        await database.close();
      }
    },
    close: async () => {
      await drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a command as a process with this environment would. */
export async function runCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Run> {
  const told = { out: '', err: '' };
  const into = (field: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        told[field] += String(chunk);
        done();
      },
    });
  const code = await runProgram(argv, { stdout: into('out'), stderr: into('err'), environment });
  return { code, ...told };
}
