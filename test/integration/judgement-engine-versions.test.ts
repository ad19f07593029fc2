import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { VerdictStatement } from '../../src/judgement/verdict-statement.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('A');
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

/** What a new verdict says it was reached with. */
async function engineOf(observationId: string): Promise<unknown> {
  await situation.judge([observationId]);
  const { engine } = await database
    .knex('enforcement.judgement')
    .where({ observation_id: observationId })
    .first('engine');
  return engine;
}

const observation = (): Promise<string> => situation.observation({ shape: box(0, 0, 10, 10), mine: 'A' });

test('a verdict names the versions that reached it, those of a server upgraded meanwhile too', async () => {
  const { rows } = await database.knex.raw(
    `select postgis_lib_version() as postgis, postgis_geos_version() as geos, postgis_proj_version() as proj`,
  );
  // Often enough for its plan to be kept.
  for (let round = 0; round < 4; round++) expect(await engineOf(await observation())).toEqual(rows[0]);
  await database.knex.raw(
    `create or replace function postgis_lib_version() returns text language sql immutable as $$ select '99.0.0' $$`,
  );
  expect(await engineOf(await observation())).toEqual({ ...rows[0], postgis: '99.0.0' });
});

test.skipIf(inject('databaseTemplate').kind === 'embedded')(
  'a connection that is lost at the first verdict spoils none that follow',
  async () => {
    const verdicts = new VerdictStatement();
    const id = await observation();
    const lost = database.knex.transaction(async (sql) => {
      const { rows } = await sql.raw('select pg_backend_pid() as pid');
      // Waits until it has ended.
      await database.knex.raw('select pg_terminate_backend(?, 60000)', [rows[0].pid]);
      return verdicts.store(sql, [id], new Date());
    });
    await expect(lost).rejects.toThrow();
    const stored = await database.knex.transaction((sql) => verdicts.store(sql, [id], new Date()));
    expect(stored).toEqual([expect.objectContaining({ observation_id: id, changed: true })]);
  },
);
