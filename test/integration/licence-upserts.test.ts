import { afterAll, beforeAll, expect, test } from 'vitest';
import { idFromKey } from '../../src/platform/ids.js';
import type { LicencesService } from '../../src/subgraphs/licences/licences.service.js';
import { createLicencesService } from '../../src/subgraphs/licences/services.js';
import { aLicence, aMine, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { registerMines } from '../support/registered-mines.js';
import { serviceParts } from '../support/service-parts.js';

let database: TestDatabase;
let licences: LicencesService;

beforeAll(async () => {
  database = await openTestDatabase();
  await registerMines(database.knex, [
    aMine({ code: 'M-1' }),
    aMine({ code: 'M-2' }),
    aMine({ code: 'HAI-1', divisionCode: '210381' }),
  ]);
  licences = createLicencesService(serviceParts(database.knex));
});
afterAll(() => database.close());

test('an upsert issues, leaves alone, changes, and rejects row by row', async () => {
  const licence = aLicence();
  expect(await licences.upsertLicences(testContext(), [licence])).toEqual({
    created: 1,
    updated: 0,
    unchanged: 0,
    rejected: [],
  });
  expect(await licences.upsertLicences(testContext(), [licence])).toMatchObject({ created: 0, unchanged: 1 });
  const repeated = aLicence();
  const result = await licences.upsertLicences(testContext(), [
    aLicence({ mineCode: 'NOBODY' }),
    { ...licence, issuer: 'Department of Natural Resources, renamed' },
    repeated,
    repeated,
    aLicence({ validTo: '2024-01-01' }),
    { ...aLicence({ supersedesNumber: 'NEVER-ISSUED' }) },
    { ...licence, number: '' },
    { ...licence, number: `${licence.number} ` },
  ]);
  expect(result).toMatchObject({ created: 1, updated: 1, unchanged: 0 });
  expect(result.rejected.map(({ index, code, path }) => [index, code, path])).toEqual([
    [0, 'MINE_UNKNOWN', 'mineCode'],
    [3, 'NUMBER_REPEATED', 'number'],
    [4, 'VALIDITY_EMPTY', 'validTo'],
    [5, 'SUPERSEDED_UNKNOWN', 'supersedesNumber'],
    [6, 'NUMBER_EMPTY', 'number'],
    [7, 'NUMBER_PADDED', 'number'],
  ]);
  expect(await licences.licence(testContext(), { number: licence.number })).toMatchObject({
    id: idFromKey('licence', licence.number),
    mineId: mineId('M-1'),
    issuer: 'Department of Natural Resources, renamed',
    seams: ['3', '4-1'],
    validTo: '2027-01-01',
  });
});

test('every change writes one event in the same transaction, and an unchanged row none', async () => {
  const licence = aLicence();
  for (const facts of [licence, licence, { ...licence, suspendedFrom: '2026-05-01' }]) {
    await licences.upsertLicences(testContext(), [facts]);
  }
  const events = await database
    .knex('platform.event')
    .where('subject_id', idFromKey('licence', licence.number))
    .orderBy('seq');
  expect(events.map((event) => [event['type'], event['division_code']])).toEqual([
    ['licence.issued', '150421'],
    ['licence.changed', '150421'],
  ]);
  expect(events[1]['before_digest']).toBe(events[0]['after_digest']);
});

test('a licence may supersede one that stands later in the same input, and never itself in the end', async () => {
  const [old, middle, young] = [aLicence(), aLicence(), aLicence()];
  const chain = [
    { ...young, supersedesNumber: middle.number },
    { ...middle, supersedesNumber: old.number },
    old,
  ];
  expect(await licences.upsertLicences(testContext(), chain)).toMatchObject({ created: 3, rejected: [] });
  const stored = await licences.licence(testContext(), { number: young.number });
  expect(stored?.supersedesId).toBe(idFromKey('licence', middle.number));
  expect(await licences.upsertLicences(testContext(), chain)).toMatchObject({ unchanged: 3 });
  const circle = await licences.upsertLicences(testContext(), [{ ...old, supersedesNumber: young.number }]);
  expect(circle.rejected.map((row) => row.code)).toEqual(['SUPERSESSION_CIRCULAR']);
  const released = await licences.upsertLicences(testContext(), [young]);
  expect(released).toMatchObject({ updated: 1 });
  expect((await licences.licence(testContext(), { number: young.number }))?.supersedesId).toBeNull();
});

test('a licence never moves to another mine', async () => {
  const licence = aLicence();
  await licences.upsertLicences(testContext(), [licence]);
  const result = await licences.upsertLicences(testContext(), [{ ...licence, mineCode: 'M-2' }]);
  expect(result.rejected.map((row) => row.code)).toEqual(['NUMBER_OF_ANOTHER_MINE']);
});

test('a county officer sees and writes the licences of the county and no others', async () => {
  await licences.upsertLicences(testContext(), [aLicence(), aLicence({ mineCode: 'HAI-1' })]);
  const [foreign] = (
    await licences.licences(testContext(), { divisionCode: '150000' }, 'ID', { first: 1, after: null })
  ).items.map((item) => item.node);
  const officer = testContext({ principal: countyOfficer('210381') });
  const seen = await licences.licences(officer, {}, 'ID', { first: 500, after: null });
  expect(new Set(seen.items.map((item) => item.node.mineId))).toEqual(new Set([mineId('HAI-1')]));
  expect(await licences.licence(officer, { id: foreign?.id ?? null })).toBeNull();
  expect(await licences.licence(officer, { number: foreign?.number ?? null })).toBeNull();
  expect(await licences.licencesOfMine(officer, mineId('M-1'), null, null)).toEqual([]);
  const written = await licences.upsertLicences(officer, [aLicence(), aLicence({ mineCode: 'HAI-1' })]);
  expect(written.created).toBe(1);
  expect(written.rejected.map((row) => row.code)).toEqual(['MINE_UNKNOWN']);
});

test('an officer’s licence supersedes none that they may not see, and takes no number of one', async () => {
  const officer = testContext({ principal: countyOfficer('210381') });
  const [foreign, own] = [aLicence(), aLicence({ mineCode: 'HAI-1' })];
  await licences.upsertLicences(testContext(), [foreign]);
  const written = await licences.upsertLicences(officer, [
    { ...own, supersedesNumber: foreign.number },
    { ...foreign, mineCode: 'HAI-1' },
    aLicence({ mineCode: 'HAI-1', supersedesNumber: 'NEVER-ISSUED' }),
  ]);
  expect(written).toMatchObject({ created: 0, updated: 0 });
  expect(written.rejected.map(({ index, code }) => [index, code])).toEqual([
    [0, 'SUPERSEDED_UNKNOWN'],
    [1, 'NUMBER_OF_ANOTHER_MINE'],
    [2, 'SUPERSEDED_UNKNOWN'],
  ]);
  expect(await licences.licence(testContext(), { number: foreign.number })).toMatchObject({
    version: 1,
    mineId: mineId('M-1'),
  });
  // What whoever sees both has said stays so when the officer corrects the rest.
  const succession = { ...own, supersedesNumber: foreign.number };
  await licences.upsertLicences(testContext(), [succession]);
  expect(await licences.upsertLicences(officer, [{ ...succession, issuer: 'Renamed' }])).toMatchObject({
    updated: 1,
    rejected: [],
  });
});
