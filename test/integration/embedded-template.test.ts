import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { PGDATA } from '../../src/platform/embedded-database.js';
import { hasTemplate } from '../../src/platform/embedded-template.js';
import { logKey } from '../../src/platform/events/log-key.js';
import { createLogger } from '../../src/platform/logging.js';
import { pendingMigrations } from '../../src/platform/migrations.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minebound-first-start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (dataDir: string): Promise<Database> =>
  openDatabase({ databaseUrl: null, databasePool: 2, dataDir, debugSql: false }, createLogger('silent'));

// Reason to skip: `npm ci --ignore-scripts` leaves no template, nor does a change of the migrations until the next build.
const withTemplate = test.skipIf(!(await hasTemplate()));

withTemplate(
  'a first start finds every migration done, whatever a copy that was killed left there',
  async () => {
    await mkdir(join(folder, `${PGDATA}.partial`));
    await writeFile(join(folder, `${PGDATA}.partial`, 'PG_VERSION'), 'half');
    const database = await open(folder);
    try {
      expect(await pendingMigrations(database.knex)).toEqual([]);
    } finally {
      await database.close();
    }
  },
);

withTemplate('two hubs that start from one template have keys of their own, and keep them', async () => {
  const keyOf = async (name: string): Promise<string> => {
    const database = await open(join(folder, name));
    try {
      return (await logKey(database.knex)).toString('hex');
    } finally {
      await database.close();
    }
  };
  const [one, other] = [await keyOf('one'), await keyOf('other')];
  expect(one).not.toBe(other);
  expect(await keyOf('one')).toBe(one);
});
