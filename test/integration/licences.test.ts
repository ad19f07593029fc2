import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJudging } from '../../src/judgement/judging.js';
import { fixedClock } from '../../src/platform/clock.js';
import type { RequestContext } from '../../src/platform/context.js';
import { idFromKey } from '../../src/platform/ids.js';
import { createTransact } from '../../src/platform/transact.js';
import type { LicenceFacts } from '../../src/subgraphs/licences/licence.js';
import type { LicencesService } from '../../src/subgraphs/licences/licences.service.js';
import { createLicencesService, createLicencesSubgraph } from '../../src/subgraphs/licences/subgraph.js';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import { createRegistryService } from '../../src/subgraphs/registry/subgraph.js';
import { LicenceStatus } from '../../src/vocabulary/licences.js';
import { aMine, DIVISIONS, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let licences: LicencesService;
let count = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  await new DivisionRepository(database.knex).upsert(database.knex, DIVISIONS);
  const deps = { knex: database.knex, transact: createTransact(database.knex), ...createJudging() };
  await createRegistryService(deps).upsertMines(testContext(), [
    aMine({ code: 'M-1' }),
    aMine({ code: 'M-2' }),
    aMine({ code: 'HAI-1', divisionCode: '210381' }),
  ]);
  licences = createLicencesService(deps);
});
afterAll(() => database.close());

/** A licence of M-1, valid on the test clock's day. */
const aLicence = (facts: Partial<LicenceFacts> = {}): LicenceFacts => ({
  mineCode: 'M-1',
  kind: 'MINING_LICENCE',
  number: `C1500002026${String(++count).padStart(4, '0')}`,
  issuer: 'Department of Natural Resources',
  validFrom: '2024-01-01',
  validTo: '2027-01-01',
  suspendedFrom: null,
  suspendedTo: null,
  revokedOn: null,
  statedAreaSquareKilometres: 1.0685,
  capacityTonnesPerYear: 300_000,
  seams: ['3', '4-1'],
  supersededNumber: null,
  ...facts,
});

const page = (first: number, after: string | null = null) => ({ first, after });

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
    { ...aLicence({ supersededNumber: 'NEVER-ISSUED' }) },
    { ...licence, number: '' },
  ]);
  expect(result).toMatchObject({ created: 1, updated: 1, unchanged: 0 });
  expect(result.rejected.map(({ index, code, path }) => [index, code, path])).toEqual([
    [0, 'MINE_UNKNOWN', 'mineCode'],
    [3, 'NUMBER_REPEATED', 'number'],
    [4, 'VALIDITY_EMPTY', 'validTo'],
    [5, 'SUPERSEDED_UNKNOWN', 'supersededNumber'],
    [6, 'NUMBER_EMPTY', 'number'],
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
    { ...young, supersededNumber: middle.number },
    { ...middle, supersededNumber: old.number },
    old,
  ];
  expect(await licences.upsertLicences(testContext(), chain)).toMatchObject({ created: 3, rejected: [] });
  const stored = await licences.licence(testContext(), { number: young.number });
  expect(stored?.supersedesId).toBe(idFromKey('licence', middle.number));
  expect(await licences.upsertLicences(testContext(), chain)).toMatchObject({ unchanged: 3 });
  const circle = await licences.upsertLicences(testContext(), [{ ...old, supersededNumber: young.number }]);
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

test('the status in a filter is the status that a licence shows, on every day', async () => {
  const shapes = [
    {},
    { validTo: null },
    { validFrom: '2026-06-02' },
    { validTo: '2026-06-01' },
    { validTo: '2026-06-02' },
    { suspendedFrom: '2026-05-01' },
    { suspendedFrom: '2026-05-01', suspendedTo: '2026-06-01' },
    { suspendedFrom: '2026-06-02' },
    { revokedOn: '2026-06-01' },
    { revokedOn: '2026-06-02' },
    { revokedOn: '2025-01-01', validTo: '2025-06-01' },
    { suspendedFrom: '2024-06-01', validTo: '2025-06-01' },
  ].map((shape) => aLicence({ ...shape, mineCode: 'M-2' }));
  await licences.upsertLicences(testContext(), shapes);
  const filter = { mineIds: [mineId('M-2')] };
  for (const instant of ['2026-05-31T15:59:59Z', '2026-05-31T16:00:00Z', '2026-06-01T16:00:00Z']) {
    const context = testContext({ clock: fixedClock(instant) });
    const all = (await licences.licences(context, filter, 'ID', page(500))).items.map((item) => item.node);
    expect(all.length).toBeGreaterThanOrEqual(shapes.length);
    for (const status of Object.values(LicenceStatus)) {
      const found = await licences.licences(context, { ...filter, status: [status] }, 'ID', page(500));
      const shown = all.filter((licence) => licences.status(context, licence, null) === status);
      expect(found.items.map((item) => item.node.number)).toEqual(shown.map((licence) => licence.number));
      expect(await found.count()).toBe(shown.length);
    }
  }
});

test('licences expiring before a day are those whose last day lies before it', async () => {
  const [early, late] = [aLicence({ validTo: '2025-07-01' }), aLicence({ validTo: '2025-07-02' })];
  await licences.upsertLicences(testContext(), [early, late]);
  const find = async (expiringBefore: string) =>
    (
      await licences.licences(
        testContext(),
        { expiringBefore, divisionCode: '150400' },
        'VALID_TO',
        page(500),
      )
    ).items.map((item) => item.node.number);
  expect(await find('2025-07-01')).toContain(early.number);
  expect(await find('2025-07-01')).not.toContain(late.number);
  expect(await find('2025-06-30')).not.toContain(early.number);
  expect((await find('2025-07-02')).slice(-2)).toEqual([early.number, late.number]);
});

test('pages in order of expiry go through all licences once, those without end last', async () => {
  const filter = { mineIds: [mineId('M-2')] };
  const whole = await licences.licences(testContext(), filter, 'VALID_TO', page(500));
  const walked: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const part = await licences.licences(testContext(), filter, 'VALID_TO', page(3, after));
    walked.push(...part.items.map((item) => item.node.number));
    after = part.items.at(-1)?.cursor ?? null;
    more = part.hasNextPage;
  }
  expect(walked).toEqual(whole.items.map((item) => item.node.number));
  expect(whole.items.at(-1)?.node.validTo).toBeNull();
});

test('the licences of any number of mines are one statement', async () => {
  await licences.upsertLicences(testContext(), [
    aLicence({ mineCode: 'M-2', kind: 'SAFETY_PERMIT' }),
    aLicence({ mineCode: 'HAI-1' }),
  ]);
  const context = testContext();
  const statements: string[] = [];
  const note = (query: { sql: string }) => statements.push(query.sql);
  database.knex.on('query', note);
  const found = await Promise.all(
    ['M-1', 'M-2', 'HAI-1', 'NOBODY'].map((code) =>
      licences.licencesOfMine(context, mineId(code), null, null),
    ),
  );
  database.knex.removeListener('query', note);
  expect(statements).toHaveLength(1);
  expect(found.map((list) => list.every((licence, _, [first]) => licence.mineId === first?.mineId))).toEqual(
    Array(4).fill(true),
  );
  expect(found[2]).toHaveLength(1);
  expect(found[3]).toEqual([]);
  const permits = await licences.licencesOfMine(context, mineId('M-2'), ['SAFETY_PERMIT'], '2026-06-01');
  expect(permits.map((licence) => licence.kind)).toEqual(['SAFETY_PERMIT']);
  expect(await licences.licencesOfMine(context, mineId('M-2'), ['SAFETY_PERMIT'], '2027-01-01')).toEqual([]);
});

test('a county officer sees and writes the licences of the county and no others', async () => {
  const [foreign] = (
    await licences.licences(testContext(), { divisionCode: '150000' }, 'ID', page(1))
  ).items.map((item) => item.node);
  const officer = testContext({ principal: countyOfficer('210381') });
  const seen = await licences.licences(officer, {}, 'ID', page(500));
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
    { ...own, supersededNumber: foreign.number },
    { ...foreign, mineCode: 'HAI-1' },
    aLicence({ mineCode: 'HAI-1', supersededNumber: 'NEVER-ISSUED' }),
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
  const succession = { ...own, supersededNumber: foreign.number };
  await licences.upsertLicences(testContext(), [succession]);
  expect(await licences.upsertLicences(officer, [{ ...succession, issuer: 'Renamed' }])).toMatchObject({
    updated: 1,
    rejected: [],
  });
});

test('the graph adds licences to a mine and resolves one by either key', async () => {
  const { schema } = await createLicencesSubgraph({
    knex: database.knex,
    transact: createTransact(database.knex),
    ...createJudging(),
    judge: { judge: async () => ({ judgementIds: [], violationIds: [], changed: 0 }) },
    extent: null,
  });
  const ask = (text: string, variableValues: Record<string, unknown>, context: RequestContext) =>
    execute({ schema, document: parse(text), variableValues, contextValue: context });
  const upsert = await ask(
    `mutation ($input: [LicenceInput!]!) { upsertLicences(input: $input) { created rejected { code } } }`,
    {
      input: [
        {
          mineCode: 'M-1',
          kind: 'SAFETY_PERMIT',
          number: 'AN-1',
          issuer: 'Mine safety',
          validFrom: '2023-06-01',
          validTo: '2026-06-01',
        },
      ],
    },
    testContext(),
  );
  expect(upsert).toEqual({ data: { upsertLicences: { created: 1, rejected: [] } } });
  const answer = await ask(
    `query ($keys: [_Any!]!) { _entities(representations: $keys) {
       ... on Mine { licences(kind: [SAFETY_PERMIT]) { number mine { id } status before: status(on: "2026-05-31") supersedes { id } } }
       ... on Licence { number validTo }
     } }`,
    {
      keys: [
        { __typename: 'Mine', id: mineId('M-1') },
        { __typename: 'Licence', number: 'AN-1' },
        { __typename: 'Licence', id: idFromKey('licence', 'AN-1') },
      ],
    },
    testContext(),
  );
  expect(answer.errors).toBeUndefined();
  const permit = { number: 'AN-1', validTo: '2026-06-01' };
  expect(answer.data?.['_entities']).toMatchObject([
    {
      licences: [
        { number: 'AN-1', mine: { id: mineId('M-1') }, status: 'EXPIRED', before: 'VALID', supersedes: null },
      ],
    },
    permit,
    permit,
  ]);
});
