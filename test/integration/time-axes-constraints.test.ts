import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idFromKey } from '../../src/platform/ids.js';
import { licenceFacts } from '../support/builders.js';
import { at } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { BECAUSE, importSquare, openVersions, type Versions } from '../support/versions.js';

let database: TestDatabase;
let versions: Versions;
beforeAll(async () => {
  database = await openTestDatabase();
  versions = await openVersions(database.knex, ['A', 'B']);
});
afterAll(() => database.close());

const MARCH = '2026-03-01T00:00:00Z';
const APRIL = '2026-04-01T00:00:00Z';
const EXCLUDED = '23P01';

/** Two transactions that write at once; the code of the error of each, null for the one that is committed. */
async function race(first: (sql: Knex) => Promise<unknown>, second: (sql: Knex) => Promise<unknown>) {
  const outcomes = await Promise.allSettled([first, second].map((write) => database.knex.transaction(write)));
  return outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? null : (outcome.reason as { code: string }).code,
  );
}

/** Adds a version by hand, copied from what stands: no service, no lock. */
const addVersion =
  (table: string, id: string, version: number, from: string, to: string | null) => (sql: Knex) =>
    sql.raw(
      `insert into ${table} select (jsonb_populate_record(t, :row::jsonb)).* from ${table} t where t.id = :id and t.version = 1`,
      { id, row: JSON.stringify({ version, recorded_at: from, superseded_at: to }) },
    );

test('two writers at one instant cannot record two versions of one area', async () => {
  const id = await importSquare(versions, at(MARCH), 'A', 'D-1');
  const areas = 'boundaries.permitted_area';
  const past = ['2026-01-01', '2026-02-01'] as const;
  const codes = await race(addVersion(areas, id, 7, ...past), addVersion(areas, id, 8, ...past));
  expect(codes.toSorted()).toEqual([EXCLUDED, null]);
  await expect(addVersion(areas, id, 9, '2026-01-31', MARCH)(database.knex)).rejects.toMatchObject({
    code: EXCLUDED,
  });
  // Half-open: what ends as the next begins does not overlap it, and what was known for no time overlaps nothing.
  await addVersion(areas, id, 9, '2026-02-01', MARCH)(database.knex);
  await addVersion(areas, id, 10, MARCH, MARCH)(database.knex);
});

test('two writers at one instant cannot record two versions of one licence, nor of one number', async () => {
  await versions.licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode: 'A', number: 'L-1' })]);
  const id = idFromKey('licence', 'L-1');
  const licences = 'licences.licence';
  const past = ['2026-01-01', '2026-02-01'] as const;
  const codes = await race(addVersion(licences, id, 7, ...past), addVersion(licences, id, 8, ...past));
  expect(codes.toSorted()).toEqual([EXCLUDED, null]);
  const sameNumber = (other: string) => (sql: Knex) =>
    sql(licences).insert({
      ...{
        id: idFromKey('other', other),
        mine_id: idFromKey('mine', 'B'),
        kind: 'SAFETY_PERMIT',
        number: 'L-2',
      },
      ...{ issuer: 'X', valid_from: '2026-01-01', recorded_at: MARCH },
    });
  expect((await race(sameNumber('1'), sameNumber('2'))).toSorted()).toEqual([EXCLUDED, null]);
});

test('two corrections of one area at one instant follow each other', async () => {
  const { areaChanges, boundaries } = versions;
  const id = await importSquare(versions, at(MARCH), 'A', 'D-2');
  const sigmas = [0.2, 0.3, 0.4];
  await Promise.all(
    sigmas.map((sigmaMetres) => areaChanges.correct(at(APRIL), id, { sigmaMetres }, BECAUSE)),
  );
  const history = await boundaries.areaHistory(at(APRIL), id);
  expect(history.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  expect(
    history
      .slice(1)
      .map(({ sigmaMetres }) => sigmaMetres)
      .toSorted(),
  ).toEqual(sigmas);
  expect(history.map(({ supersededAt }) => supersededAt?.getTime() ?? null)).toEqual([
    ...[APRIL, APRIL, APRIL].map((instant) => Date.parse(instant)),
    null,
  ]);
  expect(await boundaries.permittedArea(at(APRIL), id, { known: new Date(APRIL) })).toMatchObject({
    version: 4,
  });
});

test('of two who end or withdraw the same at once, one is told that it is done', async () => {
  const { areaChanges, licenceChanges, licences } = versions;
  const [ended, gone] = [
    await importSquare(versions, at(MARCH), 'A', 'D-3'),
    await importSquare(versions, at(MARCH), 'A', 'D-4'),
  ];
  await licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode: 'A', number: 'L-3' })]);
  const twice = async (write: () => Promise<unknown>) => {
    const outcomes = await Promise.allSettled([write(), write()]);
    return outcomes
      .map((o) => (o.status === 'fulfilled' ? 'done' : (o.reason as { code: string }).code))
      .toSorted();
  };
  expect(await twice(() => areaChanges.end(at(APRIL), ended, '2026-01-01', BECAUSE))).toEqual([
    'BAD_USER_INPUT',
    'done',
  ]);
  expect(await twice(() => areaChanges.withdraw(at(APRIL), gone, BECAUSE))).toEqual(['CONFLICT', 'done']);
  expect(await twice(() => licenceChanges.revokeLicence(at(APRIL), 'L-3', '2026-03-01', BECAUSE))).toEqual([
    'CONFLICT',
    'done',
  ]);
});

test('of two mines that are given one number at once, one has it and the other is refused', async () => {
  const { licences } = versions;
  const outcomes = await Promise.allSettled(
    ['A', 'B'].map((mineCode) =>
      licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode, number: 'L-4' })]),
    ),
  );
  const refusals = outcomes.flatMap((o) =>
    o.status === 'rejected'
      ? [(o.reason as { code: string }).code]
      : o.value.rejected.map(({ code }) => code),
  );
  expect(refusals).toHaveLength(1);
  expect(['CONFLICT', 'NUMBER_OF_ANOTHER_MINE']).toContain(refusals[0]);
});

test('a writer whose clock is behind does not reach back before what stands', async () => {
  const { areaChanges, boundaries, licences } = versions;
  const id = await importSquare(versions, at(APRIL), 'A', 'D-5');
  await areaChanges.correct(at(MARCH), id, { sigmaMetres: 0.5 }, BECAUSE);
  expect((await boundaries.areaHistory(at(APRIL), id)).map(({ recordedAt }) => recordedAt)).toEqual([
    new Date(APRIL),
    new Date(APRIL),
  ]);
  const licence = licenceFacts({ mineCode: 'A', number: 'L-5' });
  await licences.upsertLicences(at(APRIL), [licence]);
  await licences.upsertLicences(at(MARCH), [{ ...licence, issuer: 'Another' }]);
  expect(await licences.licence(at(APRIL), { number: 'L-5' })).toMatchObject({
    version: 2,
    recordedAt: new Date(APRIL),
  });
});
