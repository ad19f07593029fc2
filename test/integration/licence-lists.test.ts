import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import type { RequestContext } from '../../src/platform/context.js';
import { idFromKey } from '../../src/platform/ids.js';
import type { LicencesService } from '../../src/subgraphs/licences/licences.service.js';
import { createLicencesService } from '../../src/subgraphs/licences/services.js';
import { createLicencesSubgraph } from '../../src/subgraphs/licences/subgraph.js';
import { LicenceStatus } from '../../src/vocabulary/licences.js';
import { aLicence, aMine, mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
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

const page = (first: number, after: string | null = null) => ({ first, after });

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

test('the graph adds licences to a mine and resolves one by either key', async () => {
  const { schema } = await createLicencesSubgraph(serviceParts(database.knex));
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
