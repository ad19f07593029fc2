// Run by `npm ci`. Leaves a migrated, empty embedded database in dist/template, which a first start copies (src/platform/embedded-template.ts).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../dist/src/platform/database.js';
import { PGDATA } from '../dist/src/platform/embedded-database.js';
import { hasTemplate, keepAsTemplate } from '../dist/src/platform/embedded-template.js';
import { createLogger } from '../dist/src/platform/logging.js';
import { migrateToLatest } from '../dist/src/platform/migrations.js';

async function makeTemplate() {
  const dataDir = await mkdtemp(join(tmpdir(), 'minebound-template-'));
  try {
    const database = await openDatabase(
      { databaseUrl: null, databasePool: 2, dataDir, debugSql: false },
      createLogger('silent'),
    );
    await migrateToLatest(database.knex);
    await database.knex.raw('vacuum analyze');
    await database.close();
    await keepAsTemplate(join(dataDir, PGDATA));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

try {
  if (!(await hasTemplate())) await makeTemplate();
} catch (error) {
  // Only speed is lost: a first start then makes its own.
  console.warn(`No template of the embedded database was made: ${error.message}`);
}
