import { distance } from '@turf/turf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metresBetween } from '../../src/spatial/neighbourhood.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('of rights that hardly part the distance is told as well, where the database takes edges for crossing', async () => {
  const [one, other] = [
    'SRID=4490;POLYGON((118 43,118.001 43,118.001 43.001,118 43.001,118 43))',
    'SRID=4490;POLYGON((118.00101 42.999,118.002 42.999,118.002 43.002,118.00101 43.002,118.00101 42.999))',
  ];
  const { knex } = database;
  const { rows } = await knex.raw(
    'select ? as metres from (select ?::geometry as one, ?::geometry as other) as pair',
    [metresBetween(knex, 'pair.one', 'pair.other'), one, other],
  );
  expect(rows[0].metres).toBeCloseTo(
    1000 * distance([118.001, 43], [118.00101, 43], { units: 'kilometers' }),
    1,
  );
});
