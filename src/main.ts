import 'reflect-metadata';
import { Command } from 'commander';
import { Cli } from './cli/cli.js';
import { reportFailure } from './cli/failure.js';
import { processIo } from './cli/io.js';
import { addServeCommand } from './cli/serve.command.js';

const io = processIo();
const program = new Command('minebound').exitOverride();
addServeCommand(program, new Cli(io));
try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error, io, false);
}
