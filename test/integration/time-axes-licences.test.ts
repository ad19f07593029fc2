import { afterAll, beforeAll, expect, test } from 'vitest';
import { licenceFacts, mineId } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { BECAUSE, importSquare, openVersions, seeSquare, type Versions } from '../support/versions.js';

let database: TestDatabase;
let versions: Versions;
let count = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  versions = await openVersions(database.knex, ['A', 'AREAS', 'SEAMS', 'REVOKED', 'AS-KNOWN']);
});
afterAll(() => database.close());

const MARCH = '2026-03-01T00:00:00Z';
const APRIL = '2026-04-01T00:00:00Z';
const MAY = '2026-05-01T00:00:00Z';

/** A licence of mine A, valid 2024 to 2027, recorded in March. Returns its number. */
async function anIssued(facts: Partial<Parameters<typeof licenceFacts>[0]> = {}): Promise<string> {
  const number = `N-${++count}`;
  await versions.licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode: 'A', number, ...facts })]);
  return number;
}

const read = (number: string, asOf: Parameters<Versions['licences']['licence']>[2] = null) =>
  versions.licences.licence(at(MAY), { number }, asOf);

test('a renewal under the same number is the next version, and the shorter one is what was known before', async () => {
  const number = await anIssued();
  const terms = { validTo: '2030-01-01', newNumber: null, validFrom: null, seams: ['3'] };
  const { licence } = await versions.licenceChanges.renewLicence(at(APRIL), number, terms, BECAUSE);
  expect(licence).toMatchObject({
    version: 2,
    change: 'RENEWED',
    validTo: '2030-01-01',
    seams: ['3'],
    changeReason: BECAUSE.reason,
  });
  expect(await read(number, { known: new Date(MARCH) })).toMatchObject({
    version: 1,
    validTo: '2027-01-01',
    seams: [],
  });
  expect(await read(number)).toMatchObject({ version: 2, validTo: '2030-01-01' });
  const asked = { valid: new Date('2028-01-01T00:00:00Z') };
  expect(await read(number, { ...asked, known: new Date(MARCH) })).toBeNull();
  expect(await read(number, asked)).toMatchObject({ version: 2 });
  const now = await read(number);
  expect(now && (await versions.licences.history(at(MAY), now)).map(({ change }) => change)).toEqual([
    'ISSUED',
    'RENEWED',
  ]);
  for (const validTo of ['2029-01-01', '2030-01-01']) {
    await expect(
      versions.licenceChanges.renewLicence(at(MAY), number, { ...terms, validTo }, BECAUSE),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  }
});

test('a renewal under a new number supersedes the old licence, which stays as it was', async () => {
  const number = await anIssued({ seams: ['3', '4'] });
  const renewal = { validTo: '2032-01-01', newNumber: `${number}-R`, validFrom: null };
  const { licence } = await versions.licenceChanges.renewLicence(at(APRIL), number, renewal, BECAUSE);
  expect(licence).toMatchObject({
    number: `${number}-R`,
    version: 1,
    validFrom: '2027-01-01',
    seams: ['3', '4'],
  });
  expect(await versions.licences.superseded(at(MAY), licence)).toMatchObject({ number, version: 1 });
  await expect(versions.licenceChanges.renewLicence(at(MAY), number, renewal, BECAUSE)).rejects.toMatchObject(
    { code: 'CONFLICT' },
  );
});

test('a suspended licence is in force and shows it, on the day it is asked as of', async () => {
  const number = await anIssued();
  await versions.licenceChanges.suspendLicence(at(APRIL), number, '2026-02-01', null, BECAUSE);
  const on = async (day: string, known: string | null = null) => {
    const licence = await read(number, {
      valid: new Date(`${day}T04:00:00Z`),
      known: known ? new Date(known) : null,
    });
    return licence && versions.licences.status(at(MAY), licence, null);
  };
  expect(await on('2026-01-31')).toBe('VALID');
  expect(await on('2026-02-01')).toBe('SUSPENDED');
  expect(await on('2026-02-01', MARCH)).toBe('VALID');
  await versions.licenceChanges.resumeLicence(at(MAY), number, '2026-04-15', BECAUSE);
  expect(await on('2026-04-14')).toBe('SUSPENDED');
  expect(await on('2026-04-15')).toBe('VALID');
  await expect(
    versions.licenceChanges.resumeLicence(at(MAY), number, '2026-04-20', BECAUSE),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a revoked licence is out of force from its day, and only as known since', async () => {
  const number = await anIssued();
  await versions.licenceChanges.revokeLicence(at(APRIL), number, '2026-01-10', BECAUSE);
  const valid = (day: string) => new Date(`${day}T04:00:00Z`);
  expect(await read(number, { valid: valid('2026-01-09') })).toMatchObject({
    version: 2,
    revokedOn: '2026-01-10',
  });
  expect(await read(number, { valid: valid('2026-01-10') })).toBeNull();
  expect(await read(number, { valid: valid('2026-01-10'), known: new Date(MARCH) })).toMatchObject({
    version: 1,
  });
  const terms = { validTo: '2031-01-01', newNumber: null, validFrom: null };
  await expect(versions.licenceChanges.renewLicence(at(MAY), number, terms, BECAUSE)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
});

test('a withdrawn licence is gone, its number free to be issued again as its next version', async () => {
  const number = await anIssued();
  const { licence } = await versions.licenceChanges.withdrawLicence(at(APRIL), number, BECAUSE);
  expect(licence).toMatchObject({ version: 1, withdrawal: { at: new Date(APRIL), reason: BECAUSE.reason } });
  expect(await read(number)).toBeNull();
  expect(await read(number, { known: new Date(MARCH) })).toMatchObject({
    version: 1,
    withdrawal: { documentNumber: 'R-1' },
  });
  await expect(versions.licenceChanges.withdrawLicence(at(MAY), number, BECAUSE)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(
    await versions.licences.upsertLicences(at(MAY), [licenceFacts({ mineCode: 'A', number })]),
  ).toMatchObject({ created: 1 });
  expect(await read(number)).toMatchObject({ version: 2, change: 'ISSUED' });
});

test('lists, pages and the licences of a mine are read at the same instant', async () => {
  const number = await anIssued({ kind: 'SAFETY_PERMIT' });
  await versions.licences.upsertLicences(at(APRIL), [
    licenceFacts({ mineCode: 'A', number, kind: 'SAFETY_PERMIT', issuer: 'Renamed' }),
  ]);
  const issuers = async (known: string | null) => {
    const asOf = { known: known ? new Date(known) : null };
    const page = { first: 500, after: null };
    const listed = await versions.licences.licences(
      at(MAY),
      { kind: ['SAFETY_PERMIT'] },
      'NUMBER',
      page,
      asOf,
    );
    const ofMine = await versions.licences.licencesOfMine(
      at(MAY),
      mineId('A'),
      ['SAFETY_PERMIT'],
      null,
      null,
      asOf,
    );
    expect(await listed.count()).toBe(listed.items.length);
    return [listed.items.map(({ node }) => node.issuer), ofMine.map((licence) => licence.issuer)];
  };
  expect(await issuers(null)).toEqual([['Renamed'], ['Renamed']]);
  expect(await issuers(MARCH)).toEqual([
    ['Department of Natural Resources'],
    ['Department of Natural Resources'],
  ]);
  expect(await issuers('2026-02-01T00:00:00Z')).toEqual([[], []]);
});

test('a licence that is issued anew by a clock behind that of its withdrawal counts from the withdrawal', async () => {
  const number = await anIssued();
  await versions.licenceChanges.withdrawLicence(at(MAY), number, BECAUSE);
  await versions.licences.upsertLicences(at(APRIL), [licenceFacts({ mineCode: 'A', number })]);
  expect(await read(number)).toMatchObject({ version: 2, change: 'ISSUED', recordedAt: new Date(MAY) });
  expect(await read(number, { known: new Date(APRIL) })).toMatchObject({
    version: 1,
    supersededAt: new Date(MAY),
  });
});

test('every change of a licence is one event with its reason, and needs one', async () => {
  const number = await anIssued();
  const { licenceChanges } = versions;
  await licenceChanges.suspendLicence(at(APRIL), number, '2026-03-01', '2026-03-10', BECAUSE);
  await licenceChanges.revokeLicence(at(APRIL), number, '2026-06-01', BECAUSE);
  await licenceChanges.withdrawLicence(at(APRIL), number, BECAUSE);
  const events = await database
    .knex('platform.event')
    .whereRaw(`data->>'number' = ?`, [number])
    .orderBy('seq')
    .select('type', 'data');
  expect(events.map(({ type, data }) => [type, data.version, data.reason])).toEqual([
    ['licence.issued', 1, null],
    ['licence.suspended', 2, BECAUSE.reason],
    ['licence.revoked', 3, BECAUSE.reason],
    ['licence.withdrawn', 3, BECAUSE.reason],
  ]);
  const other = await anIssued();
  await expect(
    licenceChanges.revokeLicence(at(APRIL), other, '2026-06-01', { ...BECAUSE, reason: '' }),
  ).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
  const officer = testContext({ principal: countyOfficer('210381') });
  await expect(licenceChanges.revokeLicence(officer, other, '2026-06-01', BECAUSE)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('the areas of a revoked licence end with it, those of a renewed one go on, and verdicts follow', async () => {
  const { boundaries, enforcement, licenceAreas, licences } = versions;
  const number = 'AREAS-LICENCE';
  await licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode: 'AREAS', number })]);
  const licence = await read(number);
  const licenceId = licence?.id ?? '';
  const main = await importSquare(versions, at(MARCH), 'AREAS', 'D-1', { licenceId, validTo: '2027-01-01' });
  const ended = await importSquare(versions, at(MARCH), 'AREAS', 'D-2', {
    licenceId,
    validTo: '2025-01-01',
    east: 600,
  });
  await seeSquare(versions, at('2026-03-10T00:00:00Z'), 'AREAS', 'A-1');
  const kinds = async () =>
    (
      await enforcement.violations(at(MAY), { mineIds: [mineId('AREAS')] }, null, 'ID', {
        first: 10,
        after: null,
      })
    ).items.map(({ node }) => [node.kind, node.state]);
  expect(await kinds()).toEqual([]);

  const outcome = await licenceAreas.end(at(APRIL), licenceId, '2026-01-01', BECAUSE);
  expect(outcome.areas).toMatchObject([{ id: main, version: 2, validTo: '2026-01-01', change: 'ENDED' }]);
  expect(await kinds()).toEqual([['EXPIRED_RIGHT', 'DETECTED']]);
  expect((await boundaries.permittedArea(at(MAY), ended))?.version).toBe(1);

  const renewed = await licenceAreas.renew(at(MAY), licenceId, '2030-01-01', BECAUSE);
  expect(renewed.areas).toMatchObject([{ id: main, version: 3, validTo: '2030-01-01', change: 'RENEWED' }]);
  expect(await kinds()).toEqual([['EXPIRED_RIGHT', 'AUTO_CLOSED']]);
  await expect(licenceAreas.renew(at(MAY), licenceId, '2029-01-01', BECAUSE)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
  await expect(licenceAreas.end(at(MAY), mineId('nothing'), '2026-01-01', BECAUSE)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a seam that a renewal adds is approved from then on, and what was judged before stays as it was known', async () => {
  const { enforcement, licences, licenceChanges } = versions;
  const number = 'SEAM-LICENCE';
  await licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode: 'SEAMS', number, seams: ['3'] })]);
  await importSquare(versions, at(MARCH), 'SEAMS', 'D-1');
  const observation = await seeSquare(versions, at('2026-03-10T00:00:00Z'), 'SEAMS', 'S-1', { seam: ' 9' });
  const states = async (asOf: { known: Date } | null = null) =>
    (
      await enforcement.violations(
        at(MAY),
        { mineIds: [mineId('SEAMS')] },
        null,
        'ID',
        { first: 10, after: null },
        asOf,
      )
    ).items.map(({ node }) => [node.kind, node.state]);
  expect(await states()).toEqual([['UNAPPROVED_SEAM', 'DETECTED']]);
  const terms = { validTo: '2030-01-01', newNumber: null, validFrom: null, seams: ['3', '9 '] };
  const { judgementDiffId } = await licenceChanges.renewLicence(at(APRIL), number, terms, BECAUSE);
  expect(judgementDiffId).not.toBeNull();
  expect(await states()).toEqual([['UNAPPROVED_SEAM', 'AUTO_CLOSED']]);
  expect(await states({ known: new Date('2026-03-20T00:00:00Z') })).toEqual([
    ['UNAPPROVED_SEAM', 'DETECTED'],
  ]);
  expect(await enforcement.judgement(at(MAY), observation, null)).toMatchObject({ sequence: 2 });
  // Blanks around the name of a seam are no part of it.
  expect(await licences.licence(at(MAY), { number })).toMatchObject({ seams: ['3', '9'] });
});

const findingsOf = (observation: string) =>
  database
    .knex('enforcement.finding as finding')
    .join('enforcement.judgement as judgement', 'judgement.id', 'finding.judgement_id')
    .where({ 'judgement.observation_id': observation })
    .whereNull('judgement.superseded_at')
    .pluck('finding.kind');

test('on the day on which a licence is revoked no seam is judged by it, on the day before every one is', async () => {
  const { licences, licenceChanges } = versions;
  const [number, east] = ['REVOKED-LICENCE', 5000];
  await licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode: 'REVOKED', number, seams: ['3'] })]);
  await importSquare(versions, at(MARCH), 'REVOKED', 'D-1', { east });
  await licenceChanges.revokeLicence(at(MARCH), number, '2026-02-01', BECAUSE);
  const see = (ref: string, observedAt: string) =>
    seeSquare(versions, at(APRIL), 'REVOKED', ref, { east, seam: '9', observedAt: new Date(observedAt) });
  // Midnight in Shanghai parts the days.
  expect(await findingsOf(await see('BEFORE', '2026-01-31T15:59:59Z'))).toEqual(['UNAPPROVED_SEAM']);
  expect(await findingsOf(await see('ON', '2026-01-31T16:00:00Z'))).toEqual([]);
});

test('seams are judged by the licences that are known at the instant, whatever is recorded for later', async () => {
  const { licences, licenceChanges } = versions;
  const [number, east] = ['KNOWN-LICENCE', 7000];
  const terms = { validTo: '2030-01-01', newNumber: null, validFrom: null, seams: ['3', '9'] };
  await licences.upsertLicences(at(MARCH), [licenceFacts({ mineCode: 'AS-KNOWN', number, seams: ['3'] })]);
  await licenceChanges.renewLicence(at(APRIL), number, terms, BECAUSE);
  await importSquare(versions, at(MARCH), 'AS-KNOWN', 'D-1', { east });
  const see = (ref: string, when: string) =>
    seeSquare(versions, at(when), 'AS-KNOWN', ref, { east, seam: '9' });
  expect(await findingsOf(await see('BEFORE', '2026-03-31T23:59:59Z'))).toEqual(['UNAPPROVED_SEAM']);
  expect(await findingsOf(await see('THEN', APRIL))).toEqual([]);
});
