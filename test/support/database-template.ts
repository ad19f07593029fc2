import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { migrateToLatest } from '../../src/platform/migrations.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a migrated, empty database can be copied from. */
    databaseTemplate: { kind: 'native'; url: string; name: string } | { kind: 'embedded'; directory: string };
  }
}

/** Migrates one template a run; every test file then works on a copy of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env['TEST_DATABASE_URL'];
  const log = createLogger('silent');
  if (url) {
    const name = `minebound_template_${process.pid}_${project.name}`;
    await onServer(url, `create database ${name}`);
    const database = await openDatabase(
      { databaseUrl: withDatabase(url, name), databasePool: 3, dataDir: '', debugSql: false },
      log,
    );
    await migrateToLatest(database.knex);
    await database.close();
    project.provide('databaseTemplate', { kind: 'native', url, name });
    return () => onServer(url, `drop database ${name}`);
  }
  const directory = await mkdtemp(join(tmpdir(), 'minebound-template-'));
  const database = await openDatabase(
    { databaseUrl: null, databasePool: 3, dataDir: directory, debugSql: false },
    log,
  );
  await migrateToLatest(database.knex);
  await database.close();
  project.provide('databaseTemplate', { kind: 'embedded', directory });
  return () => rm(directory, { recursive: true, force: true });
}

export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
