import { afterAll, inject } from 'vitest';
import { startHub } from '../../src/cli/serve.js';
import { parseRole } from '../../src/cli/serve-role.js';
import { readConfig } from '../../src/config.js';
import { createLogger, type Logger } from '../../src/platform/logging.js';
import { onServer, withDatabase } from './database-template.js';
import { type Answer, type AskOptions, ask } from './hub.js';

/** A hub on a database that the test has chosen and set as it likes. */
export interface OwnHub {
  readonly url: string;
  ask(query: string, options?: AskOptions): Promise<Answer>;
  /** What of an answer tells whether it failed, and with what. */
  outcome(
    query: string,
  ): Promise<{ readonly status: number; readonly code: unknown; readonly message: string }>;
  /** What `/readyz` says. */
  readiness(): Promise<{ readonly status: number; readonly text: string }>;
  stop(): Promise<void>;
}

export async function startHubOn(
  databaseUrl: string,
  environment: Record<string, string> = {},
  log: Logger = createLogger('silent'),
): Promise<OwnHub> {
  const config = readConfig({
    PORT: '0',
    MINEBOUND_SEED: 'none',
    DATABASE_URL: databaseUrl,
    ...environment,
  });
  const hub = await startHub(config, parseRole('all'), log);
  return {
    url: hub.url,
    ask: (query, options = {}) => ask(hub.url, query, options),
    outcome: async (query) => {
      const { status, body } = await ask(hub.url, query, {});
      const [error] = body.errors ?? [];
      return { status, code: error?.extensions['code'], message: error?.message ?? '' };
    },
    readiness: async () => {
      const response = await fetch(`${hub.url}/readyz`);
      return { status: response.status, text: await response.text() };
    },
    stop: () => hub.stop(),
  };
}

export interface OwnDatabase {
  readonly url: string;
  /** One statement on it, by a connection without the hub's settings; `$name` stands for its name. */
  run(statement: string): Promise<void>;
  drop(): Promise<void>;
}

let count = 0;

/** A new database on TEST_DATABASE_URL, a copy of the migrated template unless `how` says otherwise. */
async function createOwnDatabase(how?: string): Promise<OwnDatabase> {
  const template = inject('databaseTemplate');
  if (template.kind !== 'native') throw new Error('There is no server to create a database on.');
  const name = `minebound_own_${process.pid}_${count++}`;
  await onServer(template.url, `create database ${name} ${how ?? `template ${template.name}`}`);
  const url = withDatabase(template.url, name);
  return {
    url,
    run: (statement) => onServer(url, statement.replaceAll('$name', name)),
    drop: () => onServer(template.url, `drop database ${name} with (force)`),
  };
}

/** Makes such databases, which are dropped after the tests of the file. */
export function ownDatabases(): (how?: string) => Promise<OwnDatabase> {
  const made: OwnDatabase[] = [];
  afterAll(async () => {
    for (const database of made) await database.drop();
  });
  return async (how) => {
    const database = await createOwnDatabase(how);
    made.push(database);
    return database;
  };
}
