import { CommanderError } from 'commander';
import { DatabaseFault, isServerError, serverWords } from '../platform/database-fault.js';
import { AppError, badInput } from '../platform/errors.js';
import type { Io } from './io.js';

/** Tells of a failure for people (or, with `json`, for programs) and returns the process's exit code. */
export function reportFailure(error: unknown, io: Io, json: boolean): number {
  if (error instanceof CommanderError) return reportUsage(error, io, json);
  const failure = asAppError(error);
  if (json) io.stdout.write(`${JSON.stringify({ error: describe(failure) })}\n`);
  else io.stderr.write(`error: ${failure.message}${place(failure)}\n`);
  if (wantsStack(io)) io.stderr.write(`${stackOf(error)}\n`);
  else if (failure.code === 'INTERNAL') io.stderr.write('Set LOG_LEVEL=debug to see where it happened.\n');
  return failure.exitCode;
}

/** A command line that makes no sense is bad input. Commander has told people, or printed what was asked for. */
function reportUsage({ exitCode, message }: CommanderError, io: Io, json: boolean): number {
  if (exitCode === 0) return 0;
  const failure = badInput(message.replace(/^error: /, ''));
  if (json) io.stdout.write(`${JSON.stringify({ error: describe(failure) })}\n`);
  return failure.exitCode;
}

/** To whoever runs the hub, a fault of the database comes with what to do about it. */
function asAppError(error: unknown): AppError {
  if (error instanceof DatabaseFault)
    return new AppError(error.code, `${error.message} ${error.advice}`, {}, { cause: error.cause });
  if (error instanceof AppError) return error;
  const words = isServerError(error) ? serverWords(error) : String((error as Error | null)?.message ?? error);
  return new AppError('INTERNAL', `Something failed that should not: ${words}`);
}

const describe = ({ code, message, details }: AppError): object => ({ code, message, ...details });

function place({ details }: AppError): string {
  const parts = (['line', 'ring', 'vertex', 'field'] as const)
    .filter((part) => details[part] !== undefined && details[part] !== null)
    .map((part) => `${part} ${details[part]}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

const wantsStack = ({ environment }: Io): boolean =>
  environment['LOG_LEVEL'] === 'debug' || environment['LOG_LEVEL'] === 'trace';

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
