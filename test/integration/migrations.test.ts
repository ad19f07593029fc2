import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrateToLatest, pendingMigrations, rollbackAll } from '../../src/platform/migrations.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('migrations run up, up again without effect, down and up', async () => {
  expect(await pendingMigrations(database.knex)).toEqual([]);
  expect(await migrateToLatest(database.knex)).toEqual([]);
  const undone = await rollbackAll(database.knex);
  expect(undone.length).toBeGreaterThan(4);
  expect(await pendingMigrations(database.knex)).toHaveLength(undone.length);
  expect(await migrateToLatest(database.knex)).toHaveLength(undone.length);
  expect(await pendingMigrations(database.knex)).toEqual([]);
});

// The embedded database has one session in one process: there is nobody to take turns with.
test.skipIf(inject('databaseTemplate').kind === 'embedded')(
  'two processes that migrate at once take turns',
  async () => {
    await rollbackAll(database.knex);
    const [first, second] = await Promise.all([
      migrateToLatest(database.knex),
      migrateToLatest(database.knex),
    ]);
    expect(first.length + second.length).toBeGreaterThan(4);
    expect(Math.min(first.length, second.length)).toBe(0);
  },
);
