import { fillRegistry } from '../../seeds/fill-registry.js';
import { type Config, readConfig } from '../config.js';
import { createRequestContext, type RequestContext } from '../platform/context.js';
import { type Database, openDatabase } from '../platform/database.js';
import { prepareEventLog } from '../platform/events/event-maintenance.js';
import { createLogger, type LogLevel } from '../platform/logging.js';
import { migrateToLatest } from '../platform/migrations.js';
import type { GraphDeps } from '../subgraphs/deps.js';
import { createJudgementRunner } from '../subgraphs/enforcement/services.js';
import type { Cli, CommonOptions } from './cli.js';
import { createGraphDeps } from './graph-deps.js';
import type { Io } from './io.js';
import { createProgress } from './progress.js';

/** What a command works with: the database, what services need, and the request it acts as. */
export interface Session {
  readonly config: Config;
  readonly database: Database;
  readonly deps: GraphDeps;
  readonly context: RequestContext;
}

export interface SessionOptions extends CommonOptions {
  /** Bring the schema up to date, and fill an empty registry as MINEBOUND_SEED says, as the server does. */
  readonly prepare: boolean;
  /** Judge what the work has queued to be judged again before closing; a server may not be running to do so. */
  readonly settle?: boolean;
}

/** Runs `work` on the configured database and closes it whatever happens. */
export async function withSession<T>(
  { io }: Cli,
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const config = readConfig(io.environment);
  // People read a command's own words; its log lines only where they asked for a level.
  const level: LogLevel = io.environment['LOG_LEVEL'] ? config.logLevel : 'warn';
  const log = createLogger(level);
  const database = await openDatabase(config, log);
  try {
    const session: Session = {
      config,
      database,
      deps: createGraphDeps(database, config, log),
      context: createRequestContext({ log }),
    };
    if (options.prepare) await prepare(session, io, options.json === true);
    const result = await work(session);
    if (options.settle) await settle(session, io, options.json === true);
    return result;
  } finally {
    await database.close();
  }
}

/** Carries out queued runs until none is left. */
export async function settle({ deps, context }: Session, io: Io, json: boolean): Promise<number> {
  const runner = createJudgementRunner(deps);
  const progress = createProgress(io, json);
  try {
    for (let runs = 0; ; runs += 1) {
      const run = await runner.takeOver(context, ({ judged, total }) =>
        progress.at(judged, total, 'observations judged again'),
      );
      if (run === null) return runs;
    }
  } finally {
    progress.stop();
  }
}

async function prepare({ config, deps, context }: Session, io: Io, json: boolean): Promise<void> {
  const progress = createProgress(io, json);
  let told = false;
  try {
    await migrateToLatest(deps.knex);
    await prepareEventLog({ knex: deps.knex, retentionDays: null, log: context.log });
    await fillRegistry(config.seed, deps, context, (done, total, what) => {
      if (!told)
        io.stderr.write(
          'The registry is empty: loading the demo data (MINEBOUND_SEED=none leaves it empty).\n',
        );
      told = true;
      progress.at(done, total, what);
    });
  } finally {
    progress.stop();
  }
}
