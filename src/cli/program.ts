import { Command } from 'commander';
import { checkText } from '../platform/storable-text.js';
import { addChangeCommands } from './change.command.js';
import { Cli } from './cli.js';
import { addEvidenceCommand } from './evidence.command.js';
import { addExportCommand } from './export.command.js';
import { reportFailure } from './failure.js';
import { addImportCommand } from './import.command.js';
import { type Io, processIo } from './io.js';
import { addJudgeCommand } from './judge.command.js';
import { addMigrateCommand } from './migrate.command.js';
import { addObserveCommand } from './observe.command.js';
import { addPolicyCommand } from './policy.command.js';
import { addSeedCommand } from './seed.command.js';
import { addServeCommand } from './serve.command.js';
import { addStatusCommand } from './status.command.js';
import { addTailCommand } from './tail.command.js';
import { addVerifyCommand } from './verify.command.js';
import { packageVersion } from './version.js';

/** Runs the command line `argv` (without node and script) and returns the process's exit code. */
export async function runProgram(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const cli = new Cli(io);
  try {
    for (const [i, argument] of argv.entries()) checkText(argument, `argument ${i + 1}`);
    await createProgram(cli).parseAsync([...argv], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    return reportFailure(error, io, argv.includes('--json'));
  }
}

function createProgram(cli: Cli): Command {
  const program = new Command('minebound')
    .description(
      'Judges with PostGIS whether mining stays inside what was permitted, and serves what it found.',
    )
    .version(packageVersion())
    .configureOutput({
      writeOut: (text) => void cli.io.stdout.write(text),
      writeErr: (text) => void cli.io.stderr.write(text),
    })
    .exitOverride()
    .showHelpAfterError('(run the command with --help for its options)')
    .addHelpText('after', EXIT_CODES);
  addServeCommand(program, cli);
  addMigrateCommand(program, cli);
  addSeedCommand(program, cli);
  addImportCommand(program, cli);
  addExportCommand(program, cli);
  addObserveCommand(program, cli);
  addJudgeCommand(program, cli);
  addChangeCommands(program, cli);
  addPolicyCommand(program, cli);
  addEvidenceCommand(program, cli);
  addVerifyCommand(program, cli);
  addStatusCommand(program, cli);
  addTailCommand(program, cli);
  return program;
}

const EXIT_CODES = `
Settings come from the environment (DATABASE_URL, MINEBOUND_DATA_DIR and others); the README lists them.

Exit codes:
   0  done
   1  a fault of ours
   2  bad input or usage, or a file that is not there
   3  a file or rows were rejected
   4  no such mine, licence, violation or other thing in the hub
   5  not allowed
   6  conflict
   7  data directory in use by another process
   8  configuration not valid
   9  database not available
  10  out of time`;
