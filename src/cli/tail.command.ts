import { once } from 'node:events';
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { AppError, badInput } from '../platform/errors.js';
import { type Cli, type CommonOptions, examples } from './cli.js';
import { followUpdates, HEARTBEAT, type Update } from './update-stream.js';

interface TailOptions extends CommonOptions {
  readonly url?: string;
  readonly after?: string;
  readonly filter?: string;
  readonly count?: string;
}

/** `minebound tail`: what changes, a line each, until it is stopped. */
export function addTailCommand(program: Command, cli: Cli): void {
  const command = program
    .command('tail')
    .description('print what changes in a running hub, a line each; goes on by itself after a break')
    .option('--url <url>', 'of the hub (default: what HOST and PORT say)')
    .option('--after <cursor>', 'follow on from a cursor, or BEGIN for the oldest update (default: now)')
    .option('--filter <json>', 'as the filter of registryUpdates, like {"type":["violation.*"]}')
    .option('--count <n>', 'end after so many updates')
    .option('--json', 'print each update as one JSON document a line, with its cursor')
    .action((options: TailOptions) => tail(cli, options));
  examples(
    command,
    'minebound tail',
    `minebound tail --after BEGIN --filter '{"type":["violation.*"],"divisionCode":"140000"}' --json`,
    'minebound tail --url https://hub.example --after "$(cat cursor)" --json | tee -a updates.ndjson',
  );
}

async function tail({ io }: Cli, options: TailOptions): Promise<void> {
  const { stdout, stderr } = io;
  const filter = filterOf(options.filter);
  const most = countOf(options.count);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  // Whoever read has enough, as `head` has after some lines.
  stdout.on('error', end);
  const from = options.after ?? null;
  let cursor = from;
  const updates = followUpdates(
    {
      url: options.url ?? urlOf(readConfig(io.environment)),
      after: from,
      filter,
      onBreak: (reason) => stderr.write(`${reason}; connecting again\n`),
    },
    stop.signal,
  );
  try {
    let printed = 0;
    for await (const update of updates) {
      cursor = update.cursor;
      if (update.type === HEARTBEAT) continue;
      const line = options.json ? JSON.stringify(update) : lineOf(update);
      // A pipe that is full is waited for, so that the hub, and not our memory, keeps the rest.
      if (!stdout.write(`${line}\n`)) await once(stdout, 'drain', { signal: stop.signal }).catch(() => {});
      printed += 1;
      if (printed === most) break;
    }
  } catch (error) {
    // Where nothing can be followed on from is no place to send anybody.
    if (cursor === from || (error instanceof AppError && error.code === 'CURSOR_EXPIRED')) cursor = null;
    throw error;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    if (cursor !== null) stderr.write(`follow on with --after ${cursor}\n`);
  }
}

const urlOf = ({ host, port }: { host: string; port: number }): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

function filterOf(text: string | undefined): Readonly<Record<string, unknown>> | null {
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw badInput('--filter takes a JSON object, like {"type":["violation.*"]}.', { field: 'filter' });
}

function countOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw badInput('--count takes a number above zero.', { field: 'count' });
  return count;
}

/** For people: when, what, of which subject, where, by whom. */
const lineOf = ({ occurredAt, type, subjectType, subjectId, divisionCode, actor }: Update): string =>
  [
    occurredAt,
    type.padEnd(28),
    `${subjectType ?? ''}/${subjectId ?? ''}`,
    divisionCode ?? '-',
    actor ?? '-',
  ].join('  ');
