import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type RunningHub, startHub } from '../../src/cli/serve.js';
import { parseRole } from '../../src/cli/serve-role.js';
import { readConfig } from '../../src/config.js';
import { createLogger } from '../../src/platform/logging.js';
import { onServer, withDatabase } from './database-template.js';

export interface TestHub extends RunningHub {
  /** Environment under which another process reaches the same database; native only. */
  readonly databaseUrl: string | null;
  /** POSTs a query to `path` and returns status, headers and parsed body. */
  ask(query: string, options?: AskOptions): Promise<Answer>;
}

export interface AskOptions {
  readonly variables?: Record<string, unknown>;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: Record<string, never>;
    readonly errors?: readonly { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
  };
}

let count = 0;

/** A hub in this process on a migrated, empty database of its own, on a port of its own. */
export async function startTestHub(environment: Record<string, string> = {}, role = 'all'): Promise<TestHub> {
  const database = await copyTemplate();
  const config = readConfig({
    PORT: '0',
    MINEBOUND_SEED: 'none',
    LOG_LEVEL: 'silent',
    ...database.environment,
    ...environment,
  });
  const hub = await startHub(config, parseRole(role), createLogger(config.logLevel));
  return {
    ...hub,
    databaseUrl: database.environment['DATABASE_URL'] ?? null,
    ask: (query, options = {}) => ask(hub.url, query, options),
    stop: async () => {
      await hub.stop();
      await database.remove();
    },
  };
}

export async function ask(url: string, query: string, options: AskOptions = {}): Promise<Answer> {
  const response = await fetch(`${url}${options.path ?? '/graphql'}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...options.headers,
    },
    body: JSON.stringify({ query, variables: options.variables ?? {} }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

async function copyTemplate(): Promise<{
  environment: Record<string, string>;
  remove: () => Promise<void>;
}> {
  const template = inject('databaseTemplate');
  if (template.kind === 'native') {
    const name = `minebound_hub_${process.pid}_${count++}`;
    await onServer(template.url, `create database ${name} template ${template.name}`);
    return {
      environment: { DATABASE_URL: withDatabase(template.url, name) },
      remove: () => onServer(template.url, `drop database ${name} with (force)`),
    };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'minebound-hub-'));
  await cp(template.directory, dataDir, { recursive: true });
  return {
    environment: { MINEBOUND_DATA_DIR: dataDir },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}
